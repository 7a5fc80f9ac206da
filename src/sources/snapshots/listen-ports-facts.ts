import type { Socket } from '../../registry/rows/socket.ts';
import { tryParsePortNumber } from '../../registry/values/port-number.ts';
import type { RunStep } from '../../registry/values/run-step.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import type { JsonItems } from '../json-items.ts';
import { isRecord, type JsonRecord, parseJson } from '../json-record.ts';
import { findList, parseItems } from './json-list.ts';
import { listeningPort, refuseSnapshot } from './parsed-snapshot.ts';

/** The facts and their protocols. */
const FACTS = [
  ['tcp_listen', 'tcp'],
  ['udp_listen', 'udp'],
] as const;

/** The longest text around the lists, in characters: all other facts of a host. */
const LONGEST_FRAME = 512 * 1024;

/** What the command `ansible` prints before the result. */
const PREFIX = /^\s*\S{1,253} \| (?:SUCCESS|CHANGED) => (?=\{)/;

const EXPECTED = 'expected the facts tcp_listen and udp_listen of the module listen_ports_facts';

/**
 * Parses the result of Ansible's module `listen_ports_facts` for one host, as the command `ansible` prints it or as a file of
 * facts has it: the lists `tcp_listen` and `udp_listen`, at the top or in `ansible_facts`.
 *
 * @param text - The whole text.
 * @param run - Runs the steps. The first two find the lists.
 * @throws {RegistryError} `invalid_argument`, with the element.
 */
export async function parseListenPortsFacts(text: string, run: RunStep): Promise<Socket[]> {
  const lists: { list: JsonItems; text: string; name: string; protocol: TransportProtocol }[] = [];
  let frame = text.replace(PREFIX, '');
  for (const [name, protocol] of FACTS) {
    const before = frame;
    const list = await run(() => findList(before, name, 2));
    if (list === null) continue;
    lists.push({ list, text: before, name, protocol });
    frame = list.frame;
  }
  const facts = factsOf(frame, lists.length);
  const areFound = lists.every(({ name, list }) => sizeOf(facts[name]) === list.items.length);
  if (lists.length === 0 || !areFound) refuseSnapshot('the text', text.slice(0, 80), EXPECTED);
  const sockets: Socket[] = [];
  for (const { list, text: written, name, protocol } of lists) {
    await parseItems(written, list.items, name, run, (record, place) => {
      const socket = toSocket(record, protocol, place);
      if (socket !== null) sockets.push(socket);
    });
  }
  return sockets;
}

function sizeOf(value: unknown): number {
  return Array.isArray(value) ? value.length : -1;
}

/** Returns the facts without the elements of their lists. */
function factsOf(frame: string, count: number): JsonRecord {
  const root = count === 0 || frame.length > LONGEST_FRAME ? undefined : parseJson(frame);
  if (!isRecord(root)) return {};
  return isRecord(root.ansible_facts) ? root.ansible_facts : root;
}

/** Returns null for a connection, which the module reports if `include_non_listening` is set. */
function toSocket(
  { address, port, name, state }: JsonRecord,
  protocol: TransportProtocol,
  place: string,
): Socket | null {
  const isListening = typeof state !== 'string' || (protocol === 'tcp' ? /^LISTEN/i : /^(?!ESTAB)/i).test(state);
  if (!isListening) return null;
  const number = typeof port === 'number' || typeof port === 'string' ? tryParsePortNumber(String(port), place) : null;
  if (typeof number !== 'number' || typeof address !== 'string') {
    return refuseSnapshot(place, JSON.stringify({ address, port }), 'expected an address and a port from 0 to 65535');
  }
  const bare = address.replaceAll(/[[\]]/g, '');
  return listeningPort(protocol, bare === '' ? null : bare, number, typeof name === 'string' ? name : null);
}
