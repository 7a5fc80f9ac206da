import { driftPage } from '../registry/drift-page.ts';
import { DRIFT_DAYS, DRIFT_KINDS, type Drift, type DriftFilter } from '../registry/observed/drift.ts';
import { parseHostName } from '../registry/observed/host-name.ts';
import type { ObservedUse } from '../registry/observed-use.ts';
import type { ReportSource } from '../registry/report-source.ts';
import { parseWholeNumber } from '../registry/values/page.ts';
import type { RunStep } from '../registry/values/run-step.ts';
import { type List, toList } from './list.ts';
import { parsePage, parseWord, type Query } from './query.ts';
import type { ResourceRequest } from './route.ts';

/** The filters of drift. */
export const DRIFT_FILTERS = ['kind', 'environment', 'host', 'days'];

/** Compares own entries with what hosts have reported. */
export async function listDrift(
  registry: ObservedUse & ReportSource,
  { path, query, isFeed = false }: ResourceRequest,
  run: RunStep,
): Promise<List<Drift>> {
  const request = parsePage(query);
  const page = await driftPage(registry, parseDriftFilter(query), request, run, isFeed ? 'newest' : 'kind');
  return toList(page, request, path, query);
}

/**
 * Parses the filters of drift.
 *
 * @param query - The query parameters.
 * @throws {RegistryError} `invalid_argument`
 */
export function parseDriftFilter(query: Query): DriftFilter {
  const host = query.get('host');
  const days = query.get('days');
  return {
    kind: parseWord(query, 'kind', DRIFT_KINDS),
    environment: query.get('environment') ?? null,
    host: host === undefined ? null : parseHostName(host),
    days: days === undefined ? DRIFT_DAYS.usual : parseWholeNumber(days, 'days', 0, DRIFT_DAYS.largest),
  };
}
