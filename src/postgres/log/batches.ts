import type { LogRow } from '../../sqlite/replay/decide.ts';

/** The most text of one statement, in bytes: a line of 2 Mbit/s sends it in 4.2 s, within the limit of a statement. */
export const TEXT_BYTES = 1024 * 1024;

/** The most binary data of one statement, in bytes: PostgreSQL sends two characters for a byte. */
export const BINARY_BYTES = TEXT_BYTES / 2;

/** The most rows that are appended in one statement. */
const APPENDED_ROWS = 1_000;

/**
 * Divides items into batches for one statement each. An item that is larger than a batch has its own.
 *
 * @param items - The items.
 * @param sizeOf - The size of an item, in bytes.
 * @param largest - The largest size of a batch, in bytes.
 * @param most - The most items of a batch; unlimited by default.
 */
export function* batchesOf<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number,
  largest: number,
  most = Number.POSITIVE_INFINITY,
): Generator<readonly Item[]> {
  let batch: Item[] = [];
  let left = largest;
  for (const item of items) {
    const size = sizeOf(item);
    if (batch.length > 0 && (size > left || batch.length === most)) {
      yield batch;
      batch = [];
      left = largest;
    }
    batch.push(item);
    left -= size;
  }
  if (batch.length > 0) yield batch;
}

/**
 * Divides rows into batches that are appended in one statement each.
 *
 * @param rows - The rows.
 */
export function rowBatches<Row extends Pick<LogRow, 'before' | 'after'>>(
  rows: readonly Row[],
): Generator<readonly Row[]> {
  const sizeOf = ({ before, after }: Row): number => (before?.length ?? 0) + (after?.length ?? 0);
  return batchesOf(rows, sizeOf, TEXT_BYTES, APPENDED_ROWS);
}
