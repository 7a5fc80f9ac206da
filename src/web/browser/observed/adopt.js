// Creates own entries for the sockets of a host that no own entry declares.
import { fetchJson, openPage, sendWithToken } from '../own/api.js';

/**
 * Declares all sockets of a host, and shows the result on the page of drift.
 *
 * @param {string} host The host.
 */
export async function adoptHost(host) {
  const query = new URLSearchParams({ host, kind: 'seen_not_declared', limit: '1000' });
  const { body } = await fetchJson(`/drift?${query}`);
  const entries = proposeEntries(body.results);
  const page = `/drift?${new URLSearchParams({ host })}`;
  if (entries.length === 0) return openPage(page, { text: 'All sockets of this host are declared by now.' });
  const created = await sendWithToken('write', '/associations?adopt=true', { method: 'POST', body: entries });
  if (created === null) return;
  const text = entries.length === 1 ? '1 own entry created.' : `${entries.length} own entries created.`;
  openPage(page, { text });
}

/** Proposes one entry for the sockets of one name, port and host, as src/registry/observed/propose-entry.ts does. */
function proposeEntries(results) {
  const entries = new Map();
  for (const { port, protocol, proposedName: name, environment, host } of results) {
    const key = `${host} ${port} ${name}`;
    const known = entries.get(key);
    if (known === undefined) {
      entries.set(key, { name, firstPort: port, protocols: [protocol], environment, hosts: [host] });
    } else known.protocols.push(protocol);
  }
  return [...entries.values()];
}
