// Loads the audit log with the token of this window, which needs the scope admin.

import { fetchJson, onBearer } from './api.js';

const container = document.getElementById('audit');
const hint = container.firstElementChild;

onBearer((bearer) => {
  // An invalid field has its error already.
  const isInvalid = document.querySelector('[aria-invalid]') !== null;
  if (bearer?.scope === 'admin' && !isInvalid) load();
  else container.replaceChildren(hint);
});

async function load() {
  const query = new URLSearchParams([...new URLSearchParams(location.search)].filter(([, value]) => value !== ''));
  query.delete('format');
  try {
    // The writes of one event, or events with their first writes.
    const isEvent = query.has('event');
    const [{ body }, { createEventTable, createHead, createWriteTable }, { createPager }] = await Promise.all([
      fetchJson(`/audit${isEvent ? '' : '/events'}?${query}`),
      import('./audit-table.js'),
      import('../parts/elements.js'),
    ]);
    const table = isEvent ? createWriteTable(body) : createEventTable(body);
    container.replaceChildren(table, createPager(body), createHead(body));
  } catch (error) {
    const fault = document.createElement('p');
    fault.className = 'fault';
    fault.setAttribute('role', 'alert');
    fault.textContent = error.message;
    container.replaceChildren(fault);
  }
}
