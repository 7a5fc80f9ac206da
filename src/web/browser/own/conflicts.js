// Finds conflicts of an own entry before it is saved: advice on its ports, and other own entries.
import { refusalOf } from '../parts/short-verdict.js';
import { fetchJson } from './api.js';

/** The most own entries that are compared. */
const MAX_ENTRIES = 20_000;

/** The fields on which the advice depends. */
const ADVISED = ['firstPort', 'protocols', 'environment'];

/**
 * Finds the conflicts that changes cause: a new name, or new ports, protocols or environment.
 *
 * @param {Record<string, any>} entry The entry in JSON.
 * @param {Record<string, any>} changes Its changed fields; all of them for a new entry.
 * @param {string | null} id The id of the entry; null for a new one.
 * @returns {Promise<{ severity: string, title: string, detail: string }[]>} The conflicts, the most severe first. The titles are
 *   those of verdicts on ports.
 */
export async function findConflicts(entry, changes, id) {
  const { firstPort, lastPort } = entry;
  const name = changes.name?.trim().toLowerCase();
  const isMoved = ADVISED.some((field) => field in changes);
  if (name === undefined && !isMoved) return [];
  const span = isMoved && isPort(firstPort) ? { firstPort, lastPort: isPort(lastPort) ? lastPort : firstPort } : null;
  const others = (await ownEntries()).filter((other) => other.id !== id);
  const overlapping = span === null ? [] : others.filter((other) => overlaps(other, span, entry));
  const reported = new Set([id, ...overlapping.map((other) => other.id)]);
  const found = overlapping.map((other) => ({
    severity: 'avoid',
    code: 'own_use',
    detail: `Overlaps the own entry ${describe(other)}.`,
  }));
  for (const other of others) {
    if (other.name.toLowerCase() !== name) continue;
    found.push({ severity: 'caution', detail: `There is an own entry of the same name: ${describe(other)}.` });
  }
  for (const port of span === null ? [] : new Set([span.firstPort, span.lastPort])) {
    const prefix = span.firstPort === span.lastPort ? '' : `${port}: `;
    for (const { severity, code, detail, source } of await reasons(port, entry)) {
      if (severity === 'info' || (code === 'own_use' && reported.has(source))) continue;
      found.push({ severity, code, detail: prefix + detail });
    }
  }
  return found
    .sort((a, b) => Number(a.severity !== 'avoid') - Number(b.severity !== 'avoid'))
    .map(({ severity, code, detail }) => {
      return { severity, title: severity === 'avoid' ? refusalOf(code.toUpperCase()) : 'With care', detail };
    });
}

async function reasons(port, { protocols, environment }) {
  const query = new URLSearchParams();
  if (protocols?.length === 1) query.set('protocol', protocols[0]);
  if (environment) query.set('environment', environment);
  const { body } = await fetchJson(`/ports/${port}/suitability?${query}`);
  return body.reasons;
}

async function ownEntries() {
  const entries = [];
  let path = '/associations?origin=own&limit=1000';
  while (path !== null && entries.length < MAX_ENTRIES) {
    const { body } = await fetchJson(path);
    entries.push(...body.results);
    // Only the query: the path of `next` contains the base path, which `fetchJson` adds again.
    path = body.next === null ? null : `/associations?${body.next.split('?')[1]}`;
  }
  return entries;
}

/** Returns whether another entry has a port in common: for the same protocol, and the same environment or all of them. */
function overlaps(other, { firstPort, lastPort }, { protocols, environment }) {
  if (other.status === 'retired') return false;
  const isOn = protocols === undefined || other.protocols.some((protocol) => protocols.includes(protocol));
  const isWithin =
    !environment || other.environment === null || other.environment.toLowerCase() === environment.toLowerCase();
  return isOn && isWithin && other.firstPort <= lastPort && firstPort <= other.lastPort;
}

function describe({ name, firstPort, lastPort, protocols, owner }) {
  const ports = firstPort === lastPort ? firstPort : `${firstPort}-${lastPort}`;
  return `${name} on ${ports} (${protocols.join(', ')})${owner === null ? '' : `, owned by ${owner}`}`;
}

function isPort(value) {
  return Number.isInteger(value) && value >= 0 && value <= 65535;
}
