import { showText } from '../parts/invisible-characters.js';

/** How long the cursor rests before its port is told aloud, in milliseconds: who holds a key down is told of the last. */
const REST_MS = 150;

/** Says what a port is, beside the chart for all to see, and aloud where the keyboard has moved there. */
export class ChartReadout {
  #root;
  #link;
  #kind;
  #swatch;
  #words;
  #aloud;
  #timer;
  #isAloud = false;
  /** The port that is shown; undefined before any was. */
  port;

  constructor(root) {
    this.#root = root;
    this.#link = root.querySelector('.chart-number');
    this.#kind = root.querySelector('.chart-kind');
    this.#swatch = root.querySelector('.chart-port .swatch');
    this.#words = root.querySelector('.chart-words');
    this.#aloud = root.querySelector('.chart-aloud');
  }

  /** Shows number and kind at once, and the words where they are known. */
  show(port, kind, words, isAloud) {
    this.port = port;
    this.#isAloud = isAloud;
    this.#link.textContent = port;
    this.#link.href = `${this.#root.dataset.port}${port}`;
    this.#kind.textContent = this.#titleOf(kind);
    this.#swatch.dataset.kind = kind;
    this.#say(words?.summary ?? '', words?.name ?? '');
  }

  /** Adds what was learnt of the port that is shown. */
  learn(wordsOf, error) {
    if (this.port === undefined) return;
    const words = wordsOf(this.port);
    if (words !== undefined) this.#say(words.summary, words.name);
    else if (error !== null) this.#words.textContent = 'The server has no words on it just now; its page may.';
  }

  #say(summary, name) {
    showText(this.#words, summary);
    clearTimeout(this.#timer);
    if (!this.#isAloud) return;
    const text = `Port ${this.port}${name === '' ? '' : `, ${name}`}: ${this.#kind.textContent}`;
    this.#timer = setTimeout(() => {
      this.#aloud.textContent = text;
    }, REST_MS);
  }

  #titleOf(kind) {
    return this.#root.querySelector(`[data-word="kind:${kind}"] .title`)?.textContent ?? kind;
  }
}
