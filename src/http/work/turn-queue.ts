import { yieldToConnections } from './yield-to-connections.ts';

/** The requests that wait for a turn, first in, first out. */
const waiting: (() => void)[] = [];

/** The number of waiting requests that are not streamed. */
let answersWaiting = 0;

/** The most requests waiting for turns before new requests queue: each holds its partial result. */
const MAX_ANSWERS_WAITING = 16;

/** Checks whether so many requests wait for turns that new ones must queue. */
export function isTurnQueueFull(): boolean {
  return answersWaiting >= MAX_ANSWERS_WAITING;
}

/**
 * Waits for a turn. One request gets a turn per iteration of the event loop: in between the loop reads sockets, so a short
 * request waits for one slice only.
 *
 * @param isStream - Whether the response of the request is streamed: new requests need not queue for it.
 */
export async function waitForTurn(isStream: boolean): Promise<void> {
  if (!isStream) answersWaiting++;
  await new Promise<void>((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) yieldToConnections(startNextTurn);
  });
  if (!isStream) answersWaiting--;
}

function startNextTurn(): void {
  waiting.shift()?.();
  if (waiting.length > 0) yieldToConnections(startNextTurn);
}
