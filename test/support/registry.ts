import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import type { Express } from 'express';
import { limitsOf } from '../../src/cli/limits.ts';
import { prepareDatabase } from '../../src/cli/prepare.ts';
import { readConfig } from '../../src/config.ts';
import { createGraphqlHandler } from '../../src/graphql/graphql-handler.ts';
import { createApp } from '../../src/http/app.ts';
import { requestIdOf } from '../../src/http/request-id.ts';
import { createLog } from '../../src/log.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';

/** The product in this process, over a database of its own with the bundled data. */
export interface Product {
  readonly registry: SqliteRegistry;
  readonly app: Express;
}

/**
 * Makes the product before the tests of a file, and takes it away after them.
 *
 * @returns An object whose fields are filled in when the first test runs.
 */
export function useProduct(): Product {
  const product: { registry?: SqliteRegistry; app?: Express } = {};
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'portolan-'));
    const database = join(folder, 'portolan.db');
    await prepareDatabase(database);
    product.registry = new SqliteRegistry(database);
    product.app = await createTestApp(product.registry);
  });
  after(() => {
    product.registry?.close();
    rmSync(folder, { recursive: true });
  });
  return product as Product;
}

/**
 * Wires the faces as `serve` does, with a silent log.
 *
 * @param registry - Any registry.
 * @param settings - Environment variables; none for the defaults.
 * @param log - The log.
 */
export async function createTestApp(
  registry: Registry,
  settings: Readonly<Record<string, string>> = {},
  log = createLog('silent'),
): Promise<Express> {
  const config = readConfig(settings);
  const graphql = await createGraphqlHandler({
    registry,
    introspection: config.introspection,
    requestIdOf,
    onInternalError: (error, requestId) => log.error({ err: error, requestId }, 'a GraphQL request failed'),
  });
  return createApp({
    registry,
    graphql,
    log,
    corsOrigins: config.corsOrigins,
    limits: limitsOf(config),
  });
}
