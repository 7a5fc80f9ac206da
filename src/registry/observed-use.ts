import type { Observation, ObservationFilter } from './observed/observation.ts';
import type { Page, PageRequest } from './values/page.ts';

/** Lists the sockets that hosts have reported. */
export interface ObservedUse {
  /**
   * Lists sockets by host, port, protocol, address scope and process, one without a process first.
   *
   * @param filter - Selects the sockets.
   * @param page - The page.
   */
  observations(filter: ObservationFilter, page: PageRequest): Page<Observation>;
}
