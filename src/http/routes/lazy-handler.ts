import type { RequestHandler } from 'express';

/** A handler with code that is loaded at the first request, or earlier on demand. */
export interface LazyHandler {
  /** Handles a request; requests wait while the code is loaded. */
  readonly handle: RequestHandler;
  /** Loads the code now; a second call waits for the same load. */
  readonly load: () => Promise<void>;
}

/**
 * Creates a handler that is loaded after the server has started.
 *
 * @param make - Loads and creates the handler. It is called once; if it fails, every request gets its error.
 */
export function lazyHandler(make: () => Promise<RequestHandler>): LazyHandler {
  let handler: Promise<RequestHandler> | undefined;
  const loadOnce = (): Promise<RequestHandler> => (handler ??= make());
  return {
    handle: async (request, response, next) => (await loadOnce())(request, response, next),
    load: async () => void (await loadOnce()),
  };
}
