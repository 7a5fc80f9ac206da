// Creates the table of the audit log.
import { create, createUntrusted } from '../parts/elements.js';
import { address } from './api.js';
import { ACTION_WORDS, changeList, portsOf } from './changes.js';

const COLUMNS = ['Time', 'Action', 'Subject', 'Changes', 'By', 'Request'];

/** Creates the table of a page of events, with the roles that src/web/parts/table.ts explains. */
export function createEventTable({ count, results }) {
  const writes = results.flatMap((event) => event.writes);
  const deleted = deletedKeys(writes);
  const rows = results.flatMap((event) => createEvent(event, deleted));
  return createTable(`${count} ${count === 1 ? 'event' : 'events'}, the newest first`, rows);
}

/** Creates the table of a page of writes. */
export function createWriteTable({ count, results }) {
  const deleted = deletedKeys(results);
  const rows = results.map((write) => createRow(write, deleted));
  return createTable(`${count} ${count === 1 ? 'write' : 'writes'}, the newest first`, rows);
}

/** Objects that the page shows the deletion of have no page. */
function deletedKeys(writes) {
  return new Set(writes.filter(({ action }) => action === 'delete').map(({ key }) => key));
}

function createTable(caption, rows) {
  const table = create('table', { className: 'labelled', role: 'table' });
  table.createCaption().textContent = caption;
  const head = create('tr', { role: 'row' });
  head.append(...COLUMNS.map((column) => create('th', { scope: 'col', role: 'columnheader' }, column)));
  const header = create('thead', { role: 'rowgroup' }, head);
  table.append(header, create('tbody', { role: 'rowgroup' }, ...rows));
  return table;
}

/**
 * Creates the rows of an event: one for a single write, else a row of its own, whose button shows those of its first writes
 * and a link to all of them.
 */
function createEvent({ event, at, token, requestId, counts, writes }, deleted) {
  const rows = writes.map((write) => createRow(write, deleted));
  const words = Object.entries(counts).filter(([, count]) => count > 0);
  const total = words.reduce((sum, [, count]) => sum + count, 0);
  if (total === 1) return rows;
  if (total > writes.length) {
    const link = filterLink('event', event, `all ${total} writes`);
    rows.push(createCells(['', '', link, '', '', '']));
  }
  for (const row of rows) row.hidden = true;
  const button = create('button', { type: 'button', ariaExpanded: 'false' }, `${total} writes`);
  button.addEventListener('click', () => {
    const isShown = button.ariaExpanded === 'true';
    button.ariaExpanded = String(!isShown);
    for (const row of rows) row.hidden = isShown;
  });
  const described = words.map(([action, count]) => `${count} ${ACTION_WORDS[action]}`).join(', ');
  return [createCells([createTime(at), 'event', button, described, ...createAuthor(token, requestId)]), ...rows];
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

/** Creates the line with the head of the hash chain, which an auditor notes. */
export function createHead({ head }) {
  const line = create('p', {}, 'Head of the hash chain: ');
  line.append(create('code', {}, head ?? 'none'));
  return line;
}
