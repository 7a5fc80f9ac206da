import type { PoolReport } from '../registry/advice/pool.ts';
import type { AuditRow } from '../registry/audit.ts';
import type { Service } from '../registry/port-lookup.ts';
import { type Assignment, assignmentSpan } from '../registry/rows/assignment.ts';
import { type Association, CONFIDENCE_WORDS } from '../registry/rows/association.ts';
import type { SearchPage, SearchResult } from '../registry/search/search-result.ts';
import { formatSpan } from '../registry/values/port-range.ts';
import { alignColumns, type Row, wrap } from './columns.ts';

/**
 * Renders official rows, one in each line: port or range, protocol, name, origin, description.
 *
 * @param rows - The rows.
 */
export function assignmentsText(rows: readonly Assignment[]): string {
  return alignColumns(rows.map(assignmentRow));
}

/**
 * Renders informal and own uses, one in each line: port or range, protocols, name, origin, user; for own entries also
 * owner and environment.
 *
 * @param rows - The uses.
 */
export function associationsText(rows: readonly Association[]): string {
  return alignColumns(rows.map(associationRow));
}

/**
 * Renders the rows of a name, one in each line, after the rows of which it is another name.
 *
 * @param service - The service.
 */
export function serviceText(service: Service): string {
  const targets = service.otherNameOf.map(
    ({ name, firstPort, protocols }) => `${name} ${firstPort}/${protocols.join('/')}`,
  );
  return (
    wrap('other name of: ', targets) + assignmentsText(service.assignments) + associationsText(service.associations)
  );
}

/**
 * Renders search results, best first, one in each line, or the nearest names. The first line says what was corrected.
 *
 * @param page - The results.
 */
export function searchText({
  results,
  corrected,
  detail,
  suggestions,
}: Pick<SearchPage, 'results' | 'corrected' | 'detail' | 'suggestions'>): string {
  const note = corrected === null ? detail : `results for ${corrected.to}, not ${corrected.from}`;
  const line = note === null ? '' : `${note}\n`;
  if (results.length > 0) return line + alignColumns(results.map(resultRow));
  return line + (wrap('nothing found; perhaps: ', suggestions) || 'nothing found\n');
}

/**
 * Renders the audit, one write in each line: time, token, action, kind and key, name.
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
 * Renders pools, one in each line: name, ranges, protocols, owner, number of used and free ports.
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

function resultRow(result: SearchResult): Row {
  const { port, lastPort, protocols } = result;
  const [, , ...words] = firstRow(result);
  const span = port === null || lastPort === null ? null : { firstPort: port, lastPort };
  return [span === null ? '-' : formatSpan(span), protocols.join(',') || '-', ...words];
}

function firstRow(result: SearchResult): Row {
  const [assignment, association] = result.kind === 'assignment' ? [result.rows[0]] : [undefined, result.rows[0]];
  if (assignment !== undefined) return assignmentRow(assignment);
  return association === undefined ? ['-', '-', result.name ?? '-', result.origin, ''] : associationRow(association);
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
  const words = [row.confidence === 'documented' ? '' : CONFIDENCE_WORDS[row.confidence], users].filter(
    (text) => text !== '',
  );
  return [formatSpan(row), row.protocols.join(','), row.name, row.origin, words.join(': ')];
}
