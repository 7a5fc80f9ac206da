import type { RequestListener } from 'node:http';

/** What stands before the path where a client names the whole address (RFC 9112, section 3.2.2). */
const AUTHORITY = /^(?:https?:\/\/[^/?#]*)?/i;

/**
 * Has a server answer below a path of another one: what the proxy passes on with the path is taken without it. What comes
 * without the path is answered as well, as some proxies cut it off, and checks of health go past the proxy. Handlers find
 * the path in Express' `request.baseUrl`, for the links that they write.
 *
 * @param listener - Answers.
 * @param basePath - The path, without a slash at its end; empty for none.
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
