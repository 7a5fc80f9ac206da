import { showText } from '../parts/invisible-characters.js';

/** The delay of an announcement, in milliseconds: while a key is held down, only the last port is announced. */
const ANNOUNCE_DELAY_MS = 150;

/** The description of the selected port beside the chart; keyboard moves are announced to screen readers, too. */
export class ChartReadout {
  #root;
  #link;
  #kind;
  #swatch;
  #text;
  #aloud;
  #timer;
  #isAloud = false;
  /** The current port; undefined at first. */
  port;

  constructor(root) {
    this.#root = root;
    this.#link = root.querySelector('.chart-number');
    this.#kind = root.querySelector('.chart-kind');
    this.#swatch = root.querySelector('.chart-port .swatch');
    this.#text = root.querySelector('.chart-words');
    this.#aloud = root.querySelector('.chart-aloud');
  }

  /** Shows number and kind at once, and the label if it is loaded. */
  show(port, kind, label, isAloud) {
    this.port = port;
    this.#isAloud = isAloud;
    this.#link.textContent = port;
    this.#link.href = `${this.#root.dataset.port}${port}`;
    this.#kind.textContent = this.#titleOf(kind);
    this.#swatch.dataset.kind = kind;
    this.#describe(label?.summary ?? '', label?.name ?? '');
  }

  /** Updates the description after labels were loaded or failed to load. */
  update(labelOf, error) {
    if (this.port === undefined) return;
    const label = labelOf(this.port);
    if (label !== undefined) this.#describe(label.summary, label.name);
    else if (error !== null) this.#text.textContent = 'Cannot load the description: open the page of the port.';
  }

  #describe(summary, name) {
    showText(this.#text, summary);
    clearTimeout(this.#timer);
    if (!this.#isAloud) return;
    const text = `Port ${this.port}${name === '' ? '' : `, ${name}`}: ${this.#kind.textContent}`;
    this.#timer = setTimeout(() => {
      this.#aloud.textContent = text;
    }, ANNOUNCE_DELAY_MS);
  }

  #titleOf(kind) {
    return this.#root.querySelector(`[data-word="kind:${kind}"] .title`)?.textContent ?? kind;
  }
}
