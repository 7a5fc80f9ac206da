import { RegistryError } from '../../registry/values/registry-error.ts';
import type { LogRow } from '../../sqlite/replay/decide.ts';
import type { SharedLog } from './shared-log.ts';

/** The rows that are read at once. */
export const BATCH_ROWS = 500;

/** The limits of an event: a node keeps it in memory, to apply it as a whole. */
interface EventLimits {
  readonly rows: number;
  /** The texts of all rows, in characters. */
  readonly characters: number;
}

/** An import of 100,000 entries has 70 million characters. */
const LIMITS: EventLimits = { rows: 250_000, characters: 256 * 1024 * 1024 };

/**
 * Reads the next rows up to the end of an event: readers see all writes of an import, or none.
 *
 * @param log - The shared log.
 * @param after - The number of the last known row.
 * @param head - The number of the last row of the log.
 * @param limits - The largest event.
 * @returns The rows; empty if there is none.
 * @throws {RegistryError} `unavailable` for an event that is larger, and for a row that Portolan does not write.
 */
export async function readEvents(
  log: Pick<SharedLog, 'rowsAfter'>,
  after: number,
  head: number,
  limits = LIMITS,
): Promise<LogRow[]> {
  const rows = await log.rowsAfter(after, BATCH_ROWS);
  let characters = charactersOf(rows);
  for (let last = rows.at(-1); last !== undefined && last.id !== head; last = rows.at(-1)) {
    const { id, event } = last;
    const more = await log.rowsAfter(id, BATCH_ROWS);
    const same = more.filter((row) => row.event === event);
    for (const row of same) rows.push(row);
    characters += charactersOf(same);
    const fault = findFault(rows.length, characters, limits);
    if (fault !== null) {
      throw new RegistryError('unavailable', `Cannot apply row ${event} of the shared log: its event has ${fault}`);
    }
    if (same.length === 0 || same.length < more.length) break;
  }
  return rows;
}

/**
 * Checks the rows of a write before they enter the log: other nodes must be able to apply them as a whole.
 *
 * @param rows - The rows.
 * @param limits - The largest event.
 * @throws {RegistryError} `too_large`
 */
export function checkEvent(rows: readonly LogRow[], limits = LIMITS): void {
  const fault = findFault(rows.length, charactersOf(rows), limits);
  if (fault === null) return;
  throw new RegistryError('too_large', `Cannot write to the shared register at once: the write has ${fault}`);
}

function charactersOf(rows: readonly LogRow[]): number {
  return rows.reduce((sum, { before, after }) => sum + (before?.length ?? 0) + (after?.length ?? 0), 0);
}

/** Returns which limit an event exceeds; null for none. */
function findFault(rows: number, characters: number, limits: EventLimits): string | null {
  if (rows > limits.rows) return `more than ${limits.rows} rows`;
  return characters > limits.characters ? `more than ${limits.characters} characters` : null;
}
