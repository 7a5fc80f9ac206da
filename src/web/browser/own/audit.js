// Loads the audit log with the token of this window, which needs the scope admin.

import { showText } from '../parts/invisible-characters.js';
import { fetchJson, token } from './api.js';
import { askForToken } from './token.js';

const COLUMNS = ['Time', 'Token', 'Action', 'Subject', 'Change', 'Request'];
const container = document.getElementById('audit');
const button = document.createElement('button');
button.type = 'button';
button.textContent = 'Enter a token';
button.addEventListener('click', async () => (await askForToken()) && load());
container.append(button);
if (token() !== null) await load();

async function load() {
  const query = new URLSearchParams([...new URLSearchParams(location.search)].filter(([, value]) => value !== ''));
  query.delete('format');
  try {
    const { body } = await fetchJson(`/audit?${query}`);
    container.replaceChildren(button, createTable(body), ...createLinks(body));
  } catch (error) {
    const fault = document.createElement('p');
    fault.className = 'fault';
    fault.setAttribute('role', 'alert');
    fault.textContent = error.message;
    container.replaceChildren(fault, button);
  }
}

function createTable({ count, results }) {
  const table = document.createElement('table');
  table.createCaption().textContent = `${count} ${count === 1 ? 'write' : 'writes'}`;
  const head = table.createTHead().insertRow();
  for (const column of COLUMNS) head.append(createCell('th', column));
  const body = table.createTBody();
  for (const { at, token: by, action, kind, key, before, after, requestId } of results) {
    const name = (after ?? before)?.name ?? key;
    const subject = [`${kind} ${name}`, key === name ? '' : key].filter((part) => part !== '').join(', ');
    const cells = [
      at.slice(0, 19).replace('T', ' '),
      by,
      action,
      subject,
      describeChange(before, after),
      requestId ?? 'command line',
    ];
    const row = body.insertRow();
    for (const [index, text] of cells.entries()) {
      const element = createCell('td', text);
      element.dataset.label = COLUMNS[index];
      row.append(element);
    }
  }
  return table;
}

/** Describes the changed fields. */
function describeChange(before, after) {
  if (before === null || after === null) return '';
  return Object.keys(after)
    .filter((name) => name !== 'revision' && JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => `${name}: ${JSON.stringify(before[name])} → ${JSON.stringify(after[name])}`)
    .join('; ');
}

function createLinks({ next, previous }) {
  return [
    [previous, 'Previous'],
    [next, 'Next'],
  ].flatMap(([path, label]) => {
    if (path === null) return [];
    const link = document.createElement('a');
    link.href = `?${path.split('?')[1]}`;
    link.textContent = label;
    return [link, ' '];
  });
}

function createCell(name, text) {
  const element = document.createElement(name);
  const isolated = document.createElement('bdi');
  showText(isolated, text);
  element.append(isolated);
  return element;
}
