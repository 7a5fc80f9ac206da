import type { AuditAction, AuditRow } from './audit.ts';
import type { EntryChange, OwnChange } from './own/own-change.ts';
import type { Association } from './rows/association.ts';
import { formatSpan, type PortSpan } from './values/port-range.ts';

/** The words of the actions. */
export const ACTION_WORDS: Readonly<Record<AuditAction, string>> = {
  create: 'created',
  update: 'changed',
  delete: 'deleted',
};

/** The longest text of a value, in characters. */
const LONGEST_VALUE = 200;

/** Fields that every write changes, or that another one shows. */
const LEFT_OUT: readonly string[] = ['revision', 'firstPort', 'lastPort'];

type State = Readonly<Record<string, unknown>>;

/**
 * Describes what was written: the name and the ports of an entry, or the kind and the name of a pool or token.
 *
 * @param row - A row of the audit log.
 * @example describeSubject(row) // 'billing-api 8443/tcp', 'pool payments'
 */
export function describeSubject({ kind, key, before, after }: AuditRow): string {
  const state = (after ?? before) as State | null;
  const name = String(state?.name ?? key);
  if (kind !== 'association') return `${kind} ${oneLine(name)}`;
  const { firstPort, lastPort, protocols } = (state ?? {}) as Partial<PortSpan> & { readonly protocols?: string[] };
  if (firstPort === undefined || lastPort === undefined) return oneLine(name);
  return `${oneLine(name)} ${formatSpan({ firstPort, lastPort })}/${protocols?.join(',') ?? ''}`;
}

/**
 * Lists the changed fields of an update with their old and new values; empty for a creation or deletion.
 *
 * @param row - A row of the audit log.
 * @example describeChanges(row) // ['ports: 8443 → 9443', 'owner: none → payments']
 */
export function describeChanges({ before, after }: Pick<AuditRow, 'before' | 'after'>): string[] {
  if (before === null || after === null) return [];
  const [old, current] = [withPorts(before as unknown as State), withPorts(after as unknown as State)];
  return Object.keys(current).flatMap((name) => {
    const [from, to] = [formatValue(old[name]), formatValue(current[name])];
    return from === to ? [] : [`${labelOf(name)}: ${shorten(from)} → ${shorten(to)}`];
  });
}

/** The fields that the description of a whole entry leaves out: those of every entry, its name, and the author of its approval. */
const NOT_TOLD: readonly string[] = ['id', 'name', 'origin', 'prominence', 'approvedBy'];

/**
 * Describes a write of an own entry without the names of authors: the changed fields, or the fields of a new or deleted entry.
 *
 * @param change - The entry before and after the write.
 * @example describeOwnChange({ before: null, after }) // ['ports: 8443', 'protocols: tcp', 'owner: payments']
 */
function describeOwnChange({ before, after }: Pick<OwnChange, 'before' | 'after'>): string[] {
  if (before !== null && after !== null) {
    return describeChanges({ before: { ...before, approvedBy: null }, after: { ...after, approvedBy: null } });
  }
  const fields = Object.entries(withPorts({ ...before, ...after }));
  return fields.flatMap(([name, value]) => {
    const text = NOT_TOLD.includes(name) ? '' : formatValue(value);
    return text === '' ? [] : [`${labelOf(name)}: ${shorten(text)}`];
  });
}

/**
 * Returns a write of an own entry without the values of other fields, and the difference in words.
 *
 * @param change - The write.
 */
export function toEntryChange(change: OwnChange): EntryChange {
  const { id, at, action, before, after } = change;
  // One of the two is an entry.
  const { name, firstPort, lastPort, protocols, owner, environment, id: key } = (after ?? before) as Association;
  const entry = { id: key, name, firstPort, lastPort, protocols, owner, environment };
  return { id, at, action, entry, changes: describeOwnChange(change) };
}

/**
 * Returns the number of writes of all actions.
 *
 * @param counts - The number of writes by action.
 */
export function countWrites(counts: Readonly<Record<AuditAction, number>>): number {
  return counts.create + counts.update + counts.delete;
}

/**
 * Describes the number of writes by action.
 *
 * @param counts - The number of writes by action.
 * @example describeCounts({ create: 2, update: 1, delete: 0 }) // '3 writes: 2 created, 1 changed'
 */
export function describeCounts(counts: Readonly<Record<AuditAction, number>>): string {
  const actions = (Object.keys(ACTION_WORDS) as AuditAction[]).filter((action) => counts[action] > 0);
  const total = countWrites(counts);
  const parts = actions.map((action) => `${counts[action]} ${ACTION_WORDS[action]}`);
  return `${total} ${total === 1 ? 'write' : 'writes'}: ${parts.join(', ')}`;
}

function withPorts(state: State): State {
  const { firstPort, lastPort } = state as Partial<PortSpan>;
  const fields = Object.entries(state).filter(([name]) => !LEFT_OUT.includes(name));
  if (firstPort === undefined || lastPort === undefined) return Object.fromEntries(fields);
  return { ports: formatSpan({ firstPort, lastPort }), ...Object.fromEntries(fields) };
}

/** Returns the label of a field: `otherNames` is `other names`. */
function labelOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function formatValue(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(formatValue).join(', ');
  if (typeof value !== 'object') return oneLine(String(value));
  const { firstPort, lastPort, title, url } = value as Partial<PortSpan & { title: string; url: string | null }>;
  if (title !== undefined) return oneLine(`${title} ${url ?? ''}`.trim());
  return firstPort === undefined || lastPort === undefined
    ? JSON.stringify(value)
    : formatSpan({ firstPort, lastPort });
}

function shorten(text: string): string {
  if (text === '') return 'none';
  const characters = [...text];
  return characters.length <= LONGEST_VALUE ? text : `${characters.slice(0, LONGEST_VALUE - 1).join('')}…`;
}

/** Replaces line breaks and tabs, which notes may have. */
function oneLine(text: string): string {
  return text.replaceAll(/[\n\r\t]/g, ' ');
}
