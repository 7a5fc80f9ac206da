/**
 * Runs one step of long work and returns its result, or a promise if other work runs before the step. A step is synchronous
 * and takes a few milliseconds at most. Rejects without running the step when the client has disconnected or the work has used
 * its processor time.
 */
export type RunStep = <T>(step: () => T) => T | Promise<T>;

/** Runs each step at once, where no other work waits: on the command line. */
export const runAtOnce: RunStep = async (step) => step();

/** A computation in steps of a few milliseconds at most: it yields between two steps. */
export type Steps<T> = Generator<void, T>;

/**
 * Runs all steps of a computation.
 *
 * @param steps - The computation.
 * @param run - Runs the steps.
 * @returns Its result.
 */
export async function runInSteps<T>(steps: Steps<T>, run: RunStep): Promise<T> {
  const next = () => steps.next();
  let result = await run(next);
  while (!result.done) result = await run(next);
  return result.value;
}

/**
 * Runs all steps of a computation at once: one that is short, or where no other work waits.
 *
 * @param steps - The computation.
 * @returns Its result.
 */
export function runAllSteps<T>(steps: Steps<T>): T {
  let result = steps.next();
  while (!result.done) result = steps.next();
  return result.value;
}

/** The number of rows of one step: each may have 10 KB of text. */
const STEP_ROWS = 32;

/**
 * Renders rows in chunks, one in each step.
 *
 * @param rows - The rows.
 * @param render - Renders a chunk.
 * @param size - The number of rows of a chunk.
 * @returns The results of the chunks.
 */
export function* inChunks<Row, Result>(
  rows: readonly Row[],
  render: (chunk: readonly Row[]) => Result,
  size = STEP_ROWS,
): Steps<Result[]> {
  const results: Result[] = [];
  for (let first = 0; first < rows.length; first += size) {
    if (first > 0) yield;
    results.push(render(rows.slice(first, first + size)));
  }
  return results;
}

/**
 * Renders rows, a chunk in each step.
 *
 * @param rows - The rows.
 * @param render - Renders a row.
 * @returns The results of the rows.
 */
export function* mapInSteps<Row, Result>(rows: readonly Row[], render: (row: Row) => Result): Steps<Result[]> {
  return (yield* inChunks(rows, (chunk) => chunk.map(render))).flat();
}

/** The number of rows that one step sorts: 1 ms. */
const SORTED_ROWS = 1_000;

/**
 * Sorts rows in steps: chunks, then pairs of sorted chunks.
 *
 * @param rows - The rows.
 * @param compare - Compares two rows.
 */
export function* sortInSteps<Row>(rows: readonly Row[], compare: (a: Row, b: Row) => number): Steps<Row[]> {
  let sorted = yield* inChunks(rows, (chunk) => chunk.toSorted(compare), SORTED_ROWS);
  while (sorted.length > 1) {
    yield;
    // `sort` recognizes the two sorted parts, and only merges them.
    sorted = yield* inChunks(sorted, (pair) => pair.flat().sort(compare), 2);
  }
  return sorted[0] ?? [];
}
