import { stringify } from 'csv-stringify/sync';
import type { Catalogue } from '../registry/catalogue.ts';
import type { PortLookup } from '../registry/port-lookup.ts';
import { isOneWord, type PortName } from '../registry/report/port-name.ts';
import { composeNames } from '../registry/report/port-names.ts';
import { STEP_CHARACTERS } from '../registry/report-source.ts';
import type { Origin } from '../registry/rows/association.ts';
import { IANA_COLUMNS } from '../registry/rows/iana-columns.ts';
import { ANY_ASSIGNMENT, ANY_ASSOCIATION, type AssociationFilter } from '../registry/search/search-result.ts';
import type { Page, PageRequest } from '../registry/values/page.ts';
import { type RunStep, runInSteps } from '../registry/values/run-step.ts';

/** The most reports that are composed in one step: fewer if they have more text than `STEP_CHARACTERS`. */
const STEP_REPORTS = 20;
/** The most lines that are rendered in one step. */
const STEP_LINES = 1_000;

/** The most rows that are read in one step. */
const STEP_ROWS = 500;

/** The content of an export. */
export interface ExportQuery extends ExportedNames {
  /** The own entries of a file of own entries. */
  readonly filter: AssociationFilter;
}

/** The names of an export. */
export interface ExportedNames {
  /** The origins of the names. */
  readonly origins: readonly Origin[];
  /** The preferred origins of the best name of a port, the first one first. */
  readonly preferred: readonly Origin[];
}

/** Generates a file for another tool in chunks, each in its own step. */
export type Export = (registry: Catalogue & PortLookup, asked: ExportQuery, run: RunStep) => AsyncGenerator<string>;

/**
 * Generates services(5), the format of getent: one line for each port and protocol, with further names and other names as
 * aliases.
 *
 * @param registry - The registry.
 * @param asked - The names.
 * @param run - Runs the steps.
 */
export async function* servicesExport(registry: Catalogue, asked: ExportedNames, run: RunStep): AsyncGenerator<string> {
  const names = await namesOf(registry, asked, run);
  yield await run(() => omittedComment(names.flatMap(namesOfPort)));
  yield* lines(names, run, (known) => {
    const { port, protocol, description, otherNames } = known;
    const [first, ...more] = namesOfPort(known).filter(isOneWord);
    if (first === undefined) return '';
    const words = [first.padEnd(15), `${port}/${protocol}`, ...more, ...otherNames].join(' ');
    return `${words}${comment(description)}\n`;
  });
}

/**
 * Generates nmap-services, the format of `nmap --servicedb`: one line for each port and protocol. It has no
 * frequencies, as none were measured, and no DCCP, which nmap does not support.
 */
export async function* nmapServicesExport(
  registry: Catalogue,
  asked: ExportedNames,
  run: RunStep,
): AsyncGenerator<string> {
  const names = (await namesOf(registry, asked, run)).filter(({ protocol }) => protocol !== 'dccp');
  yield await run(() => omittedComment(names.flatMap(({ name }) => name ?? [])));
  yield* lines(names, run, (known) => {
    const { port, protocol, description } = known;
    const word = namesOfPort(known).find(isOneWord);
    return word === undefined ? '' : `${word}\t${port}/${protocol}${comment(description)}\n`;
  });
}

/** Generates a dictionary for Logstash's translate filter, in YAML: `"443/tcp": "https"`. */
export async function* logstashExport(registry: Catalogue, asked: ExportedNames, run: RunStep): AsyncGenerator<string> {
  const names = await namesOf(registry, asked, run);
  yield* lines(names, run, ({ port, protocol, name }) =>
    name === null ? '' : `"${port}/${protocol}": ${JSON.stringify(name)}\n`,
  );
}

/** Generates the port reports of all ports with names, in JSON, one in each line. */
export async function* ndjsonExport(
  registry: Catalogue & PortLookup,
  asked: ExportedNames,
  run: RunStep,
): AsyncGenerator<string> {
  const ports = [...new Set((await namesOf(registry, asked, run)).map(({ port }) => port))];
  let next = 0;
  const writeSome = (): string => {
    let lines = '';
    const end = Math.min(ports.length, next + STEP_REPORTS);
    // One by one: together they may exceed the limit of `AnswerSize`.
    while (next < end && lines.length < STEP_CHARACTERS)
      lines += `${JSON.stringify(registry.port(ports[next++] as number, null))}\n`;
    return lines;
  };
  while (next < ports.length) yield await run(writeSome);
}

