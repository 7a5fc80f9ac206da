/** What fills the gaps of a template; one value may fill several. */
export type Values = readonly string[];

/**
 * A text with gaps, kept as the bytes between them: many answers differ in nothing but a number or the question, and
 * copying bytes takes a tenth of the time of encoding text anew.
 */
export class ByteTemplate {
  readonly #pieces: readonly Buffer[];
  readonly #gaps: readonly number[];
  readonly #bytes: number;

  /**
   * @param pieces - The text between the gaps, one piece more than there are gaps.
   * @param gaps - For each gap, which of the values fills it.
   */
  constructor(pieces: readonly string[], gaps: readonly number[]) {
    this.#bytes = pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
    // In memory of their own: small Buffers of Node's pool would each keep 8 KiB, with the leavings of others in it.
    const all = Buffer.allocUnsafeSlow(this.#bytes);
    let end = 0;
    this.#pieces = pieces.map((piece) => {
      const start = end;
      end += all.write(piece, start);
      return all.subarray(start, end);
    });
    this.#gaps = gaps;
  }

  /** Counts the bytes of the text with its gaps filled. */
  sizeWith(values: Values): number {
    const sizes = values.map((value) => Buffer.byteLength(value));
    let size = this.#bytes;
    for (const gap of this.#gaps) size += sizes[gap] ?? 0;
    return size;
  }

  /**
   * Writes the text with its gaps filled.
   *
   * @param target - Where it goes; it has room for it.
   * @param offset - The place of the first byte.
   * @param values - What fills the gaps.
   * @returns The place behind the last byte.
   */
  write(target: Buffer, offset: number, values: Values): number {
    let end = offset;
    for (let index = 0; index < this.#pieces.length; index++) {
      if (index > 0) end += target.write(values[this.#gaps[index - 1] ?? 0] ?? '', end);
      const piece = this.#pieces[index] as Buffer;
      target.set(piece, end);
      end += piece.length;
    }
    return end;
  }
}

/** Any text by itself: one gap and nothing around it. */
export const ANY_TEXT = new ByteTemplate(['', ''], [0]);

/** A template and what fills it. */
export type Filled = readonly [template: ByteTemplate, values: Values];

/**
 * Writes filled templates one after the other.
 *
 * @param all - The templates, in order.
 */
export function fillAll(all: readonly Filled[]): Buffer {
  const target = Buffer.allocUnsafe(all.reduce((sum, [template, values]) => sum + template.sizeWith(values), 0));
  let end = 0;
  for (const [template, values] of all) end = template.write(target, end, values);
  return target;
}
