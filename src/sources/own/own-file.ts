import { hash } from 'node:crypto';
import { parseOwnEntry } from '../../registry/own/own-entry.ts';
import { OWN_FIELD_NAMES, type OwnEntry } from '../../registry/own/own-fields.ts';
import type { OwnRow } from '../../registry/own/own-import.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import type { RunStep } from '../../registry/values/run-step.ts';
import type { SourceFile } from '../csv-table.ts';
import type { Encoding } from '../text-encoding.ts';
import type { ColumnOptions } from './columns.ts';
import { FileFaults } from './file-faults.ts';
import { decodeFile } from './file-text.ts';
import { parseOwnCsv } from './own-csv.ts';
import type { OwnFormat } from './own-formats.ts';
import { parseOwnJson } from './own-json.ts';
import type { AddRow, RawOwnRow } from './own-row.ts';
import { parseOwnServices } from './own-services.ts';

/** How a file of own entries is read. */
export interface ReadOptions extends ColumnOptions {
  readonly format: OwnFormat;
  /** The encoding; null for UTF-8, or UTF-16 where the file shows it. */
  readonly encoding: Encoding | null;
  /** The most entries. */
  readonly mostRows: number;
}

/** The content of a file of own entries. */
export interface OwnFile {
  readonly rows: readonly OwnRow[];
  /** The lines that have no port of a known protocol and were left out. */
  readonly skipped: readonly number[];
}

/**
 * Parses a file of own entries.
 *
 * @param file - The file.
 * @param options - How it is read.
 * @param run - Runs the steps of the work.
 * @throws {RegistryError} `invalid_argument`, with all faults in `errors`, each with line and column, up to `MOST_FAULTS`;
 *   `too_large` for more than `mostRows` entries.
 */
export async function parseOwnFile(file: SourceFile, options: ReadOptions, run: RunStep): Promise<OwnFile> {
  if (options.format !== 'csv' && (options.map.size > 0 || options.ignoreUnknown)) {
    const message = `Cannot map columns of ${file.name}: expected CSV, got ${options.format}`;
    throw new RegistryError('invalid_argument', message, { parameter: options.map.size > 0 ? 'map' : 'ignoreUnknown' });
  }
  const faults = new FileFaults(file.name);
  const text = await run(() => decodeFile(file.bytes, options.encoding, faults));
  const rows: OwnRow[] = [];
  const firstPlaces = new FirstPlaces(faults);
  // The same list for all rows with the same fields: it is sent to another thread once.
  const given = new Map<string, readonly (keyof OwnEntry)[]>();
  let count = 0;
  const add = (row: RawOwnRow): void => {
    if (++count > options.mostRows) {
      const message = `Cannot import ${file.name}: expected at most ${options.mostRows} entries`;
      throw new RegistryError('too_large', message);
    }
    if (row.id !== null) firstPlaces.check('an id', row.id, row, 'id');
    const names = OWN_FIELD_NAMES.filter((name) => name in row.fields);
    const key = names.join();
    if (!given.has(key)) given.set(key, names);
    const entry = parseEntry(row, faults);
    // Rows with different ids may be equal: an export has the ids of equal entries.
    if (entry !== null && row.id === null) firstPlaces.check('each entry', hash('sha256', JSON.stringify(entry)), row);
    if (entry !== null) rows.push({ line: row.line, id: row.id, entry, given: given.get(key) ?? names });
  };
  const skipped = await parseRows(text, options, faults, add, run);
  faults.check();
  return { rows, skipped };
}

async function parseRows(
  text: string,
  options: ReadOptions,
  faults: FileFaults,
  add: AddRow,
  run: RunStep,
): Promise<readonly number[]> {
  if (options.format === 'services') return parseOwnServices(text, faults, add, run);
  if (options.format === 'csv') await parseOwnCsv(text, options, faults, add, run);
  else await parseOwnJson(text, faults, add, run);
  return [];
}

/** The first places of ids and entries that a file may have once. */
class FirstPlaces {
  readonly #faults: FileFaults;
  readonly #places = new Map<string, string>();

  constructor(faults: FileFaults) {
    this.#faults = faults;
  }

  /** Adds a fault for a key that an earlier row has. */
  check(what: string, key: string, { locate }: RawOwnRow, field?: string): void {
    const place = `${what} ${key}`;
    const first = this.#places.get(place);
    if (first === undefined) this.#places.set(place, locate());
    else this.#faults.add(() => locate(field), `expected ${what} once, got that of ${first} again`);
  }
}

function parseEntry({ fields, initial, expected, locate }: RawOwnRow, faults: FileFaults): OwnEntry | null {
  try {
    return parseOwnEntry({ ...fields, ...initial });
  } catch (error) {
    if (!(error instanceof RegistryError) || error.errors === undefined) throw error;
    for (const { parameter, detail } of error.errors)
      faults.add(() => locate(parameter), expected.get(parameter) ?? detail);
    return null;
  }
}
