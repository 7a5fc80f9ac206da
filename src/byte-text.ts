declare const isByteText: unique symbol;

/**
 * UTF-8 text with one character per byte, in Node's encoding `latin1`. V8 stores such strings with one byte a character
 * and copies them as bytes: a response joined from them takes half the time of one that is encoded as UTF-8 again.
 */
export type ByteText = string & { readonly [isByteText]: true };

const NOT_ASCII = /[^\0-\x7f]/;

/**
 * Encodes a text as UTF-8.
 *
 * @param text - Any text.
 */
export function encode(text: string): ByteText {
  return (NOT_ASCII.test(text) ? Buffer.from(text).toString('latin1') : text) as ByteText;
}

/**
 * Returns an equal text that holds its bytes, in place of the texts that it was joined from.
 *
 * @param text - The text.
 */
export function flat(text: ByteText): ByteText {
  return Buffer.from(text, 'latin1').toString('latin1') as ByteText;
}

/**
 * Decodes UTF-8.
 *
 * @param bytes - A result of `encode`, or several of them joined.
 */
export function decode(bytes: ByteText): string {
  return NOT_ASCII.test(bytes) ? Buffer.from(bytes, 'latin1').toString() : bytes;
}

/**
 * Joins encoded texts.
 *
 * @param texts - The texts.
 * @param separator - The separator between two of them, in ASCII.
 */
export function joinBytes(texts: readonly ByteText[], separator = ''): ByteText {
  let text: string = texts[0] ?? '';
  // `+` makes ropes, as in `fill`: V8 copies them once, when the response is sent.
  for (const next of texts.slice(1)) text = text + separator + next;
  return text as ByteText;
}

/** A text with gaps. One value may fill several gaps: many responses differ only in the port number or the query. */
export class ByteTemplate {
  readonly #pieces: readonly ByteText[];
  readonly #gaps: readonly number[];

  /**
   * @param pieces - The texts around the gaps: one more than there are gaps.
   * @param gaps - For each gap, the index of the value that fills it.
   */
  constructor(pieces: readonly ByteText[], gaps: readonly number[]) {
    this.#pieces = pieces;
    this.#gaps = gaps;
  }

  /** Returns a text that is equal for equal templates only. */
  get identity(): string {
    return `${this.#pieces.map(({ length }) => length)}\n${this.#gaps}\n${this.#pieces.join('')}`;
  }

  /**
   * Returns this template followed by another one. The long pieces are shared, not copied.
   *
   * @param next - The template that follows.
   */
  followedBy(next: ByteTemplate): ByteTemplate {
    const before = this.#pieces.slice(0, -1);
    const seam = `${this.#pieces.at(-1)}${next.#pieces[0]}` as ByteText;
    return new ByteTemplate([...before, seam, ...next.#pieces.slice(1)], [...this.#gaps, ...next.#gaps]);
  }

  /**
   * Returns the text with its gaps filled.
   *
   * @param values - The values for the gaps.
   */
  fill(...values: readonly ByteText[]): ByteText {
    let text: string = this.#pieces[0] ?? '';
    // `+` makes a rope (V8's ConsString): the pieces are copied once, when the response is sent.
    for (let gap = 0; gap < this.#gaps.length; gap++)
      text = text + values[this.#gaps[gap] as number] + this.#pieces[gap + 1];
    return text as ByteText;
  }
}
