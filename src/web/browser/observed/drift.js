// Loads drift with the token of this window, and declares sockets that no own entry declares.
import * as api from '../own/api.js';
import { create, createUntrusted } from '../parts/elements.js';
import { createLink, createTable, createTime, loadList } from './observed-table.js';

const COLUMNS = ['Kind', 'Port', 'Host', 'Comparison', 'Known as', 'Since', 'Own entry'];

loadList('drift', api, ({ count, results }) => {
  if (results.length === 0) return ['No results.'];
  const caption = `${count} ${count === 1 ? 'result' : 'results'}, those that need attention first`;
  const table = createTable(caption, COLUMNS, results.map(toCells));
  return [...createAdoptButton(results), table];
});

function toCells(drift) {
  const { kind, port, lastPort, protocol, host, missingHosts, detail, officialNames, knownNames, since } = drift;
  const span = port === lastPort ? String(port) : `${port}-${lastPort}`;
  const place = protocol === null ? `/ports/${port}` : `/ports/${port}/${protocol}`;
  const hosts = host === null ? missingHosts : [host];
  const links = hosts.flatMap((name, index) => [
    index === 0 ? '' : ', ',
    createLink(`?${new URLSearchParams({ host: name })}`, name),
  ]);
  return [
    wordsOf(kind),
    create('a', { href: api.address(place) }, protocol === null ? span : `${span}/${protocol}`),
    create('span', {}, ...links),
    createUntrusted(detail),
    createUntrusted([...officialNames, ...knownNames].slice(0, 3).join(', ')),
    createTime(since),
    createAction(drift),
  ];
}

/** Returns the words of a kind: those of the filter of the page. */
function wordsOf(kind) {
  return document.querySelector(`[name=kind] option[value=${kind}]`).textContent;
}

/** Creates the link to the form of a new entry, or to the entry. */
function createAction({ kind, entry, port, protocol, proposedName: name, environment, host }) {
  if (entry !== null) return createLink(api.address(`/associations/${encodeURIComponent(entry.id)}`), entry.name);
  if (kind !== 'seen_not_declared') return '';
  const values = Object.entries({ port, protocol, name, environment, hosts: host }).filter(
    ([, value]) => value !== null,
  );
  return create('a', { href: api.address(`/associations/new?${new URLSearchParams(values)}`) }, 'Declare');
}

/** Creates the button that declares all sockets of the host that the page is filtered by. */
function createAdoptButton(results) {
  const host = new URLSearchParams(location.search).get('host');
  if (!host || !results.some(({ kind }) => kind === 'seen_not_declared')) return [];
  const button = create('button', { type: 'button' }, 'Declare all sockets of this host');
  const fault = create('p', { className: 'fault', role: 'alert' });
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      const { adoptHost } = await import('./adopt.js');
      await adoptHost(host);
    } catch (error) {
      fault.textContent = error.message;
    } finally {
      button.disabled = false;
    }
  });
  return [create('p', { className: 'buttons' }, button), fault];
}
