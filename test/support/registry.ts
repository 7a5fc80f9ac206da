import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import type { Express } from 'express';
import type { WriteSource } from '../../src/cli/actions/write-source.ts';
import { appSettingsOf, BUILD, directSettingsOf, graphqlPartsOf, mcpPartsOf } from '../../src/cli/server/app-parts.ts';
import { cachesResponses } from '../../src/cli/server/limits.ts';
import { createLocalRequestCounts } from '../../src/cli/server/rate-limiter.ts';
import { createProcessMetrics } from '../../src/cli/server/server-metrics.ts';
import { readConfig } from '../../src/config/config.ts';
import { createGraphqlHandler } from '../../src/graphql/graphql-handler.ts';
import { createApp } from '../../src/http/app.ts';
import { lazyHandler } from '../../src/http/routes/lazy-handler.ts';
import { HeldMemory } from '../../src/http/work/held-memory.ts';
import { RequestQueue } from '../../src/http/work/overload.ts';
import { createLog } from '../../src/log.ts';
import { Counts } from '../../src/metrics/request-counts.ts';
import { NodeThread } from '../../src/postgres/node-thread.ts';
import type { Scope } from '../../src/registry/own/token.ts';
import type { OwnRegistry } from '../../src/registry/own-registry.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { WriteThread } from '../../src/sqlite/write/write-thread.ts';
import { bothWays } from './both-ways.ts';
import { putSeededDatabase } from './seeded-database.ts';
import { sharedSource } from './shared-source.ts';
import { bearer } from './tokens.ts';
import { sourceOf } from './write-source.ts';

/** The product in this process, with its own database of the bundled data. */
export interface Product {
  readonly registry: SqliteRegistry;
  readonly own: WriteThread;
  /** Path of the SQLite file. */
  readonly database: string;
  /** The settings of the database: it is standalone, or a node of a shared register in the suite of both stores. */
  readonly source: WriteSource;
  /** The environment variables of commands that use the database. */
  readonly environment: Readonly<Record<string, string>>;
  /** Returns the value of `Authorization` with a token of a scope: always the same one, named after the scope. */
  readonly bearer: (scope: Scope) => string;
  readonly app: Express;
  /** Registers what ends before the databases are closed, such as a server. */
  readonly beforeClose: (end: () => void) => void;
}

/**
 * Creates the product before the tests of a file, and removes it after them.
 *
 * @returns An object whose fields are set when the first test runs.
 */
export function useProduct(): Product {
  const bearers = new Map<Scope, string>();
  const ends: (() => void)[] = [];
  const product: { -readonly [Key in keyof Product]?: Product[Key] } = {
    bearer: (scope) => {
      const known = bearers.get(scope) ?? bearer(product.source ?? '', scope);
      bearers.set(scope, known);
      return known;
    },
    beforeClose: (end) => ends.push(end),
  };
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'portolan-'));
    const database = join(folder, 'portolan.db');
    await putSeededDatabase(database);
    product.registry = new SqliteRegistry(database);
    const source = (await sharedSource(database)) ?? sourceOf(database);
    const { shared } = source;
    product.own = shared === '' ? new WriteThread(database) : new NodeThread(shared, database, [], 0, () => {});
    product.database = database;
    product.source = source;
    product.environment = { DATABASE: database, ...(shared !== '' && { SHARED: shared }) };
    product.app = await createTestApp(product.registry, {}, undefined, product.own);
  });
  after(async () => {
    for (const end of ends) end();
    await product.own?.close();
    product.registry?.close();
    rmSync(folder, { recursive: true });
  });
  return product as Product;
}

/**
 * Creates the app as `serve` does, with a silent log. Both ways answer GraphQL: Apollo and compiled queries.
 *
 * @param registry - Any registry.
 * @param settings - Environment variables; without them the defaults apply.
 * @param log - The log.
 * @param own - The registry of own entries; by default every write fails.
 */
export async function createTestApp(
  registry: Registry,
  settings: Readonly<Record<string, string>> = {},
  log = createLog('silent'),
  own: OwnRegistry = new WriteThread('/nonexistent/portolan.db'),
): Promise<Express> {
  const config = readConfig(settings);
  const counts = new Counts();
  const graphql = await createGraphqlHandler(graphqlPartsOf(config, { registry, own, log, counts }));
  return createApp({
    ...appSettingsOf(config),
    registry,
    own,
    sharedStatus: null,
    graphql: cachesResponses(config)
      ? bothWays(graphql, {
          queue: new RequestQueue(config.maxWait, log),
          counts: new Counts(),
          held: new HeldMemory(config.heldLimit),
          ...directSettingsOf(config),
        })
      : graphql.handle,
    mcp: lazyHandler(async () => {
      const { createMcpHandler } = await import('../../src/mcp/mcp-handler.ts');
      return createMcpHandler(mcpPartsOf(config, { registry, own, log, counts }));
    }).handle,
    log,
    queue: new RequestQueue(config.maxWait, log),
    held: new HeldMemory(config.heldLimit),
    requestCounts: await createLocalRequestCounts(config),
    counts,
    writeMetrics: createProcessMetrics({
      build: BUILD,
      counts,
      registry: registry as SqliteRegistry,
      fileSizes: () => ({ database: 0, wal: 0 }),
      connections: async () => 0,
      sharedStatus: null,
    }).write,
  });
}
