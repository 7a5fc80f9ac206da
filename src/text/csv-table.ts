import { stringify } from 'csv-stringify/sync';
import { inChunks, type Steps } from '../registry/values/run-step.ts';

/** The content of a cell. */
export type Cell = string | number | boolean | null;

/** The cells of a line, by column. */
export type RowCells = Readonly<Record<string, Cell>>;

/**
 * Renders items as CSV, as `toCsv` does, in steps.
 *
 * @param columns - The names of the columns.
 * @param items - The items.
 * @param toCells - Returns the cells of an item, for one line or several; missing ones are empty.
 */
export function* csvInSteps<Item>(
  columns: readonly string[],
  items: readonly Item[],
  toCells: (item: Item) => RowCells | readonly RowCells[],
): Steps<string> {
  const lines = yield* inChunks(items, (chunk) => toCsv(columns, chunk.flatMap(toCells), false));
  return toCsv(columns, []) + lines.join('');
}

/**
 * Renders a table as CSV. A cell that begins like a formula gets an apostrophe in front, so that spreadsheets do not
 * run it.
 *
 * @param columns - The names of the columns.
 * @param rows - The lines; missing cells are empty.
 * @param header - True to begin with a line of the column names.
 */
export function toCsv(columns: readonly string[], rows: readonly RowCells[], header = true): string {
  const cast = { boolean: (value: boolean) => (value ? 'true' : 'false') };
  return stringify([...rows], { header, columns: [...columns], escape_formulas: true, quoted_match: /[\r\n]/, cast });
}
