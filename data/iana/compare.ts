/**
 * Compares the bundled IANA registry with a genuine file of IANA: node data/iana/compare.ts GENUINE.csv
 * Prints counts and full lists; changes nothing.
 */
import { ASSIGNMENT_STATES, type AssignmentCells, assignmentState } from '../../src/registry/rows/assignment.ts';
import { IANA_COLUMNS } from '../../src/registry/rows/iana-columns.ts';
import { TRANSPORT_PROTOCOLS } from '../../src/registry/values/transport-protocol.ts';
import { portsOf, readIanaFile } from './sources.ts';

/** The names and the state of one port and transport protocol in a file. */
interface Entry {
  readonly names: ReadonlySet<string>;
  readonly state: string;
}

const PORTS = Array.from({ length: 49152 }, (_, port) => port);

/** Indexes rows by `port/protocol`. A row without a protocol applies to all four protocols and is indexed under each. */
function byPortAndProtocol(rows: AssignmentCells[]): Map<string, AssignmentCells[]> {
  const index = new Map<string, AssignmentCells[]>();
  for (const row of rows)
    for (const port of portsOf(row))
      for (const protocol of row.transportProtocol === '' ? TRANSPORT_PROTOCOLS : [row.transportProtocol]) {
        const key = `${port}/${protocol}`;
        index.set(key, [...(index.get(key) ?? []), row]);
      }
  return index;
}

/** Returns the entry of rows, with the precedence of the port report: exact before range, then named, then by state. */
function entryOf(rows: AssignmentCells[] = []): Entry {
  const exact = rows.filter((row) => !row.portNumber.includes('-'));
  const specific = exact.length > 0 ? exact : rows;
  const named = rows.filter((row) => row.serviceName !== '');
  const deciding = specific.filter((row) => row.serviceName !== '' || !specific.some((one) => one.serviceName !== ''));
  const states = deciding.map(assignmentState);
  const state = ASSIGNMENT_STATES.find((one) => states.includes(one)) ?? 'unlisted';
  return { names: new Set(named.map((row) => row.serviceName)), state };
}

function difference(names: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  return [...names].filter((name) => !others.has(name));
}

/** Joins consecutive ports with the same difference into one line: `6000-6063/tcp reserved, genuine assigned`. */
function toLines(differences: Map<string, number[]>): string[] {
  const lines: { first: number; text: string }[] = [];
  for (const [text, ports] of differences) {
    let first = -1;
    for (const [index, port] of ports.entries()) {
      if (first === -1) first = port;
      if (ports[index + 1] === port + 1) continue;
      lines.push({ first, text: `${first === port ? first : `${first}-${port}`}${text}` });
      first = -1;
    }
  }
  return lines.sort((a, b) => a.first - b.first).map(({ text }) => text);
}

function print(title: string, ports: number, lines: string[]): void {
  console.log(`\n${title}: ${ports}`);
  for (const line of lines) console.log(`  ${line}`);
}

function compareByPort(bundled: AssignmentCells[], genuine: AssignmentCells[]): void {
  const [ours, theirs] = [byPortAndProtocol(bundled), byPortAndProtocol(genuine)];
  const differences = {
    stale: new Map<string, number[]>(),
    missing: new Map<string, number[]>(),
    state: new Map<string, number[]>(),
  };
  const add = (kind: Map<string, number[]>, text: string, port: number) =>
    kind.set(text, [...(kind.get(text) ?? []), port]);
  for (const protocol of TRANSPORT_PROTOCOLS)
    for (const port of PORTS) {
      const [our, their] = [entryOf(ours.get(`${port}/${protocol}`)), entryOf(theirs.get(`${port}/${protocol}`))];
      for (const name of difference(our.names, their.names)) add(differences.stale, `/${protocol} ${name}`, port);
      for (const name of difference(their.names, our.names)) add(differences.missing, `/${protocol} ${name}`, port);
      if (our.state !== their.state) add(differences.state, `/${protocol} ${our.state}, genuine ${their.state}`, port);
    }
  const count = (kind: Map<string, number[]>) => [...kind.values()].flat().length;
  print('Stale names (port and protocol)', count(differences.stale), toLines(differences.stale));
  print('Missing names (port and protocol)', count(differences.missing), toLines(differences.missing));
  print('Wrong states (port and protocol)', count(differences.state), toLines(differences.state));
}

function compareWithoutPort(bundled: AssignmentCells[], genuine: AssignmentCells[]): void {
  const keys = (rows: AssignmentCells[]) =>
    new Set(
      rows.filter((row) => row.portNumber === '').map((row) => `${row.serviceName}/${row.transportProtocol || '-'}`),
    );
  const stale = difference(keys(bundled), keys(genuine));
  const missing = difference(keys(genuine), keys(bundled));
  print('Names without a port: stale', stale.length, [stale.join(' ')]);
  print('Names without a port: missing', missing.length, [missing.join(' ')]);
}

/** Compares the cells of rows in both files (same name, port and protocol); each run of white space counts as one space. */
function compareCells(bundled: AssignmentCells[], genuine: AssignmentCells[]): void {
  const identity = (row: AssignmentCells) => `${row.serviceName} ${row.portNumber}/${row.transportProtocol}`;
  const theirs = Map.groupBy(genuine, identity);
  const pairs = bundled.flatMap((row) =>
    theirs.has(identity(row)) ? [[row, theirs.get(identity(row)) ?? []] as const] : [],
  );
  console.log(
    `\nRows: ${bundled.length} bundled, ${genuine.length} genuine; ${pairs.length} with the same name, port and protocol; of these`,
  );
  for (const { key, header } of IANA_COLUMNS.slice(3)) {
    const fold = (row: AssignmentCells) => row[key].replace(/\s+/g, ' ');
    const differing = pairs.filter(([row, same]) => !same.some((one) => fold(one) === fold(row)));
    const absent = differing.filter(([row]) => row[key] === '').length;
    console.log(`  ${header}: ${differing.length} differ, ${absent} of them empty here`);
  }
}

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('Cannot compare: expected the path of a genuine IANA file');
const [bundled, genuine] = [
  readIanaFile(new URL('service-names-port-numbers.csv', import.meta.url)),
  readIanaFile(path),
];
compareByPort(bundled, genuine);
compareWithoutPort(bundled, genuine);
compareCells(bundled, genuine);
