import type { PoolReport } from '../registry/advice/pool.ts';
import type { AuditRow } from '../registry/audit.ts';
import type { Service } from '../registry/registry.ts';
import type { SearchResult } from '../registry/report/search.ts';
import { type Assignment, assignmentSpan } from '../registry/rows/assignment.ts';
import type { Association } from '../registry/rows/association.ts';
import { formatSpan } from '../registry/values/port-range.ts';
import { alignColumns, type Row, wrap } from './columns.ts';

/**
 * Writes official rows, one a line: port or range, protocol, name, origin, description.
 *
 * @param rows - The rows.
 */
export function assignmentsText(rows: readonly Assignment[]): string {
  return alignColumns(rows.map(assignmentRow));
}

/**
 * Writes informal and own uses, one a line: port or range, protocols, name, origin, who uses it; of own entries also
 * owner and environment.
 *
 * @param rows - The uses.
 */
export function associationsText(rows: readonly Association[]): string {
  return alignColumns(rows.map(associationRow));
}

/**
 * Writes the rows of a service name, one a line.
 *
 * @param service - The service.
 */
export function serviceText(service: Service): string {
  return assignmentsText(service.assignments) + associationsText(service.associations);
}

/**
 * Writes what was found, best first, one a line, or the nearest spellings.
 *
 * @param results - What was found.
 * @param suggestions - The spellings.
 */
export function searchText(results: readonly SearchResult[], suggestions: readonly string[]): string {
  if (results.length === 0) return wrap('nothing found; perhaps: ', suggestions) || 'nothing found\n';
  return alignColumns(results.map(({ row }) => ('id' in row ? associationRow(row) : assignmentRow(row))));
}

/**
 * Writes who changed what, one write a line: time, token, action, what was written, its name.
 *
 * @param rows - The writes, the newest first.
 */
export function auditText(rows: readonly AuditRow[]): string {
  return alignColumns(
    rows.map(({ at, token, action, kind, key, before, after }) => [
      at,
      token,
      action,
      `${kind} ${key}`,
      (after ?? before)?.name ?? '',
    ]),
  );
}

/**
 * Writes pools, one a line: name, ranges, protocols, owner, how many ports are used and free.
 *
 * @param pools - The pools.
 */
export function poolsText(pools: readonly PoolReport[]): string {
  return alignColumns(
    pools.map(({ name, ranges, protocols, owner, used, free }) => [
      name,
      ranges.map(formatSpan).join(','),
      protocols.join(','),
      owner ?? '-',
      `${used} used, ${free} free`,
    ]),
  );
}

function assignmentRow(row: Assignment): Row {
  const span = assignmentSpan(row);
  const state = row.state === 'recorded' ? 'recorded' : null;
  const alias = row.aliasOf === null ? null : `alias of ${row.aliasOf}`;
  const words = [state, alias, row.description].filter((text) => text !== null);
  return [
    span === null ? '-' : formatSpan(span),
    row.protocol ?? '-',
    row.serviceName ?? '-',
    'iana',
    words.join(': '),
  ];
}

function associationRow(row: Association): Row {
  const users = [row.usedBy, row.owner, row.environment].filter((text) => text !== null).join(', ');
  const words = [row.confidence === 'documented' ? '' : row.confidence, users].filter((text) => text !== '');
  return [formatSpan(row), row.protocols.join(','), row.name, row.origin, words.join(': ')];
}
