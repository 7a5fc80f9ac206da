import { setTimeout as delay } from 'node:timers/promises';
import type { createGraphqlHandler } from './graphql-handler.ts';

/** How long others have between two pieces, in milliseconds: enough for a request that has come to be read and answered. */
const PAUSE_MS = 10;

/**
 * Loads what makes the handler. It takes as long as all the rest of the server's start, and goes on piece by piece:
 * whoever asks for something else meanwhile is answered between two of them, not after the last.
 */
export async function loadGraphql(): Promise<typeof createGraphqlHandler> {
  for (const load of [() => import('graphql'), () => import('@apollo/server')]) {
    await delay(PAUSE_MS);
    await load();
  }
  await delay(PAUSE_MS);
  return (await import('./graphql-handler.ts')).createGraphqlHandler;
}
