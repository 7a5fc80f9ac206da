import { LAST_PORT } from '../values/port-number.ts';
import type { PortSpan } from '../values/port-range.ts';
import { RegistryError } from '../values/registry-error.ts';

/** The most own entries of one port: every report of the port contains all of them. */
export const MOST_OWN_ENTRIES = 1_000;

/** The ports of an own entry. */
export interface OwnSpan extends PortSpan {
  /** True for an entry of this write: only its ports are checked. */
  readonly isNew: boolean;
}

/**
 * Finds a port that has more than `MOST_OWN_ENTRIES` own entries, one of them new. It sweeps over all ports once, for
 * any number of entries.
 *
 * @param spans - The ports of the new entries, and of all own entries that overlap with them.
 * @returns The lowest such port; null for none.
 */
export function findFullPort(spans: readonly OwnSpan[]): number | null {
  if (spans.length <= MOST_OWN_ENTRIES) return null;
  // Difference arrays: the number of entries of a port minus that of the port before it.
  const all = new Int32Array(LAST_PORT + 2);
  const added = new Int32Array(LAST_PORT + 2);
  for (const { firstPort, lastPort, isNew } of spans) {
    for (const deltas of isNew ? [all, added] : [all]) {
      deltas[firstPort] = (deltas[firstPort] ?? 0) + 1;
      deltas[lastPort + 1] = (deltas[lastPort + 1] ?? 0) - 1;
    }
  }
  let [count, newCount] = [0, 0];
  for (let port = 0; port <= LAST_PORT; port++) {
    count += all[port] ?? 0;
    newCount += added[port] ?? 0;
    if (count > MOST_OWN_ENTRIES && newCount > 0) return port;
  }
  return null;
}

/**
 * Checks that new entries leave no port with more than `MOST_OWN_ENTRIES`.
 *
 * @param spans - As for `findFullPort`.
 * @param action - The failed action, for the error, such as `create the entry`.
 * @throws {RegistryError} `conflict`, with the lowest port that is full.
 */
export function checkFullPorts(spans: readonly OwnSpan[], action: string): void {
  const port = findFullPort(spans);
  if (port === null) return;
  const detail = `port ${port} has ${MOST_OWN_ENTRIES} own entries already, the most that one port may have`;
  throw new RegistryError('conflict', `Cannot ${action}: ${detail}`);
}
