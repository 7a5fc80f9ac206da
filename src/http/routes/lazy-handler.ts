import type { RequestHandler } from 'express';

/** A handler whose code is loaded when it is needed, or when there is time. */
export interface LazyHandler {
  /** Loads it at the first request, which waits for that, as those do that come meanwhile. */
  readonly handle: RequestHandler;
  /** Loads it now; a second call waits for the same end. */
  readonly load: () => Promise<void>;
}

/**
 * Makes a handler that need not be there when the server begins to answer.
 *
 * @param make - Loads and makes it; it is called once, and its error is what every request gets.
 */
export function lazyHandler(make: () => Promise<RequestHandler>): LazyHandler {
  let making: Promise<RequestHandler> | undefined;
  const made = (): Promise<RequestHandler> => (making ??= make());
  return {
    handle: async (request, response, next) => (await made())(request, response, next),
    load: async () => void (await made()),
  };
}
