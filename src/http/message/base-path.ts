import type { RequestListener } from 'node:http';

/** Scheme and authority before the path, in a request with an absolute URL (RFC 9112, section 3.2.2). */
const AUTHORITY = /^(?:https?:\/\/[^/?#]*)?/i;

/**
 * Strips `BASE_PATH` from request URLs, for a server that a proxy mounts under a path. URLs without the path work too:
 * some proxies strip it, and health checks bypass the proxy. Handlers find the path in Express' `request.baseUrl`, for
 * links.
 *
 * @param listener - The handler of the request without the path.
 * @param basePath - The path, without a trailing slash; empty for none.
 */
export function stripBasePath(listener: RequestListener, basePath: string): RequestListener {
  if (basePath === '') return listener;
  return (request, response) => {
    const { url = '' } = request;
    const start = AUTHORITY.exec(url)?.[0].length ?? 0;
    const end = start + basePath.length;
    if (url.startsWith(basePath, start) && ['/', '?', undefined].includes(url[end])) {
      request.url = `${url.slice(0, start)}${url[end] === '/' ? '' : '/'}${url.slice(end)}`;
    }
    listener(Object.assign(request, { baseUrl: basePath }), response);
  };
}
