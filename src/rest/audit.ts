import type { AccessRecords } from '../registry/access-records.ts';
import { AUDIT_ACTIONS, type AuditFilter } from '../registry/audit.ts';
import { type PageRequest, parseWholeNumber } from '../registry/values/page.ts';
import { toList } from './list.ts';
import { parsePage, parseTimeParameter, parseWord, type Query } from './query.ts';
import type { AuditEventList, AuditList, ResourceRequest } from './route.ts';

/** Lists the writes of the audit log, the newest first, with the head of the hash chain. */
export function listAudit(registry: AccessRecords, { path, query }: ResourceRequest): AuditList {
  const { page, filter } = parseAuditQuery(query);
  const list = toList(registry.audit(filter, page), page, path, query);
  return { ...list, head: registry.auditHead()?.hash ?? null };
}

/** Lists the events of the audit log, the newest first, with the head of the hash chain. */
export function listAuditEvents(registry: AccessRecords, { path, query }: ResourceRequest): AuditEventList {
  const { page, filter } = parseAuditQuery(query);
  const list = toList(registry.auditEvents(filter, page), page, path, query);
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
