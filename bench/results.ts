import { markdownTable } from 'markdown-table';
import { type Goal, isReached } from './goals.ts';
import type { LoadResult } from './load/load.ts';
import { median } from './statistics.ts';

/** One line of the table. */
export interface Row {
  /** The name of the measurement. */
  readonly what: string;
  /** The median of all rounds. */
  readonly figure: number;
  /** The unit, such as `req/s`. */
  readonly unit: string;
  /** The latency in milliseconds, if requests were timed. */
  readonly p50?: number;
  readonly p99?: number;
  /** The median of the ratios of all rounds. */
  readonly ratio?: number;
  readonly goal?: Goal;
}

const HEADER = ['what', 'figure', 'p50 ms', 'p99 ms', 'ratio', 'wanted', 'reached'];

/**
 * Summarizes the rounds of a contender.
 *
 * @param what - The name in the table.
 * @param results - One result per round.
 */
export function toRow(what: string, results: readonly LoadResult[]): Row {
  return {
    what,
    figure: median(results.map(({ perSecond }) => perSecond)),
    unit: 'req/s',
    p50: median(results.map(({ p50 }) => p50)),
    p99: median(results.map(({ p99 }) => p99)),
  };
}

/**
 * Formats the rows as a table in Markdown.
 *
 * @param rows - The rows.
 */
export function formatTable(rows: readonly Row[]): string {
  return markdownTable([HEADER, ...rows.map(toCells)], { align: ['l', 'r', 'r', 'r', 'r', 'r', 'l'] });
}

function toCells({ what, figure, unit, p50, p99, ratio, goal }: Row): string[] {
  const value = goal?.of === 'ratio' ? ratio : figure;
  const wanted = goal === undefined ? '' : `${goal.bound} ${formatNumber(goal.limit)}`;
  const reached = goal === undefined || value === undefined ? '' : isReached(goal, value) ? 'yes' : 'NO';
  return [what, `${formatNumber(figure)} ${unit}`, ...[p50, p99, ratio].map(formatOptional), wanted, reached];
}

function formatOptional(value: number | undefined): string {
  return value === undefined ? '' : formatNumber(value);
}

/** Formats a number with three significant digits below 100, and without a fraction from 100 on. */
function formatNumber(value: number): string {
  const fraction = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString('en', { maximumFractionDigits: fraction });
}
