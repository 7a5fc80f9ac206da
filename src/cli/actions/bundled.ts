import { readFileSync } from 'node:fs';
import type { Origin } from '../../registry/rows/association.ts';
import { LIST_NAMES, type ListName } from '../../registry/rows/list-name.ts';
import type { SourceFile } from '../../sources/csv-table.ts';
import { parseIanaCsv } from '../../sources/iana-csv.ts';
import {
  readAssociations,
  readBlockedPorts,
  readCheckCommands,
  readEphemeralRanges,
  readOtherNames,
  readProminence,
} from '../../sources/informal-csv.ts';
import type { Connection } from '../../sqlite/file/database.ts';
import { countImport } from '../../sqlite/import/import-counts.ts';
import { compareList, type ImportResult, importList, storedList } from '../../sqlite/import/imports.ts';
import type { ListRows } from '../../sqlite/import/list-tables.ts';
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

/** The reader of each list's file. */
export const READERS: { readonly [List in ListName]: (file: SourceFile) => AsyncIterable<ListRows[List]> } = {
  assignments: parseIanaCsv,
  associations: readAssociations,
  'ephemeral-ranges': readEphemeralRanges,
  'check-commands': readCheckCommands,
  'blocked-by-browsers': readBlockedPorts,
  'other-names': readOtherNames,
  prominence: readProminence,
};

/** Reads the metadata of the bundled lists from data/lists.json. */
export function bundledLists(): Readonly<Record<ListName, BundledList>> {
  return JSON.parse(readFileSync(new URL('lists.json', DATA_FOLDER), 'utf8'));
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
 * @throws {RegistryError} `unavailable` when the database is locked, full or damaged.
 */
export async function seedBundled(db: Connection): Promise<SeededList[]> {
  const lists = bundledLists();
  const seeded: SeededList[] = [];
  for (const list of LIST_NAMES) {
    const isOperatorImported = storedList(db, list)?.bundled === false;
    seeded.push({ list, result: isOperatorImported ? undefined : await importBundled(db, list, lists[list]) });
  }
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

function importBundled<List extends ListName>(db: Connection, list: List, known: BundledList): Promise<ImportResult> {
  const file = fileOf(known);
  const { origin, source, date } = known;
  const stored = { list, origin, source, date, sha256: sha256(file.bytes), bundled: true };
  return countImport(db, list, () => importList(db, stored, READERS[list](file), known.rows), false);
}
