import { showText } from '../parts/invisible-characters.js';

/** The delay of an announcement, in milliseconds: while a key is held down, only the last port is announced. */
const ANNOUNCE_DELAY_MS = 150;

/** The description of the selected port above the chart; keyboard moves are announced to screen readers, too. */
export class ChartReadout {
  #root;
  #link;
  #kind;
  #swatch;
  #text;
  #aloud;
  #timer;
  #isAloud = false;
  /** The current port. */
  port;

  constructor(root) {
    this.#root = root;
    this.#link = root.querySelector('.chart-number');
    this.#kind = root.querySelector('.chart-kind');
    this.#swatch = root.querySelector('.chart-port .swatch');
    this.#text = root.querySelector('.chart-words');
    this.#aloud = root.querySelector('.chart-aloud');
    this.port = Number(this.#link.textContent);
  }

  /** Shows number, kind and a note at once, and the names if they are loaded. */
  show(port, kind, note, names, isAloud) {
    this.port = port;
    this.#isAloud = isAloud;
    this.#link.textContent = port;
    this.#link.href = `${this.#root.dataset.port}${port}`;
    this.#kind.textContent = this.#titleOf(kind) + note;
    this.#swatch.dataset.kind = kind;
    this.#describe(names ?? []);
  }

  /** Updates the names after they were loaded or failed to load. */
  update(names, error) {
    if (names !== undefined) this.#describe(names);
    else if (error !== null) this.#text.textContent = 'Cannot load the names: open the page of the port.';
  }

  #describe(names) {
    showText(this.#text, names.join(', '));
    clearTimeout(this.#timer);
    if (!this.#isAloud) return;
    const text = `Port ${[this.port, ...names.slice(0, 1)].join(', ')}: ${this.#kind.textContent}`;
    this.#timer = setTimeout(() => {
      this.#aloud.textContent = text;
    }, ANNOUNCE_DELAY_MS);
  }

  #titleOf(kind) {
    return this.#root.querySelector(`[data-word="kind:${kind}"] .title`)?.textContent ?? kind;
  }
}
