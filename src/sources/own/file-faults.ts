import { Faults } from '../../registry/values/fields.ts';
import { capitalize } from '../../registry/values/wording.ts';

/** Collects the faults of a file with their places, up to `MOST_FAULTS`; further ones are counted. */
export class FileFaults {
  readonly #faults = new Faults();
  readonly #file: string;

  /** @param file - The name of the file, for the error. */
  constructor(file: string) {
    this.#file = file;
  }

  /**
   * Adds a fault.
   *
   * @param place - Returns its place, such as `line 3, column "Port"`. Not called after `MOST_FAULTS` faults.
   * @param detail - What was found and what was expected.
   */
  add(place: () => string, detail: string): void {
    this.#faults.add(() => ({ parameter: place(), detail: capitalize(detail) }));
  }

  /**
   * Adds a fault after which the file cannot be read any further.
   *
   * @param place - The line, from 1, or its place in words.
   * @param detail - What was found and what was expected.
   * @throws {RegistryError} As `check`, always.
   */
  stop(place: number | string, detail: string): never {
    this.add(() => (typeof place === 'number' ? `line ${place}` : place), detail);
    this.check();
    throw new Error('unreachable');
  }

  /**
   * Checks that there are no faults.
   *
   * @throws {RegistryError} `invalid_argument`. The message has the first fault and the number of the others; `errors` lists
   *   them, each with its place as `parameter`.
   */
  check(): void {
    this.#faults.check(({ parameter, detail }) => {
      return `Cannot import ${this.#file}: ${parameter}: ${detail.charAt(0).toLowerCase()}${detail.slice(1)}`;
    });
  }
}
