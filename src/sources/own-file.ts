import { parseOwnEntry } from '../registry/own/own-entry.ts';
import type { OwnEntry } from '../registry/own/own-fields.ts';
import { OWN_FIELD_NAMES } from '../registry/own/own-fields.ts';
import type { OwnRow } from '../registry/own/own-import.ts';
import { RegistryError } from '../registry/values/registry-error.ts';
import type { SourceFile } from './csv-table.ts';
import { parseOwnCsv } from './own-csv.ts';
import type { OwnFormat } from './own-formats.ts';
import { parseOwnJson } from './own-json.ts';
import type { RawOwnRow } from './own-row.ts';
import { parseOwnServices } from './own-services.ts';

const READERS: { readonly [Format in OwnFormat]: (file: SourceFile) => Promise<RawOwnRow[]> } = {
  csv: parseOwnCsv,
  json: parseOwnJson,
  services: parseOwnServices,
};

/**
 * Parses a file of own entries.
 *
 * @param file - The file.
 * @param format - The format of the file.
 * @throws {RegistryError} `invalid_argument`, with file, line and column, at the first error.
 */
export async function parseOwnFile(file: SourceFile, format: OwnFormat): Promise<OwnRow[]> {
  const rows: OwnRow[] = [];
  const locations = new Map<string, string>();
  for (const { id, fields, initial, locate } of await READERS[format](file)) {
    const fail = (location: string, detail: string): never => {
      throw new RegistryError('invalid_argument', `Cannot import ${file.name}: ${location}: ${detail}`);
    };
    const firstLocation = id === null ? undefined : locations.get(id);
    if (firstLocation !== undefined) fail(locate('id'), `expected an id once, got that of ${firstLocation} again`);
    if (id !== null) locations.set(id, locate());
    rows.push({
      id,
      entry: parseEntry({ ...fields, ...initial }, locate, fail),
      given: OWN_FIELD_NAMES.filter((name) => name in fields),
    });
  }
  return rows;
}

function parseEntry(
  fields: RawOwnRow['fields'],
  locate: RawOwnRow['locate'],
  fail: (location: string, detail: string) => never,
): OwnEntry {
  try {
    return parseOwnEntry(fields);
  } catch (error) {
    const [fault] = error instanceof RegistryError ? (error.errors ?? []) : [];
    if (fault === undefined) throw error;
    return fail(locate(fault.parameter), fault.detail.charAt(0).toLowerCase() + fault.detail.slice(1));
  }
}
