import type { TestContext } from 'node:test';
import { answer } from '../../src/cli/server/answer.ts';
import { listenOptionsOf } from '../../src/cli/server/limits.ts';
import { readConfig } from '../../src/config/config.ts';
import { stripBasePath } from '../../src/http/message/base-path.ts';
import { listen } from '../../src/http/server/server.ts';
import { createLog } from '../../src/log.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { createTestApp } from './registry.ts';

/**
 * Answers in this process as each process of `portolan serve` does, cache included, until the test is over. It starts in a
 * tenth of the time of a process.
 *
 * @param t - The test, or anything else that takes what is to be done at its end.
 * @param settings - `DATABASE`, a prepared one, and other settings.
 * @returns The address.
 */
export async function answerHere(
  t: { readonly after: (end: () => Promise<void>) => void },
  settings: Readonly<Record<string, string>>,
): Promise<{ readonly url: string }> {
  const config = readConfig({ PORT: '0', ...settings });
  const server = await answer(config, createLog('silent'));
  t.after(() => server.stop());
  return { url: server.url + config.basePath };
}

/**
 * Serves any registry in this process, limits of connections and headers included, until the test is over.
 *
 * @param t - The test.
 * @param registry - Any registry.
 * @param settings - Environment variables; none for the defaults.
 * @param log - The log.
 * @returns The address.
 */
export async function listenHere(
  t: TestContext,
  registry: Registry,
  settings: Readonly<Record<string, string>> = {},
  log = createLog('silent'),
): Promise<string> {
  const app = await createTestApp(registry, settings, log);
  const config = readConfig({ PORT: '0', ...settings });
  const server = await listen(stripBasePath(app, config.basePath), listenOptionsOf(config), log);
  t.after(() => server.stop());
  return server.url + config.basePath;
}
