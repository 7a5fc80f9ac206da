import type { ChangeHistory } from '../registry/change-history.ts';
import { CHANGE_KINDS, type Snapshot } from '../registry/history/history.ts';
import { parsePortNumber } from '../registry/values/port-number.ts';
import { type List, toList } from './list.ts';
import { parseDayParameter, parsePage, parseProtocol, parseWord } from './query.ts';
import type { ChangeList, ResourceRequest } from './route.ts';

/** Lists the snapshots of the official rows, the latest first. */
export function listSnapshots(registry: ChangeHistory, { path, query }: ResourceRequest): List<Snapshot> {
  const request = parsePage(query);
  return toList(registry.snapshots(request), request, path, query);
}

/** Lists the changes between snapshots; only those of the port in the path, if it has one. */
export function listChanges(registry: ChangeHistory, { path, parts, query }: ResourceRequest): ChangeList {
  const request = parsePage(query);
  const port = parts.port ?? query.get('port');
  const filter = {
    since: parseDayParameter(query, 'since'),
    until: parseDayParameter(query, 'until'),
    port: port === undefined ? null : parsePortNumber(port),
    protocol: parseProtocol(undefined, query),
    service: query.get('service') ?? null,
    kind: parseWord(query, 'kind', CHANGE_KINDS),
  };
  const { firstSnapshot, lastSnapshot, ...page } = registry.changes(filter, request);
  return { ...toList(page, request, path, query), firstSnapshot, lastSnapshot };
}
