import { LAST_PORT } from '../values/port-number.ts';
import type { PortSpan } from '../values/port-range.ts';
import { RegistryError } from '../values/registry-error.ts';

/** The most own entries that one port may have: each of them stands in every report of the port. */
export const MOST_OWN_ENTRIES = 1_000;

/** The ports of an own entry. */
export interface OwnSpan extends PortSpan {
  /** True for an entry that gets these ports now: only its ports are checked. */
  readonly isNew: boolean;
}

/**
 * Finds a port that has more than `MOST_OWN_ENTRIES` own entries, one of them new. It counts over all ports once, whatever the
 * number of entries.
 *
 * @param spans - The ports of all own entries that overlap the new ones, and of the new ones.
 * @returns The lowest such port; null when there is none.
 */
export function findFullPort(spans: readonly OwnSpan[]): number | null {
  if (spans.length <= MOST_OWN_ENTRIES) return null;
  // How many more entries a port has than the port before it.
  const all = new Int32Array(LAST_PORT + 2);
  const written = new Int32Array(LAST_PORT + 2);
  for (const { firstPort, lastPort, isNew } of spans) {
    for (const steps of isNew ? [all, written] : [all]) {
      steps[firstPort] = (steps[firstPort] ?? 0) + 1;
      steps[lastPort + 1] = (steps[lastPort + 1] ?? 0) - 1;
    }
  }
  let [count, fresh] = [0, 0];
  for (let port = 0; port <= LAST_PORT; port++) {
    count += all[port] ?? 0;
    fresh += written[port] ?? 0;
    if (count > MOST_OWN_ENTRIES && fresh > 0) return port;
  }
  return null;
}

/**
 * Checks that new entries leave no port with more than `MOST_OWN_ENTRIES`.
 *
 * @param spans - As of `findFullPort`.
 * @param cannot - What cannot be done, such as `create the entry`.
 * @throws {RegistryError} `conflict`, with the lowest port that is full.
 */
export function checkFullPorts(spans: readonly OwnSpan[], cannot: string): void {
  const port = findFullPort(spans);
  if (port === null) return;
  const detail = `port ${port} has ${MOST_OWN_ENTRIES} own entries already, the most that one port may have`;
  throw new RegistryError('conflict', `Cannot ${cannot}: ${detail}`);
}
