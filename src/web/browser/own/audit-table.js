// Creates the table of the audit log.
import { showText } from '../parts/invisible-characters.js';
import { address } from './api.js';
import { ACTION_WORDS, changeList } from './changes.js';

const COLUMNS = ['Time', 'Action', 'Subject', 'Changes', 'By', 'Request'];

/** Creates the table of a page of writes, with the roles that src/web/parts/table.ts explains. */
export function createTable({ count, results }) {
  const table = create('table', { className: 'labelled', role: 'table' });
  table.createCaption().textContent = `${count} ${count === 1 ? 'write' : 'writes'}, the newest first`;
  const head = create('tr', { role: 'row' });
  head.append(...COLUMNS.map((column) => create('th', { scope: 'col', role: 'columnheader' }, column)));
  const header = create('thead', { role: 'rowgroup' }, head);
  const deleted = new Set(results.filter(({ action }) => action === 'delete').map(({ key }) => key));
  const body = create('tbody', { role: 'rowgroup' }, ...results.map((row) => createRow(row, deleted)));
  table.append(header, body);
  return table;
}

function createRow({ at, token, action, kind, key, before, after, requestId }, deleted) {
  const cells = [
    create('time', { dateTime: at }, at.slice(0, 19).replace('T', ' ')),
    ACTION_WORDS[action],
    createSubject(kind, key, (after ?? before)?.name ?? key, deleted.has(key)),
    before === null || after === null ? '' : changeList(before, after),
    filterLink('token', token, token),
    requestId === null ? 'command line' : filterLink('requestId', requestId, requestId.slice(0, 8)),
  ];
  const row = create('tr', { role: 'row' });
  for (const [index, cell] of cells.entries()) {
    const element = create('td', { role: 'cell' }, cell);
    element.dataset.label = COLUMNS[index];
    row.append(element);
  }
  return row;
}

/** Creates a link to the page of an entry or a pool; one to its writes if it has no page, or no longer one. */
function createSubject(kind, key, name, isDeleted) {
  const path = { association: '/associations/', pool: '/pools/' }[kind];
  const link =
    path === undefined || isDeleted
      ? filterLink('id', key, name)
      : create('a', { href: address(path + encodeURIComponent(key)) }, untrusted(name));
  return create('span', {}, kind === 'association' ? '' : `${kind} `, link);
}

/** Creates a link to the writes with this value. */
function filterLink(name, value, text) {
  const query = new URLSearchParams({ [name]: value });
  return create('a', { href: address(`/audit?${query}`), title: value }, untrusted(text));
}

/** Creates the links to the next and the previous page. */
export function createPager({ next, previous }) {
  const pager = create('nav', { className: 'pager', ariaLabel: 'Pages' });
  for (const [path, label] of [
    [previous, 'Previous'],
    [next, 'Next'],
  ]) {
    if (path !== null) pager.append(create('a', { href: `?${path.split('?')[1]}` }, label));
  }
  return pager;
}

/** Creates the line with the head of the hash chain, which an auditor notes. */
export function createHead({ head }) {
  const line = create('p', {}, 'Head of the hash chain: ');
  line.append(create('code', {}, head ?? 'none'));
  return line;
}

function untrusted(text) {
  const element = document.createElement('bdi');
  showText(element, text);
  return element;
}

/** Creates an element with properties and children. */
function create(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}
