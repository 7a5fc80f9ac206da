import type { Registry, RegistryInfo } from '../registry/registry.ts';
import type { EphemeralRange } from '../registry/rows/ephemeral-range.ts';
import { pageOf } from '../registry/values/page.ts';
import { PORT_RANGES, type PortRange } from '../registry/values/port-range.ts';
import { type List, toList } from './list.ts';
import { readPage } from './query.ts';
import type { Question } from './route.ts';

/** Lists the three ranges of RFC 6335. */
export function listRanges(_registry: Registry, { path, query }: Question): List<PortRange> {
  const request = readPage(query);
  return toList(pageOf(PORT_RANGES, request), request, path, query);
}

/** Lists the operating systems' ephemeral ranges. */
export function listEphemeralRanges(registry: Registry, { path, query }: Question): List<EphemeralRange> {
  const request = readPage(query);
  return toList(pageOf(registry.ephemeralRanges(), request), request, path, query);
}

/** Returns the loaded lists and their age. */
export function showRegistry(registry: Registry): RegistryInfo {
  return registry.info();
}
