import type { AuditAction, AuditRow } from '../registry/audit.ts';
import { ACTION_WORDS, describeChanges, describeCounts, describeSubject } from '../registry/audit-description.ts';
import { toPrintable } from './columns.ts';

/**
 * Renders the audit, one write in each line: time, token, action, name and ports, id, and the changed fields with their
 * old and new values. The writes of an event that has several on the page follow its line, indented.
 *
 * @param rows - The writes, the newest first.
 */
export function auditText(rows: readonly AuditRow[]): string {
  const events = [...Map.groupBy(rows, ({ event }) => event).values()];
  return events.map(eventLines).join('');
}

function eventLines(writes: readonly AuditRow[]): string {
  const [{ at, token }] = writes as [AuditRow];
  const [first = '', ...others] = writes.map(writeText);
  if (others.length === 0) return toLine([at, token, first]);
  const counts: Record<AuditAction, number> = { create: 0, update: 0, delete: 0 };
  for (const { action } of writes) counts[action]++;
  return toLine([at, token, describeCounts(counts)]) + [first, ...others].map((text) => toLine(['', text])).join('');
}

function writeText(row: AuditRow): string {
  const id = row.kind === 'association' ? [row.key] : [];
  const changes = describeChanges(row);
  const cells = [ACTION_WORDS[row.action], describeSubject(row), ...id, changes.join('; ')];
  return cells.filter((cell) => cell !== '').join('  ');
}

function toLine(cells: readonly string[]): string {
  return `${cells.map(toPrintable).join('  ')}\n`;
}
