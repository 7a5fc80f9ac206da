import type { SourceFile } from '../sources/csv-table.ts';
import { readIana } from '../sources/iana-file.ts';
import type { IanaRow } from '../sources/iana-row.ts';
import { openSource } from '../sources/open-source.ts';
import type { Connection } from '../sqlite/database.ts';
import { countImport } from '../sqlite/import-counts.ts';
import {
  type AssignmentTally,
  type ImportResult,
  importList,
  importPast,
  storedList,
  tallyAssignments,
} from '../sqlite/imports.ts';
import { bundledLists, seedBundled, sha256 } from './bundled.ts';
import { withDatabase } from './prepare.ts';
import { showProgress } from './progress.ts';

/** What `portolan seed` can be told. */
export interface SeedOptions {
  /** IANA's CSV or XML: a path, a web address, or `-` for standard input. */
  readonly iana?: string;
  /** The day the file stands for, `YYYY-MM-DD`. */
  readonly date?: string;
  /** Takes a file with fewer than 10,000 rows as well. */
  readonly allowSmall?: boolean;
}

/** Looks at rows while they are imported. */
export interface ImportGuard {
  readonly row: (row: IanaRow) => void;
  /** @param date - The day of the registry, `YYYY-MM-DD`. */
  readonly end: (date: string) => void;
}

/** IANA's file has had more rows than this since before 2014: fewer mean that something was cut off. */
const FEWEST_ROWS = 10_000;

/**
 * Loads the bundled lists, or a file of IANA's instead of the bundled one, and says what became of it.
 *
 * @param database - Path of the SQLite file.
 * @param options - What was asked for.
 * @throws {RegistryError} What reading and importing throw; the old data goes on serving.
 */
export async function seed(database: string, options: SeedOptions): Promise<void> {
  const start = performance.now();
  await withDatabase(database, async (db) => {
    if (options.iana !== undefined) {
      const { name, result } = await importIana(db, options.iana, options.date ?? null, options.allowSmall === true);
      console.log(closingLine(name, result, tallyAssignments(db), performance.now() - start));
    }
    for (const { list, result } of await seedBundled(db)) {
      if (options.iana !== undefined) continue;
      const isOfficial = list === 'assignments' && result !== undefined;
      const line = isOfficial
        ? closingLine(list, result, tallyAssignments(db), performance.now() - start)
        : bundledLine(list, result);
      console.log(line);
    }
  });
}

/**
 * Adds a file of IANA's to the history. Answers are given from it when it is not older than what is loaded, and go on
 * being given from that otherwise.
 *
 * @param database - Path of the SQLite file.
 * @param options - Which file.
 * @throws {RegistryError} What reading and importing throw; the old data goes on serving.
 */
export async function importIntoHistory(
  database: string,
  { iana, date: day, allowSmall = false }: SeedOptions & { readonly iana: string },
): Promise<void> {
  const start = performance.now();
  const date = day ?? null;
  await withDatabase(database, async (db) => {
    let line = '';
    const run = async (): Promise<ImportResult> => {
      const file = await openSource(iana, process.stdin);
      const read = readIana(file);
      const rows = await Array.fromAsync(read.rows);
      const loaded = storedList(db, 'assignments');
      if (loaded === undefined || (date ?? read.date()) >= loaded.date) {
        const result = await importFile(db, file, date, allowSmall);
        line = closingLine(file.name, result, tallyAssignments(db), performance.now() - start);
        return result;
      }
      const past = { source: file.name, date, newestDate: read.date, sha256: sha256(file.bytes) };
      const result = importPast(db, past, rows, allowSmall ? 1 : FEWEST_ROWS);
      line = pastLine(file.name, result, loaded.date, performance.now() - start);
      return result;
    };
    await countImport(db, 'assignments', run, true);
    await seedBundled(db);
    console.log(line);
  });
}

function pastLine(name: string, { changed, rows, date }: ImportResult, current: string, milliseconds: number): string {
  const verb = changed ? 'Added to the history' : 'Unchanged, in the history already';
  const seconds = (milliseconds / 1000).toFixed(2);
  return `${verb}: ${name}: ${rows} rows, registry of ${date}; that of ${current} goes on giving the answers, ${seconds} s`;
}

/** What cannot be had, as when the network is down, is an import that failed like what cannot be read. */
async function importIana(db: Connection, place: string, date: string | null, allowSmall: boolean) {
  let name = place;
  const run = async (): Promise<ImportResult> => {
    const file = await openSource(place, process.stdin);
    name = file.name;
    return importFile(db, file, date, allowSmall);
  };
  return { result: await countImport(db, 'assignments', run, true), name };
}

/**
 * Makes a file of IANA's the current registry.
 *
 * @param db - A connection for writing.
 * @param file - The file.
 * @param date - The day it stands for; null takes the newest date in it.
 * @param allowSmall - Takes fewer than 10,000 rows as well.
 * @param guard - Is told of each row, and when all were read, with the newest date in them: what it throws keeps the old data.
 * @param progress - Is told how far it has come; by default a person is.
 * @throws {RegistryError} What reading and storing the rows throw.
 */
export async function importFile(
  db: Connection,
  file: SourceFile,
  date: string | null,
  allowSmall: boolean,
  guard?: ImportGuard,
  progress = showProgress(file),
): Promise<ImportResult> {
  const read = readIana(file);
  async function* rows(): AsyncGenerator<IanaRow> {
    for await (const row of read.rows) {
      guard?.row(row);
      yield row;
    }
    guard?.end(read.date());
  }
  const fingerprint = sha256(file.bytes);
  const shipped = bundledLists().assignments;
  // Whoever imports the bundled file by hand goes back to it, and gets the next one with the next release.
  const bundled = fingerprint === shipped.sha256 && (date ?? shipped.date) === shipped.date;
  const list = {
    list: 'assignments',
    origin: 'iana',
    source: file.name,
    date: bundled ? shipped.date : date,
    newestDate: read.date,
    sha256: fingerprint,
    bundled,
  } as const;
  try {
    return await importList(db, list, rows(), allowSmall ? 1 : FEWEST_ROWS, progress.at);
  } finally {
    progress.end();
  }
}

/** Says in a line what an import did. */
export function closingLine(
  name: string,
  { changed, rows, date }: ImportResult,
  { states, ranges }: AssignmentTally,
  milliseconds: number,
): string {
  const verb = changed ? 'Imported' : 'Unchanged, loaded already:';
  const byState = Object.entries(states).map(([state, count]) => `${count} ${state}`);
  const seconds = (milliseconds / 1000).toFixed(2);
  return `${verb} ${name}: ${rows} rows (${byState.join(', ')}), ${ranges} ranges, registry of ${date}, ${seconds} s`;
}

function bundledLine(list: string, result: ImportResult | undefined): string {
  if (result === undefined) {
    return `Kept ${list}: an operator's import is loaded; to go back: seed --iana data/${bundledLists().assignments.file}`;
  }
  return `${result.changed ? 'Imported' : 'Unchanged, loaded already:'} ${list}: ${result.rows} rows, list of ${result.date}`;
}
