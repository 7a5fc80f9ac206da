import type { Goal } from '../goals.ts';
import type { LoadResult } from '../load/load.ts';
import { type Row, toRow } from '../results.ts';
import { medianRatio } from '../statistics.ts';

/** The rounds of each lane, by its name. */
export type Results = ReadonlyMap<string, readonly LoadResult[]>;

/**
 * Sets the throughput of one lane against that of another.
 *
 * @param results - What was measured.
 * @param name - The lane whose figures stand in the line.
 * @param other - The lane that it is divided by.
 * @param goal - What the ratio should be.
 * @throws {RangeError} When either was not measured.
 */
export function against(results: Results, name: string, other: string, goal?: Goal): Row {
  const rounds = results.get(name) ?? [];
  const ratio = medianRatio(speeds(rounds), speeds(results.get(other) ?? []));
  return { ...toRow(`${name}, against ${other}`, rounds), ratio, ...(goal && { goal }) };
}

/**
 * Gives a line for each lane but some.
 *
 * @param results - What was measured.
 * @param without - Lanes that have their lines.
 */
export function plainRows(results: Results, without: readonly string[] = []): Row[] {
  return [...results].filter(([name]) => !without.includes(name)).map(([name, rounds]) => toRow(name, rounds));
}

function speeds(rounds: readonly LoadResult[]): number[] {
  return rounds.map(({ perSecond }) => perSecond);
}
