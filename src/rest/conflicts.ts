import type { AccessRecords } from '../registry/access-records.ts';
import { SEVERITIES } from '../registry/advice/suitability-rule.ts';
import { CONFLICT_KINDS, type Conflict } from '../registry/conflicts/conflict.ts';
import type { OwnConflicts } from '../registry/own-conflicts.ts';
import { LARGEST_PAGE } from '../registry/values/page.ts';
import { mapInSteps, type RunStep, runInSteps, type Steps } from '../registry/values/run-step.ts';
import { compareTexts } from '../registry/values/text-order.ts';
import { type List, toList } from './list.ts';
import { parsePage, parseProtocol, parseWord } from './query.ts';
import type { ResourceRequest } from './route.ts';

/** The filters of conflicts. */
export const CONFLICT_FILTERS = ['kind', 'severity', 'protocol', 'owner', 'environment'];

/** Lists the conflicts of own entries, the most severe first; for a feed, the newest first. */
export async function listConflicts(
  registry: OwnConflicts & Pick<AccessRecords, 'lastWrites'>,
  { path, query, isFeed = false }: ResourceRequest,
  run: RunStep,
): Promise<List<Conflict>> {
  const request = parsePage(query);
  const filter = {
    kind: parseWord(query, 'kind', CONFLICT_KINDS),
    severity: parseWord(query, 'severity', SEVERITIES),
    protocol: parseProtocol(undefined, query),
    owner: query.get('owner') ?? null,
    environment: query.get('environment') ?? null,
  };
  const position = isFeed ? { limit: LARGEST_PAGE, offset: 0 } : request;
  const found = await run(() => registry.conflicts(filter, position));
  if (!isFeed) return toList(found, request, path, query);
  const { count, results } = found;
  const newest = (await runInSteps(conflictTimes(registry, results), run)).sort(([, a], [, b]) => compareTexts(b, a));
  const page = newest.slice(request.offset, request.offset + request.limit).map(([conflict]) => conflict);
  return toList({ count: Math.min(count, LARGEST_PAGE), results: page }, request, path, query);
}

/**
 * Finds the times of conflicts: the last write of one of their entries.
 *
 * @param registry - The audit log.
 * @param conflicts - The conflicts.
 * @returns The conflicts in the same order, each with its time, in UTC, ISO 8601 with milliseconds; empty if it is not known.
 */
export function conflictTimes(
  registry: Pick<AccessRecords, 'lastWrites'>,
  conflicts: readonly Conflict[],
): Steps<(readonly [Conflict, string])[]> {
  return mapInSteps(conflicts, (conflict) => {
    const times = registry.lastWrites(conflict.entries.map(({ id }) => id));
    const [newest = ''] = [...times.values()].sort((a, b) => compareTexts(b, a));
    return [conflict, newest] as const;
  });
}
