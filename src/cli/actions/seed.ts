import { Readable } from 'node:stream';
import { parseIana } from '../../sources/iana-file.ts';
import { openSource } from '../../sources/open-source.ts';
import type { Connection } from '../../sqlite/file/database.ts';
import { countImport } from '../../sqlite/import/import-counts.ts';
import { countAssignments, type ImportResult, storedList } from '../../sqlite/import/imports.ts';
import { bundledLists, seedBundled } from './bundled.ts';
import type { ListLoader } from './list-loader.ts';
import { closingLine, fewestRows, importFile, importRows, officialList } from './official-file.ts';
import { type WriteSource, withLists } from './write-source.ts';

/** The flags of `portolan seed`. */
export interface SeedOptions {
  /** IANA's CSV or XML: a path, a URL, or `-` for standard input. */
  readonly iana?: string;
  /** The day of the file's content, `YYYY-MM-DD`. */
  readonly date?: string;
  /** Whether a file with fewer than 10,000 rows is accepted. */
  readonly allowSmall?: boolean;
}

/**
 * The time that an import waits for the lock of another process, in milliseconds. Another import holds the lock while it reads
 * its file: for seconds on a slow machine.
 */
const LOCK_TIMEOUT_MS = 30_000;

/**
 * Loads the bundled lists, or a file of IANA in place of the bundled one, and prints the result.
 *
 * @param source - The settings of the database.
 * @param options - The flags.
 * @throws {RegistryError} As reading and importing; the old data stays.
 */
export async function seed(source: WriteSource, options: SeedOptions): Promise<void> {
  const start = performance.now();
  await withLists(
    source,
    async (db, loader) => {
      if (options.iana !== undefined) {
        const { name, result } = await importIana(db, loader, options.iana, options);
        console.log(closingLine(name, result, countAssignments(db), performance.now() - start));
      }
      const seeded = await seedBundled(db, loader);
      if (seeded.length === 0 && options.iana === undefined) {
        console.log('Unchanged: the shared register has the bundled lists of this version or a newer one');
      }
      for (const { list, result } of seeded) {
        if (options.iana !== undefined) continue;
        const isOfficial = list === 'assignments' && result !== undefined;
        const line = isOfficial
          ? closingLine(list, result, countAssignments(db), performance.now() - start)
          : bundledLine(list, result);
        console.log(line);
      }
    },
    LOCK_TIMEOUT_MS,
  );
}

/**
 * Adds a file of IANA to the history. It becomes the current registry unless the loaded one is newer.
 *
 * @param source - The settings of the database.
 * @param options - The flags, with the file.
 * @throws {RegistryError} As reading and importing; the old data stays.
 */
export async function importIntoHistory(
  source: WriteSource,
  { iana, date: day, allowSmall = false }: SeedOptions & { readonly iana: string },
): Promise<void> {
  const start = performance.now();
  const date = day ?? null;
  await withLists(
    source,
    async (db, loader) => {
      let line = '';
      const run = async (): Promise<ImportResult> => {
        const file = await openSource(iana, process.stdin);
        const read = parseIana(file);
        const rows = await Array.fromAsync(read.rows);
        const list = officialList(file, date, read);
        const loaded = storedList(db, 'assignments');
        if (loaded === undefined || (list.date ?? read.date()) >= loaded.date) {
          const result = await importRows(
            db,
            file,
            { ...read, rows: Readable.from(rows) },
            { date, allowSmall, loader },
          );
          line = closingLine(file.name, result, countAssignments(db), performance.now() - start);
          return result;
        }
        const result = await loader.importPast(list, { bytes: file.bytes, rows, fewest: fewestRows(allowSmall) });
        line = pastLine(file.name, result, loaded.date, performance.now() - start);
        return result;
      };
      await countImport(db, 'assignments', run, true);
      await seedBundled(db, loader);
      console.log(line);
    },
    LOCK_TIMEOUT_MS,
  );
}

function pastLine(name: string, { changed, rows, date }: ImportResult, current: string, milliseconds: number): string {
  const verb = changed ? 'Added to the history' : 'Unchanged, in the history already';
  const seconds = (milliseconds / 1000).toFixed(2);
  return `${verb}: ${name}: ${rows} rows, registry of ${date}; that of ${current} is still served, ${seconds} s`;
}

/** Imports a file. A file that cannot be downloaded or read also counts as a failed import. */
async function importIana(
  db: Connection,
  loader: ListLoader,
  place: string,
  { date, allowSmall = false }: SeedOptions,
) {
  let name = place;
  const run = async (): Promise<ImportResult> => {
    const file = await openSource(place, process.stdin);
    name = file.name;
    return importFile(db, file, { date: date ?? null, allowSmall, loader });
  };
  return { result: await countImport(db, 'assignments', run, true), name };
}

function bundledLine(list: string, result: ImportResult | undefined): string {
  if (result === undefined) {
    return `Kept ${list}: an operator's import is loaded; to go back: seed --iana data/${bundledLists().assignments.file}`;
  }
  return `${result.changed ? 'Imported' : 'Unchanged, loaded already:'} ${list}: ${result.rows} rows, list of ${result.date}`;
}
