import type { Goal } from '../goals.ts';
import type { LoadResult } from '../load/load.ts';
import { type Row, toRow } from '../results.ts';
import { medianRatio } from '../statistics.ts';

/** The results of all rounds, by the name of the runner. */
export type Results = ReadonlyMap<string, readonly LoadResult[]>;

/**
 * Compares the throughput of one runner with that of another.
 *
 * @param results - The results.
 * @param name - The runner of the row.
 * @param other - The runner whose throughput is the divisor.
 * @param goal - The goal for the ratio.
 * @throws {RangeError} When one of them was not measured.
 */
export function against(results: Results, name: string, other: string, goal?: Goal): Row {
  const rounds = results.get(name) ?? [];
  const ratio = medianRatio(speeds(rounds), speeds(results.get(other) ?? []));
  return { ...toRow(`${name}, against ${other}`, rounds), ratio, ...(goal && { goal }) };
}

/**
 * Returns a row for each runner, except some.
 *
 * @param results - The results.
 * @param without - The runners to leave out.
 */
export function plainRows(results: Results, without: readonly string[] = []): Row[] {
  return [...results].filter(([name]) => !without.includes(name)).map(([name, rounds]) => toRow(name, rounds));
}

function speeds(rounds: readonly LoadResult[]): number[] {
  return rounds.map(({ perSecond }) => perSecond);
}
