import { readFileSync } from 'node:fs';
import type { Origin } from '../../registry/rows/association.ts';
import { LIST_NAMES, type ListName } from '../../registry/rows/list-name.ts';
import type { ListRows } from '../../registry/rows/list-rows.ts';
import type { SourceFile } from '../../sources/csv-table.ts';
import { READERS } from '../../sources/list-readers.ts';
import type { Connection } from '../../sqlite/file/database.ts';
import { countImport } from '../../sqlite/import/import-counts.ts';
import { compareList, type ImportResult, storedList } from '../../sqlite/import/imports.ts';
import { VERSION } from '../../version.ts';
import { createLocalLoader, type ListLoader } from './list-loader.ts';
import { sha256 } from './sha256.ts';

/** The metadata of a bundled list, from data/lists.json. */
export interface BundledList {
  /** Path of the file in the data folder. */
  readonly file: string;
  readonly origin: Origin;
  /** The source of its rows, in a few words. */
  readonly source: string;
  /** The day of its content, `YYYY-MM-DD`. */
  readonly date: string;
  readonly licence: string;
  /** Number of rows. */
  readonly rows: number;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
}

/** The folder of the bundled lists. */
export const DATA_FOLDER = new URL('../../../data/', import.meta.url);

/** Reads the metadata of the bundled lists from data/lists.json. */
export function bundledLists(): Readonly<Record<ListName, BundledList>> {
  return JSON.parse(readFileSync(new URL('lists.json', DATA_FOLDER), 'utf8'));
}

/**
 * Reads the rows of a bundled list.
 *
 * @param list - The list.
 * @throws {RegistryError} As the reader of the list.
 */
export function bundledRows<List extends ListName>(list: List): AsyncIterable<ListRows[List]> {
  return READERS[list](fileOf(bundledLists()[list]));
}

/** The result of seeding a bundled list. */
export interface SeededList {
  readonly list: ListName;
  /** Undefined when the operator's own import stays. */
  readonly result: ImportResult | undefined;
}

/**
 * Loads each bundled list that is missing or has changed, each in a transaction of its own. The bundled official rows
 * never replace rows that an operator imported.
 *
 * @param db - A connection for writing, migrated.
 * @param loader - Imports the lists.
 * @returns The lists; empty when a shared register has those of this version or a newer one.
 * @throws {RegistryError} `unavailable` when the database is locked, full or damaged.
 */
export async function seedBundled(db: Connection, loader = createLocalLoader(db)): Promise<SeededList[]> {
  const lists = bundledLists();
  if (!(await loader.takesBundled(VERSION))) return [];
  const seeded: SeededList[] = [];
  for (const list of LIST_NAMES) {
    const isOperatorImported = storedList(db, list)?.bundled === false;
    const result = isOperatorImported ? undefined : await importBundled(db, list, lists[list], loader);
    seeded.push({ list, result });
  }
  await loader.storeBundled(VERSION);
  return seeded;
}

/**
 * Loads the bundled lists of this version into a restored database, which is untrusted. A list that claims to be a bundled
 * one must have the same rows: they contain commands that people type into a shell.
 *
 * @param db - A connection for writing, migrated.
 * @throws {RegistryError} As `seedBundled`.
 */
export async function reseedBundled(db: Connection): Promise<void> {
  const lists = bundledLists();
  for (const list of LIST_NAMES) if (storedList(db, list)?.bundled) await compareBundled(db, list, lists[list]);
  await seedBundled(db);
}

function compareBundled<List extends ListName>(db: Connection, list: List, known: BundledList): Promise<void> {
  return compareList(db, list, READERS[list](fileOf(known)));
}

function fileOf({ file }: BundledList): SourceFile {
  return { name: file, bytes: readFileSync(new URL(file, DATA_FOLDER)) };
}

function importBundled<List extends ListName>(
  db: Connection,
  list: List,
  known: BundledList,
  loader: ListLoader,
): Promise<ImportResult> {
  const file = fileOf(known);
  const { origin, source, date } = known;
  const stored = { list, origin, source, date, sha256: sha256(file.bytes), bundled: true };
  const content = { bytes: file.bytes, rows: READERS[list](file), fewest: known.rows };
  const load = () => loader.importList(stored, content);
  return countImport(db, list, load, false);
}
