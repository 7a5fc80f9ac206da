import type { PoolReport } from '../registry/advice/pool.ts';
import type { Registry } from '../registry/registry.ts';
import { pageOf } from '../registry/values/page.ts';
import { type List, toList } from './list.ts';
import { parsePage } from './query.ts';
import type { ResourceRequest } from './route.ts';

/** Returns one pool. */
export function showPool(registry: Registry, { parts }: ResourceRequest): PoolReport {
  return registry.pool(parts.name ?? '');
}

/** Lists the pools by name. */
export function listPools(registry: Registry, { path, query }: ResourceRequest): List<PoolReport> {
  const request = parsePage(query);
  return toList(pageOf(registry.pools(), request), request, path, query);
}
