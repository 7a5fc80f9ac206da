import type { Drift } from '../registry/observed/drift.ts';
import { mapInSteps, type Steps } from '../registry/values/run-step.ts';
import { wrap } from './columns.ts';
import { csvInSteps } from './csv-table.ts';

/**
 * Renders drift: the kind, then the comparison in a sentence, then the names of the port.
 *
 * @param drift - The results.
 */
export function* driftText(drift: readonly Drift[]): Steps<string> {
  return (yield* mapInSteps(drift, (one) => wrap(`${one.kind}: `, [one.detail + namesOf(one)]))).join('');
}

/** The most known names of a line. */
const MOST_NAMES = 3;

/** Returns the names of the port where no own entry has it. */
function namesOf({ entry, officialNames, knownNames }: Drift): string {
  if (entry !== null) return '';
  const official = officialNames.length === 0 ? [] : [`IANA: ${officialNames.join(', ')}.`];
  const known = knownNames.length === 0 ? [] : [`Known as: ${knownNames.slice(0, MOST_NAMES).join(', ')}.`];
  return [...official, ...known].map((text) => ` ${text}`).join('');
}

/**
 * Renders drift as CSV, one result in each line. Names are separated by commas, hosts and scopes by blanks.
 *
 * @param drift - The results.
 */
export function driftCsv(drift: readonly Drift[]): Steps<string> {
  const columns = [
    ...['kind', 'host', 'environment', 'protocol', 'port', 'lastPort', 'processes', 'scopes'],
    ...['entryId', 'entryName', 'entryOwner', 'entryEnvironment', 'pool', 'missingHosts'],
    ...['officialNames', 'knownNames', 'firstSeen', 'lastSeen', 'since', 'detail'],
  ];
  return csvInSteps(columns, drift, ({ entry, processes, scopes, missingHosts, ...one }) => ({
    ...one,
    processes: processes.join(', '),
    scopes: scopes.join(' '),
    entryId: entry?.id ?? null,
    entryName: entry?.name ?? null,
    entryOwner: entry?.owner ?? null,
    entryEnvironment: entry?.environment ?? null,
    missingHosts: missingHosts.join(' '),
    officialNames: one.officialNames.join(', '),
    knownNames: one.knownNames.join(', '),
  }));
}
