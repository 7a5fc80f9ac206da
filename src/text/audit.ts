import type { AuditEvent, AuditRow } from '../registry/audit.ts';
import {
  ACTION_WORDS,
  countWrites,
  describeChanges,
  describeCounts,
  describeSubject,
} from '../registry/audit-description.ts';
import type { EntryChange } from '../registry/own/own-change.ts';
import { formatSpan } from '../registry/values/port-range.ts';
import { mapInSteps, type Steps } from '../registry/values/run-step.ts';
import { toPrintable, wrap } from './columns.ts';
import { csvInSteps } from './csv-table.ts';

/**
 * Renders the audit log as CSV; the values before and after a write are JSON.
 *
 * @param rows - The writes.
 */
export function auditCsv(rows: readonly AuditRow[]): Steps<string> {
  const columns = [
    'id',
    'at',
    'token',
    'requestId',
    'action',
    'kind',
    'key',
    'before',
    'after',
    'event',
    'idempotencyKey',
    'requestHash',
    'reservationKey',
    'tokenId',
    'hash',
  ];
  const toJson = (value: AuditRow['before']) => (value === null ? null : JSON.stringify(value));
  return csvInSteps(columns, rows, (row) => ({ ...row, before: toJson(row.before), after: toJson(row.after) }));
}

/**
 * Renders the events of the audit log as CSV, with the number of their writes by action.
 *
 * @param events - The events.
 */
export function auditEventsCsv(events: readonly AuditEvent[]): Steps<string> {
  const columns = ['event', 'at', 'token', 'tokenId', 'requestId', 'created', 'changed', 'deleted', 'hash'];
  return csvInSteps(columns, events, ({ writes: _, counts, ...event }) => {
    return { ...event, created: counts.create, changed: counts.update, deleted: counts.delete };
  });
}

/**
 * Renders writes, each in one line: time, token, action, name and ports, id, and the changed fields with their old and new
 * values.
 *
 * @param rows - The writes, the newest first.
 */
export function* auditText(rows: readonly AuditRow[]): Steps<string> {
  return (yield* mapInSteps(rows, auditLine)).join('');
}

function auditLine(row: AuditRow): string {
  return toLine([row.at, row.token, writeText(row)]);
}

/**
 * Renders events: the line of an event with one write is that of the write. That of another one has the number of its writes
 * by action, and its first writes follow, indented.
 *
 * @param events - The events, the newest first.
 */
export function* auditEventsText(events: readonly AuditEvent[]): Steps<string> {
  return (yield* mapInSteps(events, eventLines)).join('');
}

function eventLines({ at, token, counts, writes }: AuditEvent): string {
  const count = countWrites(counts);
  if (count === 1) return writes.map(auditLine).join('');
  const others = count - writes.length;
  const lines = [...writes.map(writeText), ...(others > 0 ? [`and ${others} more`] : [])];
  return toLine([at, token, describeCounts(counts)]) + lines.map((text) => toLine(['', text])).join('');
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

/**
 * Renders changes of own entries: time, action, name and ports of the entry, then the difference.
 *
 * @param changes - The changes.
 */
export function* ownChangesText(changes: readonly EntryChange[]): Steps<string> {
  return (yield* mapInSteps(changes, ownChangeLine)).join('');
}

function ownChangeLine({ at, action, entry, changes }: EntryChange): string {
  const place = `${formatSpan(entry)}/${entry.protocols.join(',')}`;
  return wrap(`${at} ${ACTION_WORDS[action]} ${entry.name} ${place}: `, [changes.join('; ')]);
}

/**
 * Renders changes of own entries as CSV, one in each line. Protocols are separated by blanks, differences by semicolons.
 *
 * @param changes - The changes.
 */
export function ownChangesCsv(changes: readonly EntryChange[]): Steps<string> {
  const columns = [
    ...['id', 'at', 'action', 'entryId', 'name', 'firstPort', 'lastPort', 'protocols', 'owner', 'environment'],
    'changes',
  ];
  return csvInSteps(columns, changes, ({ entry, changes: differences, ...change }) => {
    const { id: entryId, protocols, ...cells } = entry;
    return { ...cells, ...change, entryId, protocols: protocols.join(' '), changes: differences.join('; ') };
  });
}
