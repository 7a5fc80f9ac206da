import type { ServerResponse } from 'node:http';

/** The most large responses that may wait for the current one, which uses about 30 MB until it is sent. */
const MAX_WAITING = 100;

let current: ServerResponse | null = null;
const waiting: (() => void)[] = [];

/**
 * Waits until no other large response is being composed. Without this, 16 of them would run in turns, each holding its
 * partial result.
 *
 * @param response - The response; it counts until `endLargeAnswer`, or until its connection is closed.
 * @returns False if 100 wait already: reject the request then.
 */
export function startLargeAnswer(response: ServerResponse): Promise<boolean> {
  if (current === null) {
    start(response);
    return Promise.resolve(true);
  }
  if (waiting.length >= MAX_WAITING) return Promise.resolve(false);
  return new Promise((resolve) => {
    waiting.push(() => {
      start(response);
      resolve(true);
    });
  });
}

/**
 * Marks a large response as composed, and starts the next one. Does nothing for any other response.
 *
 * @param response - The response.
 */
export function endLargeAnswer(response: ServerResponse): void {
  if (current !== response) return;
  current = null;
  waiting.shift()?.();
}

function start(response: ServerResponse): void {
  current = response;
  // The client may have disconnected while it waited: its work then ends at the first step.
  response.once('close', () => endLargeAnswer(response));
  if (response.destroyed) endLargeAnswer(response);
}