/** The columns of IANA's CSV for csv-stringify. */
const CSV_COLUMNS = IANA_COLUMNS.map(({ key, header }) => ({ key, header }));

/** Generates IANA's CSV with the imported cells: importing it again results in the same rows. */
export async function* csvExport(registry: Catalogue, _asked: ExportedNames, run: RunStep): AsyncGenerator<string> {
  let header = true;
  for await (const cells of pages((page) => registry.assignmentCells(page), run)) {
    // The record delimiter is CR LF, but other parsers also split at a line feed inside a cell unless it is quoted.
    const write = (): string =>
      stringify([...cells], {
        header,
        columns: CSV_COLUMNS,
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

/** The names of registries with running exports, by origins and preferred origins. */
const namesByRegistry = new WeakMap<Catalogue, Map<string, readonly PortName[]>>();

/** The promise of the last call of `namesOf`. */
let lastNames: Promise<unknown> = Promise.resolve();

/**
 * Lists the names of all ports and protocols. Exports of the same registry share the names. The lists are computed one
 * after the other: twenty at once would each have all rows in memory.
 */
function namesOf(registry: Catalogue, asked: ExportedNames, run: RunStep): Promise<readonly PortName[]> {
  const names = lastNames.then(() => sharedNames(registry, asked, run));
  lastNames = names.catch(() => {});
  return names;
}

async function sharedNames(registry: Catalogue, asked: ExportedNames, run: RunStep): Promise<readonly PortName[]> {
  const shared = namesByRegistry.get(registry) ?? new Map<string, readonly PortName[]>();
  namesByRegistry.set(registry, shared);
  const key = `${asked.origins.join()} ${asked.preferred.join()}`;
  const names = shared.get(key) ?? (await listNames(registry, asked, run));
  shared.set(key, names);
  return names;
}

/**
 * Lists the names of all ports and protocols, without sharing them.
 *
 * @param registry - The registry.
 * @param asked - The names.
 * @param run - Runs the steps.
 */
export async function listNames(
  registry: Catalogue,
  { origins, preferred }: ExportedNames,
  run: RunStep,
): Promise<PortName[]> {
  const assignments = origins.includes('iana')
    ? await Array.fromAsync(pages((page) => registry.assignments(ANY_ASSIGNMENT, page), run))
    : [];
  const uses = await Array.fromAsync(pages((page) => registry.associations(ANY_ASSOCIATION, page), run));
  const hasLists = origins.some((origin) => origin !== 'own');
  const otherNames = hasLists ? await Array.fromAsync(pages((page) => registry.otherNames(page), run)) : [];
  const named = uses.flat().filter(({ origin }) => origins.includes(origin));
  return runInSteps(composeNames(assignments.flat(), named, otherNames.flat(), preferred), run);
}

/**
 * Reads a list page by page.
 *
 * @param read - Reads a page.
 * @param run - Runs the steps.
 */
export async function* pages<T>(read: (request: PageRequest) => Page<T>, run: RunStep): AsyncGenerator<readonly T[]> {
  for (let offset = 0, count = 1; offset < count; offset += STEP_ROWS) {
    const page = await run(() => read({ limit: STEP_ROWS, offset }));
    count = page.count;
    yield page.results;
  }
}

/** Returns the names of a port, the best first; none if it has no best name. */
function namesOfPort({ name, aliases }: PortName): string[] {
  return name === null ? [] : [name, ...aliases];
}

/** Returns a comment with the number of names that the format cannot represent. */
function omittedComment(names: readonly string[]): string {
  const count = names.filter((name) => !isOneWord(name)).length;
  const what = count === 1 ? 'name that holds' : 'names that hold';
  return count === 0
    ? ''
    : `# Left out: ${count} ${what} a blank, a control character or #; /export/csv has all names\n`;
}

/** Returns a description as a comment on one line. A second `#` does not end it. */
function comment(description: string | null): string {
  return description === null ? '' : `\t# ${description.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')}`;
}
