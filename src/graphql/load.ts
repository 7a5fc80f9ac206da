import { setTimeout as delay } from 'node:timers/promises';

/** The pause between two modules, in milliseconds: enough to read and answer a request. */
const PAUSE_MS = 3;

/** The modules, each after those that it imports. One alone takes at most 20 ms. */
const MODULES: readonly (() => Promise<unknown>)[] = [
  () => import('graphql/language/index.js'),
  () => import('graphql/type/index.js'),
  () => import('graphql/validation/index.js'),
  () => import('graphql'),
  () => import('@apollo/server/errors'),
  () => import('@apollo/server'),
  () => import('@as-integrations/express5'),
  () => import('graphql-query-complexity'),
];

/**
 * Loads the modules of the handler. This takes as long as the rest of the start, so it pauses between modules: other requests
 * are answered meanwhile.
 */
export async function loadGraphql() {
  for (const load of MODULES) {
    await load();
    await delay(PAUSE_MS);
  }
  const { createGraphqlHandler } = await import('./graphql-handler.ts');
  await delay(PAUSE_MS);
  return createGraphqlHandler;
}
