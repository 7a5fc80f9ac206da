/** Rolls the transaction of a write back after its result is known. */
export class DryRun<T> extends Error {
  readonly result: T;

  /** @param result - The result of the write. */
  constructor(result: T) {
    super('the write is a dry run');
    this.result = result;
  }
}
