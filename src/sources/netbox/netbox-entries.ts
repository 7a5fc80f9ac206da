import { mergeSpans } from '../../registry/advice/pool.ts';
import { parseOwnEntry } from '../../registry/own/own-entry.ts';
import { MOST_HOSTS } from '../../registry/rows/association.ts';
import type { PortSpan } from '../../registry/values/port-range.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { compareTexts } from '../../registry/values/text-order.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../../registry/values/transport-protocol.ts';
import type { NetboxService } from './netbox-service.ts';

/** The most tags of one entry, and their longest text in characters. */
const [MOST_TAGS, LONGEST_TAG] = [20, 50];

/** An own entry made of services, as `POST /associations` takes it. */
export interface NetboxEntry extends PortSpan {
  readonly name: string;
  readonly protocols: readonly TransportProtocol[];
  readonly hosts?: readonly string[];
  readonly note?: string;
  readonly tags?: readonly string[];
  readonly sources: readonly { readonly title: string; readonly url: string }[];
}

/**
 * Converts services to own entries: one for each name, range of ports and set of protocols, with the hosts of all its services. A
 * service with several ranges gives several entries, and more than 100 hosts give several too.
 *
 * @param services - The services.
 * @param address - The address of NetBox, the source of the entries.
 * @returns The entries by name and port. A field without a value is left out, so that an import keeps that of an existing entry.
 * @throws {RegistryError} `invalid_argument` for a text that no own entry can have, such as a control character.
 */
export function toEntries(services: readonly NetboxService[], address: string): NetboxEntry[] {
  const groups = new Map<string, { readonly uses: PortUse[]; readonly services: NetboxService[] }>();
  for (const service of services.toSorted((a, b) => a.id - b.id)) {
    for (const use of usesOf(service)) {
      const key = JSON.stringify([service.name, use.firstPort, use.lastPort, use.protocols]);
      const group = groups.get(key) ?? { uses: [use], services: [] };
      group.services.push(service);
      groups.set(key, group);
    }
  }
  const entries = [...groups.values()].flatMap(({ uses: [use], services }) =>
    use === undefined ? [] : entriesOf(use, services, address),
  );
  return entries.sort((a, b) => compareTexts(a.name, b.name) || a.firstPort - b.firstPort);
}

/** A range of ports of a service, on some protocols. */
interface PortUse extends PortSpan {
  readonly protocols: readonly TransportProtocol[];
}

/** Returns the ranges of a service. Ranges of the same ports on several protocols are one. */
function usesOf({ ports }: NetboxService): PortUse[] {
  const spans = new Map<string, { readonly span: PortSpan; readonly protocols: TransportProtocol[] }>();
  for (const protocol of TRANSPORT_PROTOCOLS) {
    const own = ports.filter((port) => port.protocol === protocol);
    for (const span of mergeSpans(own.map(({ port }) => ({ firstPort: port, lastPort: port })))) {
      const key = `${span.firstPort}-${span.lastPort}`;
      const known = spans.get(key) ?? { span, protocols: [] };
      known.protocols.push(protocol);
      spans.set(key, known);
    }
  }
  return [...spans.values()].map(({ span, protocols }) => ({ ...span, protocols }));
}

function entriesOf(use: PortUse, services: readonly NetboxService[], address: string): NetboxEntry[] {
  const [first] = services;
  const hosts = [...new Set(services.flatMap(({ host }) => host ?? []))].sort(compareTexts);
  const note = services.find(({ description }) => description.trim() !== '')?.description;
  const tags = [...new Set(services.flatMap((service) => service.tags))].filter((tag) => tag.length <= LONGEST_TAG);
  const common = {
    name: first?.name ?? '',
    ...use,
    ...(note !== undefined && { note }),
    ...(tags.length > 0 && { tags: tags.sort(compareTexts).slice(0, MOST_TAGS) }),
    sources: [{ title: 'NetBox', url: address }],
  };
  const entries: NetboxEntry[] = [];
  for (let at = 0; at < Math.max(1, hosts.length); at += MOST_HOSTS) {
    const part = hosts.slice(at, at + MOST_HOSTS);
    entries.push({ ...common, ...(part.length > 0 && { hosts: part }) });
  }
  for (const entry of entries) check(entry, first?.id ?? 0);
  return entries;
}

/** Checks the fields of an entry here, where the error can name the service. */
function check(entry: NetboxEntry, id: number): void {
  try {
    parseOwnEntry(entry);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    throw new RegistryError('invalid_argument', `Cannot import service ${id} of NetBox: ${error.message}`);
  }
}
