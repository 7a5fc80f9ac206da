import type { AuditAction, AuditRow } from './audit.ts';
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
export function describeChanges({ before, after }: AuditRow): string[] {
  if (before === null || after === null) return [];
  const [old, current] = [withPorts(before as unknown as State), withPorts(after as unknown as State)];
  return Object.keys(current).flatMap((name) => {
    const [from, to] = [formatValue(old[name]), formatValue(current[name])];
    return from === to ? [] : [`${labelOf(name)}: ${shorten(from)} → ${shorten(to)}`];
  });
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
