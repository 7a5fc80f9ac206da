import { stringify } from 'csv-stringify/sync';
import type { Registry } from '../registry/registry.ts';
import { isOneWord, type PortName, portNames } from '../registry/report/port-name.ts';
import { ANY_ASSIGNMENT, ANY_ASSOCIATION } from '../registry/report/search.ts';
import type { AssignmentCells } from '../registry/rows/assignment.ts';
import type { Origin } from '../registry/rows/association.ts';
import type { Page, PageRequest } from '../registry/values/page.ts';
import type { RunStep } from '../registry/values/run-step.ts';

/** How many reports or lines are made in one step. */
const STEP_REPORTS = 20;
const STEP_LINES = 1_000;

/** How many rows are read in one step. */
const STEP_ROWS = 500;

/** A file for another tool, made piece by piece, each piece in a step of its own. */
export type Export = (registry: Registry, origins: readonly Origin[], run: RunStep) => AsyncGenerator<string>;

/**
 * Writes services(5), as getent reads it: one line a port and protocol, further names as aliases.
 *
 * @param registry - Where the rows come from.
 * @param origins - Whose names are taken.
 * @param run - Runs the steps.
 */
export async function* servicesExport(
  registry: Registry,
  origins: readonly Origin[],
  run: RunStep,
): AsyncGenerator<string> {
  const names = await namesOf(registry, origins, run);
  yield await run(() => leftOut(names.flatMap(({ name, aliases }) => [name, ...aliases])));
  yield* lines(names, run, ({ port, protocol, name, aliases, description }) => {
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
export async function* nmapServicesExport(
  registry: Registry,
  origins: readonly Origin[],
  run: RunStep,
): AsyncGenerator<string> {
  const names = (await namesOf(registry, origins, run)).filter(({ protocol }) => protocol !== 'dccp');
  yield await run(() => leftOut(names.map(({ name }) => name)));
  yield* lines(names, run, ({ port, protocol, name, aliases, description }) => {
    const word = [name, ...aliases].find(isOneWord);
    return word === undefined ? '' : `${word}\t${port}/${protocol}${comment(description)}\n`;
  });
}

/** Writes a dictionary for Logstash's translate filter, in YAML: `"443/tcp": "https"`. */
export async function* logstashExport(
  registry: Registry,
  origins: readonly Origin[],
  run: RunStep,
): AsyncGenerator<string> {
  const names = await namesOf(registry, origins, run);
  yield* lines(names, run, ({ port, protocol, name }) => `"${port}/${protocol}": ${JSON.stringify(name)}\n`);
}

/** Writes one port report a line, in JSON, for each port that has a name. */
export async function* ndjsonExport(
  registry: Registry,
  origins: readonly Origin[],
  run: RunStep,
): AsyncGenerator<string> {
  const ports = [...new Set((await namesOf(registry, origins, run)).map(({ port }) => port))];
  for (let start = 0; start < ports.length; start += STEP_REPORTS) {
    yield await run(() => reportLines(registry, ports.slice(start, start + STEP_REPORTS)));
  }
}

function reportLines(registry: Registry, ports: readonly number[]): string {
  // One by one: together they may be larger than an answer may.
  return ports.map((port) => `${JSON.stringify(registry.port(port, null))}\n`).join('');
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
export async function* csvExport(
  registry: Registry,
  _origins: readonly Origin[],
  run: RunStep,
): AsyncGenerator<string> {
  let header = true;
  for await (const cells of pages((page) => registry.assignmentCells(page), run)) {
    // A lone line feed inside a cell is no record delimiter here, but other readers take it for one unless it is quoted.
    const write = (): string =>
      stringify([...cells], {
        header,
        columns: [...CSV_COLUMNS],
        record_delimiter: '\r\n',
        quoted_match: /[\r\n]/,
      });
    yield await run(write);
    header = false;
  }
}

async function* lines(
  names: readonly PortName[],
  run: RunStep,
  toLine: (name: PortName) => string,
): AsyncGenerator<string> {
  for (let start = 0; start < names.length; start += STEP_LINES) {
    const some = names.slice(start, start + STEP_LINES);
    yield await run(() => some.map(toLine).join(''));
  }
}

/** The names of the registries that exports are made from now, by the origins asked for. */
const namesByRegistry = new WeakMap<Registry, Map<string, readonly PortName[]>>();

/** The end of the last call of `namesOf`. */
let lastNames: Promise<unknown> = Promise.resolve();

/**
 * Names every port and protocol. Exports of the same registry share the names, and one export after the other makes them:
 * twenty at once would each hold all rows in memory.
 */
function namesOf(registry: Registry, origins: readonly Origin[], run: RunStep): Promise<readonly PortName[]> {
  const names = lastNames.then(() => sharedNames(registry, origins, run));
  lastNames = names.catch(() => {});
  return names;
}

async function sharedNames(registry: Registry, origins: readonly Origin[], run: RunStep): Promise<readonly PortName[]> {
  const shared = namesByRegistry.get(registry) ?? new Map<string, readonly PortName[]>();
  namesByRegistry.set(registry, shared);
  const key = origins.join();
  const names = shared.get(key) ?? (await readNames(registry, origins, run));
  shared.set(key, names);
  return names;
}

async function readNames(registry: Registry, origins: readonly Origin[], run: RunStep): Promise<PortName[]> {
  const assignments = origins.includes('iana')
    ? await Array.fromAsync(pages((page) => registry.assignments(ANY_ASSIGNMENT, page), run))
    : [];
  const uses = await Array.fromAsync(pages((page) => registry.associations(ANY_ASSOCIATION, page), run));
  return run(() =>
    portNames(
      assignments.flat(),
      uses.flat().filter(({ origin }) => origins.includes(origin)),
    ),
  );
}

/** Reads a list page by page. */
async function* pages<T>(read: (request: PageRequest) => Page<T>, run: RunStep): AsyncGenerator<readonly T[]> {
  for (let offset = 0, count = 1; offset < count; offset += STEP_ROWS) {
    const page = await run(() => read({ limit: STEP_ROWS, offset }));
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
