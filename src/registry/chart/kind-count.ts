import { PORT_RANGES, type PortRange } from '../values/port-range.ts';
import type { KindChart } from './kind-chart.ts';
import { PORT_KINDS, PORT_MARKS, type PortKind, type PortMark, portKind } from './port-kind.ts';

/** The number of ports in each range and in all of them. */
export type RangeCounts = Readonly<Record<PortRange['name'] | 'all', number>>;

/** The number of ports of each kind and with each mark. */
export interface KindCounts {
  /** The ports by kind. Each port counts once. */
  readonly kinds: Readonly<Record<PortKind, RangeCounts>>;
  /** The ports by mark. A port counts for each of its marks, whatever its kind. */
  readonly marks: Readonly<Record<PortMark, RangeCounts>>;
}

type Sums = { -readonly [Column in keyof RangeCounts]: number };

const MARKS = Object.keys(PORT_MARKS) as PortMark[];

/**
 * Counts the ports by kind and mark.
 *
 * @param chart - The kinds of all ports.
 */
export function countKinds(chart: KindChart): KindCounts {
  const kinds = emptySums(PORT_KINDS);
  const marks = emptySums(MARKS);
  for (const { name, firstPort, lastPort } of PORT_RANGES) {
    for (const [byte, count] of countBytes(chart.subarray(firstPort, lastPort + 1))) {
      add(kinds[portKind(byte)], name, count);
      for (const mark of MARKS) if (byte & PORT_MARKS[mark]) add(marks[mark], name, count);
    }
  }
  return { kinds, marks };
}

function emptySums<Word extends string>(words: readonly Word[]): Record<Word, Sums> {
  const entries = words.map((word) => [word, { system: 0, user: 0, dynamic: 0, all: 0 }]);
  return Object.fromEntries(entries) as Record<Word, Sums>;
}

function countBytes(bytes: Uint8Array): [byte: number, count: number][] {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  return [...counts.entries()].filter(([, count]) => count > 0);
}

function add(sums: Sums, range: PortRange['name'], count: number): void {
  sums[range] += count;
  sums.all += count;
}
