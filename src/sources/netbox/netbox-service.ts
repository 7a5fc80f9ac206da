import { LAST_PORT } from '../../registry/values/port-number.ts';
import { quoteInput, quoteValue, RegistryError } from '../../registry/values/registry-error.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { isRecord, type JsonRecord } from '../json-record.ts';

/** A port of a service. */
export interface NetboxPort {
  readonly port: number;
  readonly protocol: TransportProtocol;
}

/** A service of NetBox. */
export interface NetboxService {
  readonly id: number;
  readonly name: string;
  /** Its ports, in the order of NetBox. */
  readonly ports: readonly NetboxPort[];
  /** The device, the virtual machine or the FHRP group that it belongs to; null for none. */
  readonly host: string | null;
  readonly description: string;
  /** The slugs of its tags. */
  readonly tags: readonly string[];
}

/**
 * Parses a service of NetBox, of any version: up to 4.2 with `device` and `virtual_machine`; since 4.3 with `parent`; since 4.7 with
 * `port_mappings`, where `protocol` and `ports` are null if the service has several protocols.
 *
 * @param value - A result of `/api/ipam/services/`, which is untrusted.
 * @throws {RegistryError} `unavailable` for another value.
 * @see https://netboxlabs.com/docs/netbox/models/ipam/service/
 */
export function parseService(value: unknown): NetboxService {
  if (!isRecord(value)) throw fault(`a service ${quoteValue(value)}`, 'an object');
  const { id, name, description, tags } = value;
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw fault(`the id ${quoteValue(id)}`, 'a whole number');
  const place = `service ${id}`;
  if (typeof name !== 'string' || name.trim() === '') throw fault(`the name of ${place}`, 'a text');
  return {
    id,
    name,
    ports: portsOf(value, place),
    host: hostOf(value),
    description: typeof description === 'string' ? description : '',
    tags: (Array.isArray(tags) ? tags : []).flatMap((tag) => (isRecord(tag) ? (textOf(tag.slug) ?? []) : [])),
  };
}

function portsOf({ port_mappings: mappings, protocol, ports }: JsonRecord, place: string): NetboxPort[] {
  if (Array.isArray(mappings)) {
    return mappings.map((mapping) => {
      const [, name = '', port = ''] = /^(\w{1,10})\/(\d{1,5})$/.exec(String(mapping)) ?? [];
      return parsePort(name, Number(port), `the port mapping ${quoteValue(mapping)} of ${place}`);
    });
  }
  if (!Array.isArray(ports)) throw fault(`the ports of ${place}`, 'a list of numbers, or port_mappings');
  // The value of a choice is in an object, with a label beside it.
  const name = isRecord(protocol) ? protocol.value : protocol;
  return ports.map((port) => {
    const written = `${String(port)}/${String(name)}`;
    return parsePort(String(name), port, `the port ${quoteInput(written)} of ${place}`);
  });
}

function parsePort(name: string, port: unknown, what: string): NetboxPort {
  const protocol = TRANSPORT_PROTOCOLS.find((known) => known === name.toLowerCase());
  const isPort = typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= LAST_PORT;
  if (protocol !== undefined && isPort) return { port, protocol };
  throw fault(what, `an integer from 0 to ${LAST_PORT} on tcp, udp or sctp`);
}

function hostOf({ parent, device, virtual_machine: machine, fhrp_group: group }: JsonRecord): string | null {
  const found = [parent, device, machine, group].find(isRecord);
  return found === undefined ? null : (textOf(found.name) ?? textOf(found.display) ?? null);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function fault(what: string, expected: string): RegistryError {
  return new RegistryError('unavailable', `Cannot read ${what} of NetBox: expected ${expected}`);
}
