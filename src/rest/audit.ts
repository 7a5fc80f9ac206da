import type { AccessRecords } from '../registry/access-records.ts';
import { AUDIT_ACTIONS, type AuditFilter } from '../registry/audit.ts';
import { toEntryChange } from '../registry/audit-description.ts';
import type { EntryChange } from '../registry/own/own-change.ts';
import { ENTRY_STATUSES } from '../registry/rows/association.ts';
import { type PageRequest, parseWholeNumber } from '../registry/values/page.ts';
import { parsePortNumber } from '../registry/values/port-number.ts';
import { mapInSteps, type RunStep, runInSteps } from '../registry/values/run-step.ts';
import { type List, toList } from './list.ts';
import { parsePage, parseProtocol, parseTimeParameter, parseWord, type Query } from './query.ts';
import type { AuditEventList, AuditList, ResourceRequest } from './route.ts';

/** Lists the writes of the audit log, the newest first, with the head of the hash chain. */
export async function listAudit(
  registry: AccessRecords,
  { path, query }: ResourceRequest,
  run: RunStep,
): Promise<AuditList> {
  const { page, filter } = parseAuditQuery(query);
  const list = toList(await runInSteps(registry.audit(filter, page), run), page, path, query);
  return { ...list, head: registry.auditHead()?.hash ?? null };
}

/** Lists the events of the audit log, the newest first, with the head of the hash chain. */
export async function listAuditEvents(
  registry: AccessRecords,
  { path, query }: ResourceRequest,
  run: RunStep,
): Promise<AuditEventList> {
  const { page, filter } = parseAuditQuery(query);
  const list = toList(await runInSteps(registry.auditEvents(filter, page), run), page, path, query);
  return { ...list, head: registry.auditHead()?.hash ?? null };
}

/**
 * Parses the parameters of the audit log.
 *
 * @param query - The query parameters.
 * @throws RegistryError If one of them is invalid.
 */
export function parseAuditQuery(query: Query): { readonly page: PageRequest; readonly filter: AuditFilter } {
  const page = parsePage(query);
  const filter = {
    token: query.get('token') ?? null,
    action: parseWord(query, 'action', AUDIT_ACTIONS),
    event: parseEvent(query),
    id: query.get('id') ?? null,
    requestId: query.get('requestId') ?? null,
    idempotencyKey: query.get('idempotencyKey') ?? null,
    reservationKey: query.get('reservationKey') ?? null,
    since: parseTimeParameter(query, 'since'),
    until: parseTimeParameter(query, 'until'),
  };
  return { page, filter };
}

function parseEvent(query: Query): number | null {
  const written = query.get('event');
  return written === undefined ? null : parseWholeNumber(written, 'event', 1, Number.MAX_SAFE_INTEGER);
}

/** The filters of changes of own entries. */
export const OWN_CHANGE_FILTERS = [
  'action',
  'id',
  'owner',
  'environment',
  'tag',
  'status',
  'pool',
  'port',
  'protocol',
  'since',
];

/** Lists the changes of own entries, the newest first. */
export async function listOwnChanges(
  registry: AccessRecords,
  { path, query }: ResourceRequest,
  run: RunStep,
): Promise<List<EntryChange>> {
  const page = parsePage(query);
  const port = query.get('port');
  const of = (name: string) => query.get(name) ?? null;
  const filter = {
    action: parseWord(query, 'action', AUDIT_ACTIONS),
    id: of('id'),
    owner: of('owner'),
    environment: of('environment'),
    tag: of('tag'),
    status: parseWord(query, 'status', ENTRY_STATUSES),
    pool: of('pool'),
    port: port === undefined ? null : parsePortNumber(port),
    protocol: parseProtocol(undefined, query),
    since: parseTimeParameter(query, 'since'),
  };
  const { count, results } = await runInSteps(registry.ownChanges(filter, page), run);
  const changes = await runInSteps(mapInSteps(results, toEntryChange), run);
  return toList({ count, results: changes }, page, path, query);
}
