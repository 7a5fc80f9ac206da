import { RegistryError } from './registry-error.ts';

/** The most text of rows in one answer, in characters: several times that of 1,000 ports of the bundled lists. */
const LARGEST = 8 * 1024 * 1024;

/** A counter of the size of one answer, updated while its rows are read. */
export class AnswerSize {
  #characters = 0;

  /** Returns the size so far, in characters. */
  get characters(): number {
    return this.#characters;
  }

  /**
   * Adds characters.
   *
   * @param characters - The number of characters.
   * @throws {RegistryError} `too_large` when the answer exceeds the limit.
   */
  add(characters: number): void {
    this.#characters += characters;
    if (this.#characters <= LARGEST) return;
    throw new RegistryError(
      'too_large',
      `Cannot answer: the rows have more than ${LARGEST} characters; ask for fewer ports or a smaller page`,
    );
  }

  /**
   * Counts a row and returns it.
   *
   * @param row - A row as it is stored.
   * @throws {RegistryError} As `add`.
   */
  count<Row extends object>(row: Row): Row {
    let characters = 0;
    for (const value of Object.values(row)) if (typeof value === 'string') characters += value.length;
    this.add(characters);
    return row;
  }
}
