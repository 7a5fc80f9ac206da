import { setTimeout as delay } from 'node:timers/promises';
import type { createGraphqlHandler } from './graphql-handler.ts';

/** The pause between two modules, in milliseconds: enough to read and answer a request. */
const PAUSE_MS = 10;

/**
 * Loads the modules of the handler. This takes as long as the rest of the start, so it pauses between modules: other requests
 * are answered meanwhile.
 */
export async function loadGraphql(): Promise<typeof createGraphqlHandler> {
  for (const load of [() => import('graphql'), () => import('@apollo/server')]) {
    await delay(PAUSE_MS);
    await load();
  }
  await delay(PAUSE_MS);
  return (await import('./graphql-handler.ts')).createGraphqlHandler;
}
