import type { PoolReport } from '../registry/advice/pool.ts';
import type { PortAdvice } from '../registry/port-advice.ts';
import { pageOf } from '../registry/values/page.ts';
import { type List, toList } from './list.ts';
import { parsePage } from './query.ts';
import type { ResourceRequest } from './route.ts';

/** Returns one pool. */
export function showPool(registry: PortAdvice, { parts }: ResourceRequest): PoolReport {
  return registry.pool(parts.name ?? '');
}

/** Lists the pools by name. */
export function listPools(registry: PortAdvice, { path, query }: ResourceRequest): List<PoolReport> {
  const request = parsePage(query);
  return toList(pageOf(registry.pools(), request), request, path, query);
}
