import { formatSpan } from '../values/port-range.ts';
import { enumerateSome } from '../values/wording.ts';
import type { Drift, DriftEntry } from './drift.ts';
import type { FoundDrift } from './found-drift.ts';
import { proposeName } from './propose-entry.ts';

/** The most hosts that a sentence names. */
const MOST_NAMED = 3;

/**
 * Describes a result of the comparison.
 *
 * @param found - The result.
 * @param names - The names of its port.
 */
export function describeDrift(found: FoundDrift, names: Pick<Drift, 'officialNames' | 'knownNames'>): Drift {
  const { kind, host, entry, protocol, port, lastPort, scopes, processes, pool, missingHosts } = found;
  const { officialNames, knownNames } = names;
  const environment = host === null ? (entry?.environment ?? null) : host.environment;
  return {
    ...{
      kind,
      detail: detailOf(found),
      host: host?.name ?? null,
      environment,
      protocol,
      port,
      lastPort,
      processes,
      scopes,
    },
    ...{ entry: entry && toDriftEntry(entry), pool, missingHosts, officialNames, knownNames },
    ...{ firstSeen: found.firstSeen, lastSeen: found.lastSeen, since: found.since },
    proposedName: kind === 'seen_not_declared' ? proposeName(processes, officialNames, port) : null,
  };
}

function toDriftEntry({ id, name, owner, environment, firstPort, lastPort, protocols }: DriftEntry): DriftEntry {
  return { id, name, owner, environment, firstPort, lastPort, protocols };
}

function detailOf(found: FoundDrift): string {
  const { kind, entry, pool } = found;
  if (kind === 'declared_not_seen') return describeMissing(found);
  const use = `${found.host?.name} listens on ${placeOf(found)}${processesOf(found)}`;
  switch (kind) {
    case 'declared_and_seen':
      return `${use}, as the own entry ${nameOf(entry)} declares.`;
    case 'seen_not_declared':
      return `${use}. No own entry declares it.`;
    case 'seen_under_another_owner':
      if (entry === null) return `${use}, a port of the pool ${pool}. No own entry declares it.`;
      return entry.hosts.length === 0
        ? `${use}, a port of the own entry ${nameOf(entry)}. The process is that of another own entry.`
        : `${use}, a port that the own entry ${nameOf(entry)} declares for ${enumerateSome(entry.hosts, MOST_NAMED)}.`;
  }
}

function describeMissing(found: FoundDrift): string {
  const { entry, missingHosts, lastSeen } = found;
  const who =
    missingHosts.length > 0
      ? `${enumerateSome(missingHosts, MOST_NAMED)} ${missingHosts.length === 1 ? 'does' : 'do'} not listen`
      : `No host${entry?.environment == null ? '' : ` of ${entry.environment}`} listens`;
  const last = lastSeen === null ? 'It was never seen there.' : `It was seen last at ${lastSeen}.`;
  return `${who} on ${placeOf(found)}, which the own entry ${nameOf(entry)} declares. ${last}`;
}

function placeOf({ port, lastPort, protocol, entry }: FoundDrift): string {
  const protocols = protocol === null ? (entry?.protocols ?? []) : [protocol];
  return `${formatSpan({ firstPort: port, lastPort })}/${protocols.join('+')}`;
}

function processesOf({ processes }: FoundDrift): string {
  return processes.length === 0 ? '' : ` (${enumerateSome(processes, MOST_NAMED)})`;
}

function nameOf(entry: DriftEntry | null): string {
  if (entry === null) return '';
  return entry.owner === null ? entry.name : `${entry.name} of ${entry.owner}`;
}
