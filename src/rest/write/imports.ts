import { type ImportOptions, LARGEST_REPORT } from '../../registry/own/import-report.ts';
import { parseSyncScope, SYNC_SCOPES, type SyncScope } from '../../registry/own/own-sync.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { parseFlag, type Query } from '../query.ts';

/** The path of imports of files. */
export const IMPORT_PATH = '/associations/import';

/** The query parameters of an import. */
export const IMPORT_PARAMETERS: readonly string[] = ['dryRun', 'sync', ...SYNC_SCOPES, 'map', 'ignoreUnknown'];

/**
 * Parses the query parameters that say what an import does.
 *
 * @param query - The query parameters.
 * @throws {RegistryError} `invalid_argument` when one is invalid, and for a scope without `sync=true` or the opposite.
 */
export function parseImportOptions(query: Query): ImportOptions {
  const isDryRun = parseFlag(query, 'dryRun');
  return { isDryRun, scope: parseScope(query), largestReport: LARGEST_REPORT };
}

function parseScope(query: Query): SyncScope | null {
  const given = SYNC_SCOPES.flatMap((kind) => {
    const value = query.get(kind);
    return value === undefined ? [] : [[kind, value] as const];
  });
  if (parseFlag(query, 'sync')) return parseSyncScope(Object.fromEntries(given));
  const [[parameter] = []] = given;
  if (parameter === undefined) return null;
  throw new RegistryError('invalid_argument', `Cannot import by ${parameter}: expected sync=true with it`, {
    parameter,
  });
}
