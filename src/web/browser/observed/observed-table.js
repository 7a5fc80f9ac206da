// Creates the tables of drift and of observed sockets.
import { create, createPager, createUntrusted } from '../parts/elements.js';

/**
 * Loads a list into its place on the page, with the token of this window.
 *
 * @param {string} id The id of the place, and the path of the list.
 * @param {object} api The module `own/api.js`.
 * @param {(list: object) => Node[]} show Creates the content from the list.
 */
export function loadList(id, { fetchJson, onBearer }, show) {
  const container = document.getElementById(id);
  const hint = container.firstElementChild;
  onBearer(async (bearer) => {
    // An invalid field has its error already.
    const isInvalid = document.querySelector('[aria-invalid]') !== null;
    if (bearer === null || bearer.scope === 'observe' || isInvalid) return container.replaceChildren(hint);
    const query = new URLSearchParams([...new URLSearchParams(location.search)].filter(([, value]) => value !== ''));
    query.delete('format');
    try {
      const { body } = await fetchJson(`/${id}?${query}`);
      container.replaceChildren(...show(body), createPager(body));
    } catch (error) {
      container.replaceChildren(create('p', { className: 'fault', role: 'alert' }, error.message));
    }
  });
}

/**
 * Creates a table, with the roles that src/web/parts/table.ts explains.
 *
 * @param {string} caption The caption.
 * @param {string[]} columns The titles of the columns.
 * @param {(Node | string)[][]} rows The cells of each row.
 */
export function createTable(caption, columns, rows) {
  const table = create('table', { className: 'labelled', role: 'table' });
  table.createCaption().textContent = caption;
  const titles = columns.map((column) => create('th', { scope: 'col', role: 'columnheader' }, column));
  const head = create('thead', { role: 'rowgroup' }, create('tr', { role: 'row' }, ...titles));
  table.append(head, create('tbody', { role: 'rowgroup' }, ...rows.map((cells) => createRow(columns, cells))));
  return table;
}

function createRow(columns, cells) {
  const row = create('tr', { role: 'row' });
  for (const [index, cell] of cells.entries()) {
    // Narrow windows leave out empty cells.
    const element = create('td', { role: 'cell' }, ...(isEmpty(cell) ? [] : [cell]));
    element.dataset.label = columns[index];
    row.append(element);
  }
  return row;
}

function isEmpty(cell) {
  return (typeof cell === 'string' ? cell : cell.textContent) === '';
}

/** Creates a time, as the pages of the server show times. */
export function createTime(at) {
  return create('time', { dateTime: at }, `${at.slice(0, 16).replace('T', ' ')} UTC`);
}

/** Creates a link with untrusted text. */
export function createLink(href, text) {
  return create('a', { href }, createUntrusted(text));
}
