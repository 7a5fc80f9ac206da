import { type ByteText, flat } from '../../byte-text.ts';
import type { Complete } from './complete-value.ts';

/** The most cached text of all queries, in characters. */
const MOST_TEXT = 8 * 1024 * 1024;

/**
 * Caches the text of values that many responses share, from the second use on: most reports are for one port, and requests for every
 * port use them once. If the text exceeds its limit, all of it is dropped.
 */
export class SharedTexts {
  #characters = 0;
  /** Counts how often the text was dropped. */
  #generation = 0;

  /**
   * Adds a cache to a function whose result depends on the value alone.
   *
   * @param complete - The function. Promises are not cached.
   */
  cached(complete: Complete): Complete {
    let texts = new WeakMap<object, ByteText | null>();
    let generation = this.#generation;
    return (value, execution) => {
      if (generation !== this.#generation) {
        texts = new WeakMap();
        generation = this.#generation;
      }
      const known = texts.get(value as object);
      if (known) return known;
      const text = complete(value, execution);
      if (text instanceof Promise) return text;
      // Null marks the first use.
      texts.set(value as object, known === undefined ? null : this.#store(text));
      return text;
    };
  }

  #store(text: ByteText): ByteText {
    this.#characters += text.length;
    if (this.#characters > MOST_TEXT) {
      this.#characters = text.length;
      this.#generation++;
    }
    return flat(text);
  }
}
