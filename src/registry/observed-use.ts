import type { DriftFilter } from './observed/drift.ts';
import type { FoundDrift } from './observed/found-drift.ts';
import type { HostChart } from './observed/host-chart.ts';
import type { Observation, ObservationFilter } from './observed/observation.ts';
import type { ObservedPort } from './observed/observed-port.ts';
import type { Page, PageRequest } from './values/page.ts';
import type { Steps } from './values/run-step.ts';
import type { TransportProtocol } from './values/transport-protocol.ts';

/** Lists the sockets that hosts have reported. */
export interface ObservedUse {
  /**
   * Lists sockets by host, port, protocol, address scope and process, one without a process first.
   *
   * @param filter - Selects the sockets.
   * @param page - The page.
   * @returns Steps of a few milliseconds. Snapshots between two steps may be in the result or not.
   */
  observations(filter: ObservationFilter, page: PageRequest): Steps<Page<Observation>>;

  /**
   * Counts the sockets that hosts have reported on a port.
   *
   * @param number - The port number, 0-65535.
   * @param protocol - The protocol; null for all.
   */
  observedPort(number: number, protocol: TransportProtocol | null): ObservedPort;

  /**
   * Counts the hosts that listen on each of the 65,536 ports.
   *
   * @returns Steps of a few milliseconds. Snapshots between two steps may be in the result or not.
   */
  hostChart(): Steps<HostChart>;

  /**
   * Compares own entries with what hosts have reported: by kind, port, protocol and host.
   *
   * @param filter - Narrows the results.
   * @returns Steps of a few milliseconds. Snapshots and writes between two steps may be in the result or not.
   */
  drift(filter: DriftFilter): Steps<FoundDrift[]>;
}
