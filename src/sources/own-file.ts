import { readOwnEntry } from '../registry/own/own-entry.ts';
import type { OwnEntry } from '../registry/own/own-fields.ts';
import { OWN_FIELD_NAMES } from '../registry/own/own-fields.ts';
import type { OwnRow } from '../registry/own/own-import.ts';
import { RegistryError } from '../registry/values/registry-error.ts';
import type { SourceFile } from './csv-table.ts';
import { readOwnCsv } from './own-csv.ts';
import type { OwnFormat } from './own-formats.ts';
import { readOwnJson } from './own-json.ts';
import type { RawOwnRow } from './own-row.ts';
import { readOwnServices } from './own-services.ts';

const READERS: { readonly [Format in OwnFormat]: (file: SourceFile) => Promise<RawOwnRow[]> } = {
  csv: readOwnCsv,
  json: readOwnJson,
  services: readOwnServices,
};

/**
 * Reads own entries from a file.
 *
 * @param file - The file.
 * @param format - Its form.
 * @throws {RegistryError} `invalid_argument`, with file, line and column, at the first fault.
 */
export async function readOwnFile(file: SourceFile, format: OwnFormat): Promise<OwnRow[]> {
  const rows: OwnRow[] = [];
  const lines = new Map<string, string>();
  for (const { id, fields, initial, place } of await READERS[format](file)) {
    const fail = (where: string, detail: string): never => {
      throw new RegistryError('invalid_argument', `Cannot import ${file.name}: ${where}: ${detail}`);
    };
    const earlier = id === null ? undefined : lines.get(id);
    if (earlier !== undefined) fail(place('id'), `expected an id once, got that of ${earlier} again`);
    if (id !== null) lines.set(id, place());
    rows.push({
      id,
      entry: readEntry({ ...fields, ...initial }, place, fail),
      given: OWN_FIELD_NAMES.filter((name) => name in fields),
    });
  }
  return rows;
}

function readEntry(
  fields: RawOwnRow['fields'],
  place: RawOwnRow['place'],
  fail: (where: string, detail: string) => never,
): OwnEntry {
  try {
    return readOwnEntry(fields);
  } catch (error) {
    const [fault] = error instanceof RegistryError ? (error.errors ?? []) : [];
    if (fault === undefined) throw error;
    return fail(place(fault.parameter), fault.detail.charAt(0).toLowerCase() + fault.detail.slice(1));
  }
}
