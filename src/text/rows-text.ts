import type { PoolReport } from '../registry/advice/pool.ts';
import type { Service } from '../registry/port-lookup.ts';
import { type NamedRow, originOf, rowsByOrigin } from '../registry/report/preferred-origins.ts';
import { type Assignment, assignmentSpan } from '../registry/rows/assignment.ts';
import { type Association, CONFIDENCE_WORDS } from '../registry/rows/association.ts';
import type { SearchPage, SearchResult } from '../registry/search/search-result.ts';
import { formatSpan } from '../registry/values/port-range.ts';
import { runAllSteps, type Steps } from '../registry/values/run-step.ts';
import { alignColumns, alignInSteps, type Row, wrap } from './columns.ts';
import { changesText } from './history.ts';
import type { TextOptions } from './text-options.ts';

/**
 * Renders rows, one in each line. Official rows have port or range, protocol, name, origin and description; uses have their
 * product instead, and own entries their owner and environment. The rows of each origin are aligned.
 *
 * @param rows - The rows.
 * @param options - The options of the text.
 */
export function rowsText(rows: readonly NamedRow[], options: Pick<TextOptions, 'isWide'>): string {
  return runAllSteps(rowsInSteps(rows, options));
}

function* rowsInSteps(rows: readonly NamedRow[], { isWide }: Pick<TextOptions, 'isWide'>): Steps<string> {
  const toRow = (row: NamedRow): Row => ('id' in row ? associationRow(row) : assignmentRow(row));
  let text = '';
  for (const same of Map.groupBy(rows, originOf).values()) text += yield* alignInSteps(same, toRow, isWide);
  return text;
}

/**
 * Renders a list of official rows, one in each line.
 *
 * @param rows - The rows.
 * @param options - The options of the text.
 */
export function assignmentsText(rows: readonly Assignment[], { isWide }: TextOptions): Steps<string> {
  return alignInSteps(rows, assignmentRow, isWide);
}

/**
 * Renders informal and own uses in their order, one in each line, all aligned.
 *
 * @param rows - The uses.
 * @param options - The options of the text.
 */
export function associationsText(rows: readonly Association[], { isWide }: TextOptions): Steps<string> {
  return alignInSteps(rows, associationRow, isWide);
}

/**
 * Renders the rows of a name, one in each line, after the rows of which it is another name, and before its removed rows.
 *
 * @param service - The service.
 * @param options - The options of the text.
 */
export function* serviceText(service: Service, options: TextOptions): Steps<string> {
  const targets = service.otherNameOf.map(
    ({ name, firstPort, protocols }) => `${name} ${firstPort}/${protocols.join('/')}`,
  );
  const rows = yield* rowsInSteps(rowsByOrigin(service), options);
  return wrap('other name of: ', targets) + rows + changesText(service.retired, options);
}

/**
 * Renders search results, best first, one in each line, or the nearest names, then the removed rows of this name.
 * The first line says what was corrected.
 *
 * @param page - The results.
 * @param options - The options of the text.
 */
export function* searchText(
  { results, corrected, detail, suggestions, retired }: Omit<SearchPage, 'count'>,
  options: TextOptions,
): Steps<string> {
  const note = corrected === null ? detail : `results for ${corrected.to}, not ${corrected.from}`;
  const line = note === null ? '' : `${note}\n`;
  const found =
    results.length > 0
      ? yield* alignInSteps(results, resultRow, options.isWide)
      : wrap('nothing found; perhaps: ', suggestions) || 'nothing found\n';
  return line + found + changesText(retired, options);
}

/**
 * Renders pools, one in each line: name, ranges, protocols, owner, number of used and free ports.
 *
 * @param pools - The pools.
 * @param options - The options of the text.
 */
export function poolsText(pools: readonly PoolReport[], { isWide }: TextOptions): string {
  return alignColumns(
    pools.map(({ name, ranges, protocols, owner, used, free }) => [
      name,
      ranges.map(formatSpan).join(','),
      protocols.join(','),
      owner ?? '-',
      `${used} used, ${free} free`,
    ]),
    isWide,
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
  const status = row.status === 'active' ? null : row.status;
  const users = [status, row.usedBy, row.owner, row.environment].filter((text) => text !== null).join(', ');
  const words = [row.confidence === 'documented' ? '' : CONFIDENCE_WORDS[row.confidence], users].filter(
    (text) => text !== '',
  );
  return [formatSpan(row), row.protocols.join(','), row.name, row.origin, words.join(': ')];
}
