import {
  CHANGE_KINDS,
  type ChangePage,
  describeChange,
  type RegistryChange,
  type Snapshot,
} from '../registry/history/history.ts';
import { assignmentSpan } from '../registry/rows/assignment.ts';
import { formatSpan } from '../registry/values/port-range.ts';
import type { Steps } from '../registry/values/run-step.ts';
import { alignColumns, alignInSteps, type Row } from './columns.ts';
import { csvInSteps, toCsv } from './csv-table.ts';
import type { TextOptions } from './text-options.ts';

/**
 * Renders snapshots, one in each line: day, whether it is the current one, rows, changes by kind, source.
 *
 * @param snapshots - The snapshots, the latest first.
 * @param options - The options of the text.
 */
export function snapshotsText(snapshots: readonly Snapshot[], { isWide }: TextOptions): string {
  return alignColumns(
    snapshots.map(({ date, current, rows, comparedWith, changes, source }) => {
      const counts = CHANGE_KINDS.filter((kind) => changes[kind] > 0).map((kind) => `${changes[kind]} ${kind}`);
      const compared = comparedWith === null ? 'begins the history' : counts.join(', ') || 'no changes';
      return [date, current ? 'current' : '-', `${rows} rows`, compared, source];
    }),
    isWide,
  );
}

/**
 * Renders changes, one in each line: day, port or range, protocol, name, description of the change.
 *
 * @param changes - The changes, the latest first.
 * @param options - The options of the text.
 */
export function changesText(changes: readonly RegistryChange[], { isWide }: TextOptions): string {
  return alignColumns(changes.map(changeRow), isWide);
}

function changeRow(change: RegistryChange): Row {
  const { date, protocol, serviceName } = change;
  const span = assignmentSpan(change);
  return [date, span === null ? '-' : formatSpan(span), protocol ?? '-', serviceName ?? '-', describeChange(change)];
}

/**
 * Renders a page of changes, or that there are none.
 *
 * @param page - The page.
 * @param options - The options of the text.
 */
export function* changesPageText(
  { results, firstSnapshot, lastSnapshot }: Omit<ChangePage, 'count'>,
  { isWide }: TextOptions,
): Steps<string> {
  const text = yield* alignInSteps(results, changeRow, isWide);
  return text || `nothing changed between ${firstSnapshot} and ${lastSnapshot}\n`;
}

/**
 * Renders snapshots as CSV; each kind of change has a column with the number of changes.
 *
 * @param snapshots - The snapshots.
 */
export function snapshotsCsv(snapshots: readonly Snapshot[]): string {
  const columns = ['date', 'source', 'sha256', 'importedAt', 'rows', 'bundled', 'current', 'comparedWith'];
  return toCsv(
    [...columns, ...CHANGE_KINDS],
    snapshots.map(({ changes, ...snapshot }) => ({ ...snapshot, ...changes })),
  );
}

/**
 * Renders changes as CSV; the names of changed fields are separated by blanks, the rows before and after are JSON.
 *
 * @param changes - The changes.
 */
export function changesCsv(changes: readonly RegistryChange[]): Steps<string> {
  const columns = ['id', 'date', 'since', 'kind', 'serviceName', 'firstPort', 'lastPort', 'protocol', 'fields'];
  const toJson = (row: RegistryChange['before']) => (row === null ? null : JSON.stringify(row));
  return csvInSteps([...columns, 'before', 'after'], changes, ({ fields, before, after, ...change }) => ({
    ...change,
    fields: fields.map(({ field }) => field).join(' '),
    before: toJson(before),
    after: toJson(after),
  }));
}
