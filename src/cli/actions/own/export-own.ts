import type { Association } from '../../../registry/rows/association.ts';
import { ANY_ASSOCIATION } from '../../../registry/search/search-result.ts';
import { LARGEST_PAGE } from '../../../registry/values/page.ts';
import { MEDIA_TYPES, type OwnFormat } from '../../../sources/own/own-formats.ts';
import { SqliteRegistry } from '../../../sqlite/sqlite-registry.ts';
import { ownCsv, ownJson, ownServices } from '../../../text/own-files.ts';
import { printPieces } from '../../terminal/print.ts';
import { EXPORT, fetchJson, fetchPieces } from '../fetch-from-server.ts';
import type { ImportTarget } from './import-own.ts';

const WRITERS: { readonly [Format in OwnFormat]: (entries: readonly Association[]) => string } = {
  csv: ownCsv,
  json: ownJson,
  services: ownServices,
};

/**
 * Writes all own entries to standard output.
 *
 * @param source - The server or the database.
 * @param format - The format.
 * @throws {RegistryError} `unavailable` when the database cannot be read; as `fetchText`.
 */
export async function exportOwn(source: ImportTarget, format: OwnFormat): Promise<void> {
  if (!('server' in source)) process.stdout.write(WRITERS[format](readEntries(source.database)));
  else if (format === 'services') {
    const entries = (await fetchJson(source, '/export/own?format=json')) as readonly Association[];
    process.stdout.write(ownServices(entries));
  } else await printPieces(await fetchPieces(source, `/export/own?format=${format}`, MEDIA_TYPES[format], EXPORT));
}

function readEntries(database: string): Association[] {
  const registry = new SqliteRegistry(database, []);
  try {
    const entries: Association[] = [];
    const filter = { ...ANY_ASSOCIATION, origin: 'own' as const };
    for (let count = 1; entries.length < count; ) {
      const page = registry.associations(filter, { limit: LARGEST_PAGE, offset: entries.length });
      count = page.count;
      entries.push(...page.results);
    }
    return entries;
  } finally {
    registry.close();
  }
}
