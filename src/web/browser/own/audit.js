// Fills the page of the audit for an admin whose token was entered in this window.

import { showText } from '../parts/invisible-characters.js';
import { ask, token } from './api.js';
import { askForToken } from './token.js';

const COLUMNS = ['When', 'Token', 'Action', 'What', 'Change', 'Request'];
const place = document.getElementById('audit');
const button = document.createElement('button');
button.type = 'button';
button.textContent = 'Enter a token';
button.addEventListener('click', async () => (await askForToken()) && show());
place.append(button);
if (token() !== null) await show();

async function show() {
  const query = new URLSearchParams([...new URLSearchParams(location.search)].filter(([, value]) => value !== ''));
  query.delete('format');
  try {
    const { body } = await ask(`/audit?${query}`);
    place.replaceChildren(button, table(body), ...links(body));
  } catch (refusal) {
    const fault = document.createElement('p');
    fault.className = 'fault';
    fault.setAttribute('role', 'alert');
    fault.textContent = refusal.message;
    place.replaceChildren(fault, button);
  }
}

function table({ count, results }) {
  const shown = document.createElement('table');
  shown.createCaption().textContent = `${count} ${count === 1 ? 'write' : 'writes'}`;
  const head = shown.createTHead().insertRow();
  for (const column of COLUMNS) head.append(cell('th', column));
  const body = shown.createTBody();
  for (const { at, token: by, action, kind, key, before, after, requestId } of results) {
    const name = (after ?? before)?.name ?? key;
    const what = [`${kind} ${name}`, key === name ? '' : key].filter((part) => part !== '').join(', ');
    const cells = [
      at.slice(0, 19).replace('T', ' '),
      by,
      action,
      what,
      changeOf(before, after),
      requestId ?? 'command line',
    ];
    const row = body.insertRow();
    for (const [index, text] of cells.entries()) {
      const made = cell('td', text);
      made.dataset.label = COLUMNS[index];
      row.append(made);
    }
  }
  return shown;
}

/** What is different, field by field. */
function changeOf(before, after) {
  if (before === null || after === null) return '';
  return Object.keys(after)
    .filter((name) => name !== 'revision' && JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => `${name}: ${JSON.stringify(before[name])} → ${JSON.stringify(after[name])}`)
    .join('; ');
}

function links({ next, previous }) {
  return [
    [previous, 'Previous'],
    [next, 'Next'],
  ].flatMap(([path, words]) => {
    if (path === null) return [];
    const link = document.createElement('a');
    link.href = `?${path.split('?')[1]}`;
    link.textContent = words;
    return [link, ' '];
  });
}

function cell(kind, text) {
  const made = document.createElement(kind);
  const apart = document.createElement('bdi');
  showText(apart, text);
  made.append(apart);
  return made;
}
