import type { TestContext } from 'node:test';
import { listenOptionsOf } from '../../src/cli/server/limits.ts';
import { startServer } from '../../src/cli/server/start-server.ts';
import { readConfig } from '../../src/config/config.ts';
import { stripBasePath } from '../../src/http/message/base-path.ts';
import { listen } from '../../src/http/server/server.ts';
import { createLog } from '../../src/log.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { setBasePath } from '../../src/web/parts/address.ts';
import { createTestApp } from './registry.ts';

/**
 * Starts a server in this process as `portolan serve` does, cache included, until the test ends. It starts in a tenth of
 * the time of a new process.
 *
 * @param t - The test, or another object with an `after` hook.
 * @param settings - `DATABASE`, which must be prepared, and other settings.
 * @returns The URL.
 */
export async function startInProcess(
  t: { readonly after: (end: () => Promise<void>) => void },
  settings: Readonly<Record<string, string>>,
): Promise<{ readonly url: string }> {
  const config = readConfig({ PORT: '0', ...settings });
  const server = await startServer(config, createLog('silent'));
  t.after(async () => {
    await server.stop();
    // It belongs to the process, which runs the tests of other files too.
    setBasePath('');
  });
  return { url: server.url + config.basePath };
}

/**
 * Serves any registry in this process, with the limits of connections and headers, until the test ends.
 *
 * @param t - The test.
 * @param registry - Any registry.
 * @param settings - Environment variables; without them the defaults apply.
 * @param log - The log.
 * @returns The URL.
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
