import { isForAnyHost } from '../observed/declared-ports.ts';
import { namesHost } from '../observed/observed-host.ts';
import type { Association } from '../rows/association.ts';
import { isSameEnvironment } from '../rows/environment.ts';
import { formatSpan, overlaps } from '../values/port-range.ts';
import { quoteInput, RegistryError } from '../values/registry-error.ts';
import type { OwnEntry } from './own-fields.ts';

/**
 * Refuses entries that adopt sockets that a stored entry already declares, as drift decides it: another client has adopted them since
 * the drift was read.
 *
 * @param entries - The new entries.
 * @param stored - The own entries in use that overlap with them, at least.
 * @param action - The refused action for the message, such as `create the entry`.
 * @throws {RegistryError} `conflict`, with the stored entry in `holders`.
 */
export function refuseDeclared(entries: readonly OwnEntry[], stored: readonly Association[], action: string): void {
  for (const entry of entries) {
    const declaring = stored.find((other) => declares(other, entry));
    if (declaring === undefined) continue;
    const { id, name, owner, environment } = declaring;
    const what = `${quoteInput(entry.name)} on ${formatSpan(entry)}/${entry.protocols.join(',')}`;
    const detail = `the own entry ${quoteInput(name)} (${id}) already declares ${what}; read the drift again`;
    throw new RegistryError('conflict', `Cannot ${action}: ${detail}`, {
      holders: [{ kind: 'association', id, name, owner, environment }],
    });
  }
}

/** Returns whether a stored entry declares sockets of a new one. For a new entry without hosts, the stored one must be for any host. */
function declares(stored: Association, entry: OwnEntry): boolean {
  return (
    overlaps(stored, entry) &&
    stored.protocols.some((protocol) => entry.protocols.includes(protocol)) &&
    isSameEnvironment(stored.environment, entry.environment) &&
    (isForAnyHost(stored.hosts) || entry.hosts.some((host) => namesHost(stored.hosts, host.toLowerCase())))
  );
}
