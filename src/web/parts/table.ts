import { html, type SafeHtml } from '@remix-run/html-template';

/** The content of a cell. */
export type Cell = SafeHtml | string | number | null;

/**
 * Renders a table that becomes a list of blocks on a narrow screen. It has explicit roles, because browsers drop the implicit
 * ones when CSS lays a table out as blocks.
 *
 * @param caption - The caption.
 * @param columns - The headers.
 * @param rows - The cells of each row, one per header.
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
