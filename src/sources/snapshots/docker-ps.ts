import type { Socket } from '../../registry/rows/socket.ts';
import { LAST_PORT } from '../../registry/values/port-number.ts';
import { type PortSpan, spanWidth } from '../../registry/values/port-range.ts';
import type { RunStep } from '../../registry/values/run-step.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { isRecord, parseJson } from '../json-record.ts';
import { checkPublishedCount, listeningPort, refuseSnapshot } from './parsed-snapshot.ts';

/** The characters that one step parses: a few milliseconds. */
const STEP_CHARACTERS = 64 * 1024;

/** The longest line, in characters. The labels of a container are the most of it. */
const LONGEST_LINE = 256 * 1024;

/** The longest item of the column PORTS, in characters. */
const LONGEST_ITEM = 100;

/** A published port or range, `0.0.0.0:8080->80/tcp`, or a port of the container alone, `80/tcp`. */
const ITEM = /^(?:(\S+):)?(\d{1,5})(?:-(\d{1,5}))?(?:->\d{1,5}(?:-\d{1,5})?)?\/(tcp|udp|sctp)$/;

/**
 * Parses the output of `docker ps --format json`: one container in each line. The name of a published port is the service of
 * docker compose, `project/service`, else the name of the container. Ports that are not published are left out.
 *
 * @param text - The whole text.
 * @param run - Runs the steps.
 * @returns The published ports, each computed when it is read: a short line can publish all of them.
 * @throws {RegistryError} `invalid_argument`, with the line; `too_large` for too many ports.
 */
export async function parseDockerPs(text: string, run: RunStep): Promise<Iterable<Socket>> {
  const published: Published[] = [];
  let place = { start: 0, line: 0, ports: 0 };
  while (place.start < text.length) place = await run(() => parseLines(text, place, published));
  return { [Symbol.iterator]: () => socketsOf(published) };
}

function* socketsOf(published: readonly Published[]): Generator<Socket> {
  for (const { protocol, address, firstPort, lastPort, name } of published) {
    for (let port = firstPort; port <= lastPort; port++) yield listeningPort(protocol, address, port, name);
  }
}

interface Place {
  readonly start: number;
  readonly line: number;
  /** The number of ports in the lines before. */
  readonly ports: number;
}

function parseLines(text: string, place: Place, published: Published[]): Place {
  let { start, line, ports } = place;
  for (const first = start; start - first < STEP_CHARACTERS && start < text.length; ) {
    const end = text.indexOf('\n', start);
    line++;
    if (end < 0) {
      const expected = 'expected a line break at its end; the snapshot seems to be cut off';
      refuseSnapshot(`line ${line}`, text.slice(start), expected);
    }
    const row = text.slice(start, end).trim();
    start = end + 1;
    for (const item of row === '' ? [] : portsOf(row, `line ${line}`)) {
      published.push(item);
      ports += spanWidth(item);
      checkPublishedCount(ports);
    }
  }
  return { start, line, ports };
}

/** Published ports of a container. */
interface Published extends PortSpan {
  readonly address: string;
  readonly protocol: TransportProtocol;
  readonly name: string | null;
}

function portsOf(row: string, place: string): Published[] {
  const container = row.length > LONGEST_LINE ? undefined : parseJson(row);
  if (!isRecord(container) || typeof container.Ports !== 'string' || typeof container.Names !== 'string') {
    refuseSnapshot(place, row, 'expected a line of docker ps --format json');
  }
  const { Ports, Names, Labels } = container;
  const name = serviceOf(typeof Labels === 'string' ? Labels : '') ?? containerNameOf(Names);
  return Ports.split(', ').flatMap((item) => {
    const parsed = item === '' ? undefined : parseItem(item);
    if (parsed === null) return refuseSnapshot(place, item, 'expected a port such as 0.0.0.0:8080->80/tcp in Ports');
    return parsed === undefined || parsed.address === null ? [] : { ...parsed, address: parsed.address, name };
  });
}

/** An item of `Ports`; without an address, its ports are not published. */
interface Item extends PortSpan {
  readonly address: string | null;
  readonly protocol: TransportProtocol;
}

function parseItem(item: string): Item | null {
  const [, address = null, first, last = first, protocol] = item.length > LONGEST_ITEM ? [] : (ITEM.exec(item) ?? []);
  const [firstPort, lastPort] = [Number(first), Number(last)];
  const isSpan = firstPort <= lastPort && lastPort <= LAST_PORT;
  if (!isSpan || item.includes('->') !== (address !== null)) return null;
  const bare = address?.replaceAll(/[[\]]/g, '') ?? null;
  return { address: bare, firstPort, lastPort, protocol: protocol as TransportProtocol };
}

/** Returns the service of docker compose from the labels, `key=value` with commas between them; null for none. */
function serviceOf(labels: string): string | null {
  const [, project] = /(?:^|,)com\.docker\.compose\.project=([^,]+)/.exec(labels) ?? [];
  const [, service] = /(?:^|,)com\.docker\.compose\.service=([^,]+)/.exec(labels) ?? [];
  return project === undefined || service === undefined ? null : `${project}/${service}`;
}

/** Returns the name of a container without those of links, such as `other/web`. */
function containerNameOf(names: string): string | null {
  return names.split(',').find((name) => name !== '' && !name.includes('/')) ?? null;
}
