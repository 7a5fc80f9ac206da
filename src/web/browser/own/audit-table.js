// Creates the table of the audit log.
import { create, createUntrusted } from '../parts/elements.js';
import { address } from './api.js';
import { ACTION_WORDS, changeList, portsOf } from './changes.js';

const COLUMNS = ['Time', 'Action', 'Subject', 'Changes', 'By', 'Request'];

/** Creates the table of a page of writes, with the roles that src/web/parts/table.ts explains. */
export function createTable({ count, results }) {
  const table = create('table', { className: 'labelled', role: 'table' });
  table.createCaption().textContent = `${count} ${count === 1 ? 'write' : 'writes'}, the newest first`;
  const head = create('tr', { role: 'row' });
  head.append(...COLUMNS.map((column) => create('th', { scope: 'col', role: 'columnheader' }, column)));
  const header = create('thead', { role: 'rowgroup' }, head);
  const deleted = new Set(results.filter(({ action }) => action === 'delete').map(({ key }) => key));
  const events = [...Map.groupBy(results, ({ event }) => event).values()];
  const body = create('tbody', { role: 'rowgroup' }, ...events.flatMap((writes) => createEvent(writes, deleted)));
  table.append(header, body);
  return table;
}

/** Creates the rows of an event: one for a single write, else a row of its own, whose button shows those of its writes. */
function createEvent(writes, deleted) {
  const rows = writes.map((write) => createRow(write, deleted));
  if (rows.length === 1) return rows;
  for (const row of rows) row.hidden = true;
  const [{ at, token, requestId }] = writes;
  const button = create('button', { type: 'button', ariaExpanded: 'false' }, `${writes.length} writes`);
  button.addEventListener('click', () => {
    const isShown = button.ariaExpanded === 'true';
    button.ariaExpanded = String(!isShown);
    for (const row of rows) row.hidden = isShown;
  });
  const counts = Object.entries(ACTION_WORDS).flatMap(([action, word]) => {
    const count = writes.filter((write) => write.action === action).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  return [
    createCells([createTime(at), 'event', button, counts.join(', '), ...createAuthor(token, requestId)]),
    ...rows,
  ];
}

function createRow({ at, token, action, kind, key, before, after, requestId }, deleted) {
  const state = after ?? before;
  return createCells([
    createTime(at),
    ACTION_WORDS[action],
    createSubject(kind, key, state, deleted.has(key)),
    before === null || after === null ? '' : changeList(before, after),
    ...createAuthor(token, requestId),
  ]);
}

function createTime(at) {
  return create('time', { dateTime: at }, at.slice(0, 19).replace('T', ' '));
}

function createAuthor(token, requestId) {
  return [
    filterLink('token', token, token),
    requestId === null ? 'command line' : filterLink('requestId', requestId, requestId.slice(0, 8)),
  ];
}

function createCells(cells) {
  const row = create('tr', { role: 'row' });
  for (const [index, cell] of cells.entries()) {
    const element = create('td', { role: 'cell' }, cell);
    element.dataset.label = COLUMNS[index];
    row.append(element);
  }
  return row;
}

/** Creates a link to the page of an entry or a pool, or to its writes if it has no page any more, and the entry's ports. */
function createSubject(kind, key, state, isDeleted) {
  const name = state?.name ?? key;
  const ports = kind === 'association' ? portsOf(state) : '';
  const path = { association: '/associations/', pool: '/pools/' }[kind];
  const link =
    path === undefined || isDeleted
      ? filterLink('id', key, name)
      : create('a', { href: address(path + encodeURIComponent(key)) }, createUntrusted(name));
  return create('span', {}, kind === 'association' ? '' : `${kind} `, link, ports === '' ? '' : ` ${ports}`);
}

/** Creates a link to the writes with this value. */
function filterLink(name, value, text) {
  const query = new URLSearchParams({ [name]: value });
  return create('a', { href: address(`/audit?${query}`), title: value }, createUntrusted(text));
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
