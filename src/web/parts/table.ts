import { html, type SafeHtml } from '@remix-run/html-template';

/** What may stand in a cell. */
export type Cell = SafeHtml | string | number | null;

/**
 * Writes a table that folds into blocks on a narrow screen. The roles stand there because browsers take a table that is
 * laid out as blocks for none.
 *
 * @param caption - What the table holds.
 * @param columns - The headers.
 * @param rows - The cells of each row, as many as there are headers.
 */
export function table(caption: string, columns: readonly string[], rows: readonly (readonly Cell[])[]): SafeHtml {
  return html`<table role="table"><caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map((column) => html`<th role="columnheader" scope="col">${column}</th>`)}</tr></thead>
<tbody role="rowgroup">
${rows.map(
  (
    cells,
  ) => html`<tr role="row">${cells.map((cell, index) => html`<td role="cell" data-label="${columns[index] ?? ''}">${cell}</td>`)}</tr>
`,
)}</tbody></table>`;
}
