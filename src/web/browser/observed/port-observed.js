// Shows on the page of a port how many hosts listen on it, with the token of this window. Loaded only where there is a token.

import { create, createUntrusted } from '../parts/elements.js';

const section = document.getElementById('observed');
const token = sessionStorage.getItem('portolan.token');

const headers = { Accept: 'application/json', Authorization: `Bearer ${token}` };
const response = await fetch(section.dataset.report, { headers, cache: 'no-cache' }).catch(() => null);
const { observed } = response?.ok ? await response.json() : { observed: null };
if (observed !== null) show(observed);

function show(observed) {
  const title = create('h2', { id: 'seen' }, 'Seen on hosts');
  section.setAttribute('aria-labelledby', title.id);
  section.replaceChildren(title, create('p', {}, createUntrusted(describe(observed))));
  section.hidden = false;
}

/** Returns the sentence that src/web/port/port-observed.ts renders. */
function describe({ hosts, processes, lastSeen }) {
  if (lastSeen === null) return 'No host has reported a socket on this port.';
  const counts = ['No host listens on it', '1 host listens on it'];
  const names = processes.length === 0 ? '' : ` (${processes.join(', ')})`;
  return `${counts[hosts] ?? `${hosts} hosts listen on it`}${names}. Last seen at ${lastSeen.slice(0, 16).replace('T', ' ')} UTC.`;
}
