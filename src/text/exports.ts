import { setImmediate } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';
import type { AssignmentCells } from '../registry/assignment.ts';
import type { Origin } from '../registry/association.ts';
import { LARGEST_PAGE, type Page, type PageRequest } from '../registry/page.ts';
import { isOneWord, type PortName, portNames } from '../registry/port-name.ts';
import type { Registry } from '../registry/registry.ts';
import { ANY_ASSIGNMENT, ANY_ASSOCIATION } from '../registry/search.ts';

/** How many lines or reports are made before other requests get their turn. */
const TURN = 50;
const LINES_A_TURN = 2_000;

/** A file for another tool: it is made piece by piece, and other requests are answered in between. */
export type Export = (registry: Registry, origins: readonly Origin[]) => AsyncGenerator<string>;

/**
 * Writes services(5), as getent reads it: one line a port and protocol, further names as aliases.
 *
 * @param registry - Where the rows come from.
 * @param origins - Whose names are taken.
 */
export async function* servicesExport(registry: Registry, origins: readonly Origin[]): AsyncGenerator<string> {
  const names = await namesOf(registry, origins);
  const head = leftOut(names.flatMap(({ name, aliases }) => [name, ...aliases]));
  yield* lines(head, names, ({ port, protocol, name, aliases, description }) => {
    const [first, ...more] = [name, ...aliases].filter(isOneWord);
    if (first === undefined) return '';
    const words = [first.padEnd(15), `${port}/${protocol}`, ...more].join(' ');
    return `${words}${comment(description)}\n`;
  });
}

/**
 * Writes nmap-services, as `nmap --servicedb` reads it: one line a port and protocol. It names no frequencies, for
 * nobody has measured them, and no DCCP, which nmap does not know.
 */
export async function* nmapServicesExport(registry: Registry, origins: readonly Origin[]): AsyncGenerator<string> {
  const names = (await namesOf(registry, origins)).filter(({ protocol }) => protocol !== 'dccp');
  const head = leftOut(names.map(({ name }) => name));
  yield* lines(head, names, ({ port, protocol, name, aliases, description }) => {
    const word = [name, ...aliases].find(isOneWord);
    return word === undefined ? '' : `${word}\t${port}/${protocol}${comment(description)}\n`;
  });
}

/** Writes a dictionary for Logstash's translate filter, in YAML: `"443/tcp": "https"`. */
export async function* logstashExport(registry: Registry, origins: readonly Origin[]): AsyncGenerator<string> {
  const names = await namesOf(registry, origins);
  yield* lines('', names, ({ port, protocol, name }) => `"${port}/${protocol}": ${JSON.stringify(name)}\n`);
}

/** Writes one port report a line, in JSON, for each port that has a name. */
export async function* ndjsonExport(registry: Registry, origins: readonly Origin[]): AsyncGenerator<string> {
  const ports = [...new Set((await namesOf(registry, origins)).map(({ port }) => port))];
  for (let start = 0; start < ports.length; start += TURN) {
    await setImmediate();
    const queries = ports
      .slice(start, start + TURN)
      .map((port) => ({ firstPort: port, lastPort: port, protocol: null }));
    yield registry
      .ports(queries)
      .map((report) => `${JSON.stringify(report)}\n`)
      .join('');
  }
}

/** The columns of IANA's CSV, in its order, under its names. */
const CSV_COLUMNS: readonly { key: keyof AssignmentCells; header: string }[] = [
  { key: 'serviceName', header: 'Service Name' },
  { key: 'portNumber', header: 'Port Number' },
  { key: 'transportProtocol', header: 'Transport Protocol' },
  { key: 'description', header: 'Description' },
  { key: 'assignee', header: 'Assignee' },
  { key: 'contact', header: 'Contact' },
  { key: 'registrationDate', header: 'Registration Date' },
  { key: 'modificationDate', header: 'Modification Date' },
  { key: 'reference', header: 'Reference' },
  { key: 'serviceCode', header: 'Service Code' },
  { key: 'unauthorizedUseReported', header: 'Unauthorized Use Reported' },
  { key: 'assignmentNotes', header: 'Assignment Notes' },
];

/** Writes IANA's CSV, cell by cell as it was imported: importing it again gives the same rows. */
export async function* csvExport(registry: Registry): AsyncGenerator<string> {
  let header = true;
  for await (const cells of pages((page) => registry.assignmentCells(page))) {
    // A lone line feed inside a cell is no record delimiter here, but other readers take it for one unless it is quoted.
    yield stringify([...cells], {
      header,
      columns: [...CSV_COLUMNS],
      record_delimiter: '\r\n',
      quoted_match: /[\r\n]/,
    });
    header = false;
  }
}

async function* lines(
  head: string,
  names: readonly PortName[],
  toLine: (name: PortName) => string,
): AsyncGenerator<string> {
  if (head !== '') yield head;
  for (let start = 0; start < names.length; start += LINES_A_TURN) {
    await setImmediate();
    yield names
      .slice(start, start + LINES_A_TURN)
      .map(toLine)
      .join('');
  }
}

/** The end of the last call of `namesOf`. */
let lastTurn: Promise<unknown> = Promise.resolve();

/**
 * Names every port and protocol, for one export after the other: twenty that begin at once would hold everybody up with
 * twenty parts of the work in each turn, and keep twenty times all rows in memory.
 */
function namesOf(registry: Registry, origins: readonly Origin[]): Promise<PortName[]> {
  const turn = lastTurn.then(() => readNames(registry, origins));
  lastTurn = turn.catch(() => {});
  return turn;
}

async function readNames(registry: Registry, origins: readonly Origin[]): Promise<PortName[]> {
  const assignments = origins.includes('iana')
    ? await Array.fromAsync(pages((page) => registry.assignments(ANY_ASSIGNMENT, page)))
    : [];
  const uses = await Array.fromAsync(pages((page) => registry.associations(ANY_ASSOCIATION, page)));
  return portNames(
    assignments.flat(),
    uses.flat().filter(({ origin }) => origins.includes(origin)),
  );
}

/** Reads a list page by page; other requests get their turn between the pages. */
async function* pages<T>(read: (request: PageRequest) => Page<T>): AsyncGenerator<readonly T[]> {
  for (let offset = 0, count = 1; offset < count; offset += LARGEST_PAGE) {
    await setImmediate();
    const page = read({ limit: LARGEST_PAGE, offset });
    count = page.count;
    yield page.results;
  }
}

/** Says in a comment how many names a file of words leaves out: they would be read as something else. */
function leftOut(names: readonly string[]): string {
  const count = names.filter((name) => !isOneWord(name)).length;
  const what = count === 1 ? 'name that holds' : 'names that hold';
  return count === 0
    ? ''
    : `# Left out: ${count} ${what} a blank, a control character or #; /export/csv has all names\n`;
}

/** A comment ends with its line, and what is behind a second `#` belongs to it. */
function comment(description: string | null): string {
  return description === null ? '' : `\t# ${description.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')}`;
}
