import { CHANGE_KINDS, type Snapshot } from '../registry/history/history.ts';
import type { Registry } from '../registry/registry.ts';
import { parsePortNumber } from '../registry/values/port-number.ts';
import { type List, toList } from './list.ts';
import { readDay, readPage, readProtocol, readWord } from './query.ts';
import type { ChangeList, Question } from './route.ts';

/** Lists the snapshots of the official rows, the latest first. */
export function listSnapshots(registry: Registry, { path, query }: Question): List<Snapshot> {
  const request = readPage(query);
  return toList(registry.snapshots(request), request, path, query);
}

/** Lists the changes between snapshots; only those of the port in the path, if it has one. */
export function listChanges(registry: Registry, { path, parts, query }: Question): ChangeList {
  const request = readPage(query);
  const port = parts.port ?? query.get('port');
  const filter = {
    since: readDay(query, 'since'),
    until: readDay(query, 'until'),
    port: port === undefined ? null : parsePortNumber(port),
    protocol: readProtocol(undefined, query),
    service: query.get('service') ?? null,
    kind: readWord(query, 'kind', CHANGE_KINDS),
  };
  const { firstSnapshot, lastSnapshot, ...page } = registry.changes(filter, request);
  return { ...toList(page, request, path, query), firstSnapshot, lastSnapshot };
}
