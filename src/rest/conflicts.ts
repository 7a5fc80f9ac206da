import { SEVERITIES } from '../registry/advice/suitability-rule.ts';
import { CONFLICT_KINDS, type Conflict } from '../registry/conflicts/conflict.ts';
import type { OwnConflicts } from '../registry/own-conflicts.ts';
import { type List, toList } from './list.ts';
import { parsePage, parseProtocol, parseWord } from './query.ts';
import type { ResourceRequest } from './route.ts';

/** The filters of conflicts. */
export const CONFLICT_FILTERS = ['kind', 'severity', 'protocol', 'owner', 'environment'];

/** Lists the conflicts of own entries. */
export function listConflicts(registry: OwnConflicts, { path, query }: ResourceRequest): List<Conflict> {
  const request = parsePage(query);
  const filter = {
    kind: parseWord(query, 'kind', CONFLICT_KINDS),
    severity: parseWord(query, 'severity', SEVERITIES),
    protocol: parseProtocol(undefined, query),
    owner: query.get('owner') ?? null,
    environment: query.get('environment') ?? null,
  };
  return toList(registry.conflicts(filter, request), request, path, query);
}
