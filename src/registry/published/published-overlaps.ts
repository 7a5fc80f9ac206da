import { overlaps } from '../values/port-range.ts';
import type { PublishedPort } from './published-port.ts';

/**
 * Finds the first published port before each one with which it overlaps: on the same protocol, on common ports and on a common
 * address of the host.
 *
 * @param ports - The published ports, at most 10,000: each pair is compared.
 */
export function findPublishedOverlaps(ports: readonly PublishedPort[]): ReadonlyMap<PublishedPort, PublishedPort> {
  const found = new Map<PublishedPort, PublishedPort>();
  for (const [index, port] of ports.entries()) {
    for (let before = 0; before < index; before++) {
      const other = ports[before] as PublishedPort;
      if (!areInConflict(port, other)) continue;
      found.set(port, other);
      break;
    }
  }
  return found;
}

function areInConflict(a: PublishedPort, b: PublishedPort): boolean {
  return (
    a.protocol === b.protocol &&
    overlaps(a, b) &&
    (a.address === null || b.address === null || a.address === b.address) &&
    !(a.identity === b.identity && a.file !== b.file) &&
    !areAlternatives(a, b) &&
    !haveDifferentNodes(a, b)
  );
}

/** Returns whether different profiles start two services, such as one for a CPU and one for a GPU: they do not run together. */
function areAlternatives({ profiles: a }: PublishedPort, { profiles: b }: PublishedPort): boolean {
  return a.length > 0 && b.length > 0 && !a.some((profile) => b.includes(profile));
}

/** Returns whether two workloads need different values of one label of their node: they never share one. */
function haveDifferentNodes({ nodeLabels: a }: PublishedPort, { nodeLabels: b }: PublishedPort): boolean {
  return [...a].some(([label, value]) => (b.get(label) ?? value) !== value);
}
