import type { ServerResponse } from 'node:http';

/** How many large answers may wait for the one that is composed: it takes some 30 MB until it is sent. */
const MOST_WAITING = 100;

let composed: ServerResponse | null = null;
const waiting: (() => void)[] = [];

/**
 * Waits until no other large answer is composed. Fifty at once would take turns, and each would hold what it has composed
 * so far.
 *
 * @param response - The response; it counts until `endLargeAnswer`, or until its connection is closed.
 * @returns False where 100 wait already: the request is to be refused.
 */
export function startLargeAnswer(response: ServerResponse): Promise<boolean> {
  if (composed === null) {
    start(response);
    return Promise.resolve(true);
  }
  if (waiting.length >= MOST_WAITING) return Promise.resolve(false);
  return new Promise((resolve) => {
    waiting.push(() => {
      start(response);
      resolve(true);
    });
  });
}

/**
 * Ends what `startLargeAnswer` began: the answer is composed. Of any other response it changes nothing.
 *
 * @param response - The response.
 */
export function endLargeAnswer(response: ServerResponse): void {
  if (composed !== response) return;
  composed = null;
  waiting.shift()?.();
}

function start(response: ServerResponse): void {
  composed = response;
  // The client may have gone while it waited: then its work ends at the first step, with an answer that nobody gets.
  response.once('close', () => endLargeAnswer(response));
  if (response.destroyed) endLargeAnswer(response);
}
