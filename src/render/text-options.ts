import { OWN_FIRST, parseOrigins } from '../registry/report/preferred-origins.ts';
import type { Origin } from '../registry/rows/association.ts';
import { CHECK_SYSTEMS } from '../registry/rows/check-command.ts';
import { parseFlag, parseWord, type Query } from '../rest/query.ts';
import type { TextOptions } from '../text/text-options.ts';

/**
 * Parses the query parameters that decide what a text shows: `wide`, `prefer` and `checks`.
 *
 * @param query - The query parameters.
 * @throws {RegistryError} `invalid_argument` for an invalid value.
 */
export function parseTextOptions(query: Query): TextOptions {
  return {
    isWide: parseFlag(query, 'wide'),
    preferred: parsePreferred(query),
    checks: parseWord(query, 'checks', ['all', 'none', ...CHECK_SYSTEMS]) ?? 'all',
  };
}

/**
 * Parses the origins that a client prefers where one name is chosen.
 *
 * @param query - The query parameters.
 * @throws {RegistryError} `invalid_argument` for an unknown origin.
 */
export function parsePreferred(query: Query): readonly Origin[] {
  const written = query.get('prefer');
  return written === undefined ? OWN_FIRST : parseOrigins(written, 'prefer');
}
