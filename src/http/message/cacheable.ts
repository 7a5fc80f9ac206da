import type { ServerResponse } from 'node:http';

const cacheable = new WeakSet<ServerResponse>();

/**
 * Marks a response that depends only on the registry and the request, so that it may be cached.
 *
 * @param response - The response, before its header is sent.
 */
export function markCacheable(response: ServerResponse): void {
  cacheable.add(response);
}

/** Returns whether a response was marked. */
export function isCacheable(response: ServerResponse): boolean {
  return cacheable.has(response);
}
