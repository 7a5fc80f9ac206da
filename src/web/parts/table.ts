import { html, type SafeHtml } from '@remix-run/html-template';
import { mapInSteps, runAllSteps, type Steps } from '../../registry/values/run-step.ts';

/** The content of a cell. */
export type Cell = SafeHtml | string | number | null;

/**
 * The layout of a table on a narrow screen: `labelled` is one line for each cell, with its header; `compact` is the first cell
 * on a line and the others on the next, and the caption is for screen readers only.
 */
export type TableStyle = 'labelled' | 'compact';

/** Renders a number with separators, and any other content as it is. */
function show(cell: Cell): SafeHtml | string | null {
  return typeof cell === 'number' ? cell.toLocaleString('en') : cell;
}

/**
 * Renders a table, as `tableInSteps` does, at once.
 *
 * @param caption - The caption.
 * @param columns - The headers.
 * @param rows - The cells of each row, one per header.
 * @param style - The layout on a narrow screen.
 */
export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  style: TableStyle = 'labelled',
): SafeHtml {
  return runAllSteps(tableInSteps(caption, columns, rows, (cells) => cells, style));
}

/**
 * Renders a table that becomes a list of blocks on a narrow screen. It has explicit roles, because browsers drop the implicit
 * ones when CSS lays a table out as blocks. A column with a number is aligned to the right.
 *
 * @param caption - The caption.
 * @param columns - The headers.
 * @param items - The items, one in each row.
 * @param toCells - Returns the cells of an item, one per header.
 * @param style - The layout on a narrow screen.
 */
export function* tableInSteps<Item>(
  caption: string,
  columns: readonly string[],
  items: readonly Item[],
  toCells: (item: Item) => readonly Cell[],
  style: TableStyle = 'labelled',
): Steps<SafeHtml> {
  const rows = yield* mapInSteps(items, toCells);
  const numeric = columns.map((_, index) => rows.some((cells) => typeof cells[index] === 'number'));
  const align = (index: number): SafeHtml => (numeric[index] ? html` class="number"` : html``);
  const starts = columns.map((column, index) => html`<td role="cell" data-label="${column}"${align(index)}>`);
  const lines = yield* mapInSteps(
    rows,
    (cells) => html`<tr role="row">${cells.map((cell, index) => html`${starts[index]}${show(cell)}</td>`)}</tr>
`,
  );
  return html`<table role="table" class="${style}"><caption${style === 'compact' ? html` class="visually-hidden"` : ''}>${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map((column, index) => html`<th role="columnheader" scope="col"${align(index)}>${column}</th>`)}</tr></thead>
<tbody role="rowgroup">
${lines}</tbody></table>`;
}

/** The columns of a table: its cell for an item, by header. */
export type Columns<Item> = Readonly<Record<string, (item: Item) => Cell>>;

/**
 * Renders items as a table, one in each row.
 *
 * @param caption - The caption.
 * @param columns - The columns.
 * @param items - The items.
 * @param style - The layout on a narrow screen.
 */
export function itemTable<Item>(
  caption: string,
  columns: Columns<Item>,
  items: readonly Item[],
  style: TableStyle = 'labelled',
): Steps<SafeHtml> {
  const cells = Object.values(columns);
  return tableInSteps(caption, Object.keys(columns), items, (item) => cells.map((cell) => cell(item)), style);
}
