import type { Socket } from '../../registry/rows/socket.ts';
import type { RunStep } from '../../registry/values/run-step.ts';
import { type SocketParser, socketParser } from '../sockets/socket-parser.ts';
import { refuseSnapshot } from './parsed-snapshot.ts';

/** The lines that one step parses: about 5 ms. */
const LINES_OF_STEP = 1_000;

/** The title of a section of `netstat`. */
const SECTION = /^\s*(?:Active\b|(?:TCP|UDP|SCTP): IPv[46]|Active UNIX|netstat:)/i;
/** A section of `netstat` that has no ports. */
const SECTION_WITHOUT_PORTS = /^Active (?:UNIX|LOCAL|Multipath|kernel)/i;
/** A socket without a port, as `ss` and `netstat` print it. */
const WITHOUT_PORT = /^(?:u_str|u_dgr|u_seq|unix|nl|p_raw|p_dgr|v_str|v_dgr|tipc|raw6?|icmp6?|xdp)\s/;

/**
 * Parses the text of `ss`, `netstat`, `lsof` or `sockstat`.
 *
 * @param text - The whole text.
 * @param run - Runs the steps.
 * @returns The sockets that wait for clients, each with a protocol and a port number.
 * @throws {RegistryError} `invalid_argument`, with the line.
 */
export async function parseSocketLines(text: string, run: RunStep): Promise<Socket[]> {
  const sockets: Socket[] = [];
  const parser = socketParser();
  let place = { start: 0, line: 0, hasPorts: true };
  while (place.start < text.length) {
    place = await run(() => parseLines(text, place, parser, sockets));
  }
  return sockets;
}

interface Place {
  /** The index of the next character. */
  readonly start: number;
  /** The number of lines before it. */
  readonly line: number;
  /** False inside a section of sockets without ports. */
  readonly hasPorts: boolean;
}

function parseLines(text: string, place: Place, parser: SocketParser, sockets: Socket[]): Place {
  let { start, line, hasPorts } = place;
  for (let count = 0; count < LINES_OF_STEP && start < text.length; count++) {
    const end = text.indexOf('\n', start);
    line++;
    if (end < 0) refuse(line, text.slice(start), 'expected a line break at its end; the snapshot seems to be cut off');
    const row = text.slice(start, end).replace(/\r$/, '');
    start = end + 1;
    if (SECTION.test(row)) hasPorts = !SECTION_WITHOUT_PORTS.test(row);
    else if (hasPorts && row.trim() !== '' && !WITHOUT_PORT.test(row)) sockets.push(...parseRow(row, line, parser));
  }
  return { start, line, hasPorts };
}

/** Returns the listening sockets of a line. */
function parseRow(row: string, line: number, parser: SocketParser): readonly Socket[] {
  if (parser.header(row) !== null) return [];
  const found = parser.parse(row)?.sockets;
  const users = row.indexOf('users:((');
  const isCut = users >= 0 && !row.includes('))', users);
  if (found === undefined || isCut || found.some(({ kind }) => kind !== 'socket')) {
    return refuse(line, row, 'expected a line of ss, netstat, lsof or sockstat');
  }
  const listening = found.filter((socket) => socket.isListening && socket.local.port !== null);
  for (const { protocol, local } of listening) {
    if (protocol === null) refuse(line, row, 'expected its protocol; use ss -H -tulnp');
    if (typeof local.port === 'string') refuse(line, row, 'expected a port number; use the option -n');
  }
  return listening;
}

function refuse(line: number, row: string, expected: string): never {
  return refuseSnapshot(`line ${line}`, row, expected);
}
