import type { OwnEntry } from '../../registry/own/own-fields.ts';
import { OWN_FIELD_NAMES } from '../../registry/own/own-fields.ts';
import { COMMAND_LINE } from '../../registry/own/token.ts';
import type { Association } from '../../registry/rows/association.ts';
import { ANY_ASSOCIATION } from '../../registry/search/search-result.ts';
import { LARGEST_PAGE } from '../../registry/values/page.ts';
import { formatSpan } from '../../registry/values/port-range.ts';
import { enumerate } from '../../registry/values/wording.ts';
import { openSource } from '../../sources/open-source.ts';
import { parseOwnFile, type ReadOptions } from '../../sources/own/own-file.ts';
import type { OwnFormat } from '../../sources/own/own-formats.ts';
import { SqliteRegistry } from '../../sqlite/sqlite-registry.ts';
import { type ImportedRow, importOwn } from '../../sqlite/write/own-import.ts';
import { ownCsv, ownJson, ownServices } from '../../text/own-files.ts';
import { withDatabase } from './prepare.ts';

/**
 * Imports own entries, and prints each entry that is added or changed.
 *
 * @param database - Path of the SQLite file.
 * @param place - A path, a web address, or `-` for standard input.
 * @param options - How the file is read.
 * @param isDryRun - Whether the import is only simulated.
 * @throws {RegistryError} As reading and importing; nothing is changed in this case.
 */
export async function importFile(
  database: string,
  place: string,
  options: ReadOptions,
  isDryRun: boolean,
): Promise<void> {
  const file = await openSource(place, process.stdin);
  const { rows, passedOver } = await parseOwnFile(file, options, async (step) => step());
  const imported = await withDatabase(database, async (db) => importOwn(db, rows, isDryRun, COMMAND_LINE));
  const changed = imported.filter(({ before, after }) => before?.revision !== after.revision);
  for (const row of changed) console.log(describe(row, isDryRun));
  const added = changed.filter(({ before }) => before === null).length;
  const counts = `${added} added, ${changed.length - added} changed, ${imported.length - changed.length} unchanged`;
  if (passedOver.length > 0) console.log(describePassedOver(passedOver));
  console.log(`${isDryRun ? 'Dry run, nothing was written' : 'Imported'} ${file.name}: ${counts}`);
}

/** The most lines that a sentence names. */
const MOST_LINES = 10;

function describePassedOver(lines: readonly number[]): string {
  const more = lines.length - MOST_LINES;
  const named = [...lines.slice(0, MOST_LINES).map(String), ...(more > 0 ? [`${more} more`] : [])];
  const what = lines.length === 1 ? '1 line' : `${lines.length} lines`;
  return `Passed over ${what} without a name or a port of tcp, udp, sctp or dccp: ${enumerate(named)}`;
}

const WRITERS: { readonly [Format in OwnFormat]: (entries: readonly Association[]) => string } = {
  csv: ownCsv,
  json: ownJson,
  services: ownServices,
};

/**
 * Writes all own entries to standard output.
 *
 * @param database - Path of the SQLite file.
 * @param format - The format.
 * @throws {RegistryError} `unavailable` when the database cannot be read.
 */
export function exportFile(database: string, format: OwnFormat): void {
  const registry = new SqliteRegistry(database, []);
  try {
    const entries: Association[] = [];
    const filter = { ...ANY_ASSOCIATION, origin: 'own' as const };
    for (let count = 1; entries.length < count; ) {
      const page = registry.associations(filter, { limit: LARGEST_PAGE, offset: entries.length });
      count = page.count;
      entries.push(...page.results);
    }
    process.stdout.write(WRITERS[format](entries));
  } finally {
    registry.close();
  }
}

/** Formats one line: the action, the ports, and for a change the old and new value of each changed field. */
function describe({ before, after }: ImportedRow, isDryRun: boolean): string {
  const place = `${formatSpan(after)}/${after.protocols.join(',')} ${JSON.stringify(after.name)}`;
  // A dry run has no id to show: the import generates a different one.
  if (before === null) return isDryRun ? `add     ${place}` : `added   ${place} ${after.id}`;
  const fields = OWN_FIELD_NAMES.filter((name) => show(before, name) !== show(after, name));
  const changes = fields.map((name) => `${name}: ${show(before, name)} -> ${show(after, name)}`);
  return `${isDryRun ? 'change ' : 'changed'} ${place} ${after.id}: ${changes.join('; ')}`;
}

function show(entry: OwnEntry, name: keyof OwnEntry): string {
  return JSON.stringify(entry[name]);
}
