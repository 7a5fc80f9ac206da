import type { PoolReport } from '../registry/advice/pool.ts';
import type { Registry } from '../registry/registry.ts';
import { pageOf } from '../registry/values/page.ts';
import { type List, toList } from './list.ts';
import { readPage } from './query.ts';
import type { Question } from './route.ts';

/** Returns one pool. */
export function showPool(registry: Registry, { parts }: Question): PoolReport {
  return registry.pool(parts.name ?? '');
}

/** Lists the pools by name. */
export function listPools(registry: Registry, { path, query }: Question): List<PoolReport> {
  const request = readPage(query);
  return toList(pageOf(registry.pools(), request), request, path, query);
}
