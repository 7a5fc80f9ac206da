declare const isByteText: unique symbol;

/**
 * UTF-8, one character a byte, as Node's encoding `latin1` reads and writes it. Engines keep and copy such strings as
 * the bytes they are: an answer put together from them is made and sent in half the time of one that is encoded anew.
 */
export type ByteText = string & { readonly [isByteText]: true };

/**
 * Encodes a text.
 *
 * @param text - Any text.
 */
export function encode(text: string): ByteText {
  return Buffer.from(text).toString('latin1') as ByteText;
}

/**
 * Decodes a text again.
 *
 * @param bytes - What `encode` gave, or several of these together.
 */
export function decode(bytes: ByteText): string {
  return Buffer.from(bytes, 'latin1').toString();
}

/**
 * Writes encoded texts one after the other.
 *
 * @param texts - The texts.
 * @param between - What stands between two of them; nothing beyond ASCII.
 */
export function joinBytes(texts: readonly ByteText[], between = ''): ByteText {
  let text: string = texts[0] ?? '';
  // As in `fill`: copied once, when it is sent.
  for (const next of texts.slice(1)) text = text + between + next;
  return text as ByteText;
}

/** A text with gaps, of which the same value may fill several: many answers differ in nothing but a number or the question. */
export class ByteTemplate {
  readonly #pieces: readonly ByteText[];
  readonly #gaps: readonly number[];

  /**
   * @param pieces - The text between the gaps, one piece more than there are gaps.
   * @param gaps - For each gap, which of the values fills it.
   */
  constructor(pieces: readonly ByteText[], gaps: readonly number[]) {
    this.#pieces = pieces;
    this.#gaps = gaps;
  }

  /** All that makes this template what it is, as one text. */
  get identity(): string {
    return `${this.#pieces.map(({ length }) => length)}\n${this.#gaps}\n${this.#pieces.join('')}`;
  }

  /**
   * Writes a text behind this one; both go on to hold the long pieces between them.
   *
   * @param next - What follows.
   */
  followedBy(next: ByteTemplate): ByteTemplate {
    const before = this.#pieces.slice(0, -1);
    const seam = `${this.#pieces.at(-1)}${next.#pieces[0]}` as ByteText;
    return new ByteTemplate([...before, seam, ...next.#pieces.slice(1)], [...this.#gaps, ...next.#gaps]);
  }

  /**
   * Writes the text with its gaps filled.
   *
   * @param values - What fills the gaps.
   */
  fill(...values: readonly ByteText[]): ByteText {
    let text: string = this.#pieces[0] ?? '';
    // One after the other: the engine notes what stands where, and copies it once, when it is sent.
    for (let gap = 0; gap < this.#gaps.length; gap++)
      text = text + values[this.#gaps[gap] as number] + this.#pieces[gap + 1];
    return text as ByteText;
  }
}
