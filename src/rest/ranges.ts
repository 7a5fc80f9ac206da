import type { Catalogue, RegistryInfo } from '../registry/catalogue.ts';
import type { EphemeralRange } from '../registry/rows/ephemeral-range.ts';
import { pageOf } from '../registry/values/page.ts';
import { PORT_RANGES, type PortRange } from '../registry/values/port-range.ts';
import { type List, toList } from './list.ts';
import { parsePage } from './query.ts';
import type { ResourceRequest } from './route.ts';

/** Lists the three ranges of RFC 6335. */
export function listRanges(_registry: Catalogue, { path, query }: ResourceRequest): List<PortRange> {
  const request = parsePage(query);
  return toList(pageOf(PORT_RANGES, request), request, path, query);
}

/** Lists the operating systems' ephemeral ranges. */
export function listEphemeralRanges(registry: Catalogue, { path, query }: ResourceRequest): List<EphemeralRange> {
  const request = parsePage(query);
  return toList(pageOf(registry.ephemeralRanges(), request), request, path, query);
}

/** Returns the loaded lists and their age. */
export function showRegistry(registry: Catalogue): RegistryInfo {
  return registry.info();
}
