import type { TestContext } from 'node:test';
import { listenOptionsOf } from '../../src/cli/limits.ts';
import { readConfig } from '../../src/config/config.ts';
import { belowPath } from '../../src/http/base-path.ts';
import { listen } from '../../src/http/server.ts';
import { createLog } from '../../src/log.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { createTestApp } from './registry.ts';

/**
 * Serves in this process as `portolan serve` does, limits of connections and headers included, until the test is over.
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
  const server = await listen(belowPath(app, config.basePath), listenOptionsOf(config), log);
  t.after(() => server.stop());
  return server.url + config.basePath;
}
