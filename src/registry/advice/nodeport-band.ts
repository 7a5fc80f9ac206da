import type { EphemeralRange } from '../rows/ephemeral-range.ts';
import { type PortSpan, spanWidth } from '../values/port-range.ts';

/** Systems whose ranges are for Services of type NodePort, not for outgoing connections. */
export const NODEPORT_SYSTEMS: readonly string[] = ['kubernetes', 'openshift'];

/** https://kubernetes.io/blog/2023/05/11/nodeport-dynamic-and-static-allocation/ */
export const STATIC_BAND_SOURCE = 'Kubernetes 1.27: Avoid Collisions Assigning Ports to NodePort Services';

/**
 * Returns the static band of a NodePort range: its first ports, which Kubernetes assigns by itself only when all others
 * are in use. They are for Services that name their port. The band has 1/32 of the ports, at least 16 and at most 128.
 *
 * @param range - The NodePort range.
 * @returns The band; null for a range of at most 16 ports, which has none.
 * @example `30000-30085` for `30000-32767`
 */
export function staticBand(range: PortSpan): PortSpan | null {
  const size = spanWidth(range) + 1;
  if (size <= 16) return null;
  const bandSize = Math.min(Math.max(16, Math.floor(size / 32)), 128);
  return { firstPort: range.firstPort, lastPort: range.firstPort + bandSize - 1 };
}

/**
 * Lists the static bands of all NodePort ranges.
 *
 * @param ranges - Ephemeral ranges of any system.
 */
export function staticBands(ranges: readonly EphemeralRange[]): PortSpan[] {
  return ranges.filter(({ system }) => NODEPORT_SYSTEMS.includes(system)).flatMap((range) => staticBand(range) ?? []);
}
