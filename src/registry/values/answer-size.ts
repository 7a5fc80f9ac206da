import { RegistryError } from './registry-error.ts';

/** The most text of rows in one answer, in characters: several times as much as 1,000 ports of the bundled lists have. */
const LARGEST = 8 * 1024 * 1024;

/** The size of the answer to one question, counted while its rows are read. */
export class AnswerSize {
  #characters = 0;

  /** Returns the size so far, in characters. */
  get characters(): number {
    return this.#characters;
  }

  /**
   * Adds characters.
   *
   * @param characters - How many.
   * @throws {RegistryError} `too_large` beyond the most that an answer may have.
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
