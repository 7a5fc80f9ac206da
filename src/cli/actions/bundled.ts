import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Origin } from '../../registry/rows/association.ts';
import { LIST_NAMES, type ListName } from '../../registry/rows/list-name.ts';
import type { SourceFile } from '../../sources/csv-table.ts';
import { readIanaCsv } from '../../sources/iana-csv.ts';
import {
  readAssociations,
  readBlockedPorts,
  readCheckCommands,
  readEphemeralRanges,
} from '../../sources/informal-csv.ts';
import type { Connection } from '../../sqlite/file/database.ts';
import { countImport } from '../../sqlite/import/import-counts.ts';
import { compareList, type ImportResult, importList, storedList } from '../../sqlite/import/imports.ts';
import type { ListRows } from '../../sqlite/import/list-tables.ts';

/** What data/lists.json tells of a list that ships with Portolan. */
export interface BundledList {
  /** Path of the file in the data folder. */
  readonly file: string;
  readonly origin: Origin;
  /** Where its rows come from, in a few words. */
  readonly source: string;
  /** The day it stands for, `YYYY-MM-DD`. */
  readonly date: string;
  readonly licence: string;
  /** How many rows it has. */
  readonly rows: number;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
}

/** Where the lists lie that ship with Portolan. */
export const DATA_FOLDER = new URL('../../../data/', import.meta.url);

/** How the rows of each list are read from its file. */
export const READERS: { readonly [List in ListName]: (file: SourceFile) => AsyncIterable<ListRows[List]> } = {
  assignments: readIanaCsv,
  associations: readAssociations,
  'ephemeral-ranges': readEphemeralRanges,
  'check-commands': readCheckCommands,
  'blocked-by-browsers': readBlockedPorts,
};

/** Reads what data/lists.json tells of the lists that ship with Portolan. */
export function bundledLists(): Readonly<Record<ListName, BundledList>> {
  return JSON.parse(readFileSync(new URL('lists.json', DATA_FOLDER), 'utf8'));
}

/** What became of a bundled list. */
export interface SeededList {
  readonly list: ListName;
  /** Undefined when the operator's own import was kept. */
  readonly result: ImportResult | undefined;
}

/**
 * Loads each bundled list that was never loaded or has changed since, each by itself. The bundled official rows never
 * replace those that an operator imported.
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
 * Loads the bundled lists of this version into a database that came from elsewhere. A list that says that it is one of them must
 * have its rows: commands that people type into a shell stand in them.
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

/**
 * Fingerprints a file.
 *
 * @param bytes - Its content.
 * @returns 64 hexadecimal digits.
 */
export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
