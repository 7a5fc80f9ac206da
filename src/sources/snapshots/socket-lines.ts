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
  let place: Place = { start: 0, line: 0, hasPorts: true, hasRows: false, title: null };
  while (place.start < text.length) {
    place = await run(() => parseLines(text, place, parser, sockets));
  }
  const { hasRows, title } = place;
  if (!hasRows && title !== null) refuse(title.line, title.row, EXPECTED);
  return sockets;
}

const EXPECTED = 'expected a line of ss, netstat, lsof or sockstat';

interface Place {
  /** The index of the next character. */
  readonly start: number;
  /** The number of lines before it. */
  readonly line: number;
  /** False inside a section of sockets without ports. */
  readonly hasPorts: boolean;
  /** True after the first line with a socket. */
  readonly hasRows: boolean;
  /** The first title or header in another language than English; it is a fault if no socket follows. */
  readonly title: { readonly line: number; readonly row: string } | null;
}

/** A title or header of `netstat` in any language: words without a digit. */
const TITLE = /^\D{1,200}$/;

function parseLines(text: string, place: Place, parser: SocketParser, sockets: Socket[]): Place {
  let { start, line, hasPorts, hasRows, title } = place;
  for (let count = 0; count < LINES_OF_STEP && start < text.length; count++) {
    const end = text.indexOf('\n', start);
    line++;
    if (end < 0) refuse(line, text.slice(start), 'expected a line break at its end; the snapshot seems to be cut off');
    const row = text.slice(start, end).replace(/\r$/, '');
    start = end + 1;
    if (SECTION.test(row)) hasPorts = !SECTION_WITHOUT_PORTS.test(row);
    else if (hasPorts && row.trim() !== '' && !WITHOUT_PORT.test(row)) {
      const isHeader = parser.header(row) !== null;
      if (!hasRows && !isHeader && TITLE.test(row) && parser.parse(row) === null) title ??= { line, row };
      else if (!isHeader) {
        sockets.push(...parseRow(row, line, parser));
        hasRows = true;
      }
    }
  }
  return { start, line, hasPorts, hasRows, title };
}

/** Returns the listening sockets of a line. */
function parseRow(row: string, line: number, parser: SocketParser): readonly Socket[] {
  const found = parser.parse(row)?.sockets;
  const users = row.indexOf('users:((');
  const isCut = users >= 0 && !row.includes('))', users);
  if (found === undefined || isCut || found.some(({ kind }) => kind !== 'socket')) {
    return refuse(line, row, EXPECTED);
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
