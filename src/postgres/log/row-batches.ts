import type { LogRow } from '../../sqlite/replay/decide.ts';

/** The most rows that are appended in one statement. */
const APPENDED_ROWS = 1_000;

/** The most text of the rows of one statement, in bytes: a line of 2 Mbit/s sends them in 4.2 s, within the limit of a statement. */
export const BATCH_BYTES = 1024 * 1024;

/**
 * Divides rows into batches that are appended in one statement each.
 *
 * @param rows - At least one row.
 */
export function* batchesOf<Row extends Pick<LogRow, 'before' | 'after'>>(
  rows: readonly Row[],
): Generator<readonly Row[]> {
  let start = 0;
  let characters = 0;
  for (const [index, { before, after }] of rows.entries()) {
    const length = (before?.length ?? 0) + (after?.length ?? 0);
    if (index > start && (index - start === APPENDED_ROWS || characters + length > BATCH_BYTES)) {
      yield rows.slice(start, index);
      start = index;
      characters = 0;
    }
    characters += length;
  }
  yield rows.slice(start);
}
