import { AUDIT_ACTIONS, type AuditRow, parseTime } from '../registry/audit.ts';
import type { Registry } from '../registry/registry.ts';
import { type List, toList } from './list.ts';
import { type Query, readPage, readWord } from './query.ts';
import type { Question } from './route.ts';

/** Lists who changed what, the newest write first. */
export function listAudit(registry: Registry, { path, query }: Question): List<AuditRow> {
  const request = readPage(query);
  const filter = {
    token: query.get('token') ?? null,
    action: readWord(query, 'action', AUDIT_ACTIONS),
    id: query.get('id') ?? null,
    requestId: query.get('requestId') ?? null,
    since: readTime(query, 'since'),
    until: readTime(query, 'until'),
  };
  return toList(registry.audit(filter, request), request, path, query);
}

function readTime(query: Query, name: string): string | null {
  const written = query.get(name);
  return written === undefined ? null : parseTime(written, name);
}
