import type { Store } from 'express-rate-limit';
import type { Config } from '../config/settings.ts';
import { createGraphqlHandler } from '../graphql/graphql-handler.ts';
import { answerAhead } from '../http/answer-ahead.ts';
import { createApp } from '../http/app.ts';
import { authorizeBy } from '../http/authorization.ts';
import { belowPath } from '../http/base-path.ts';
import { mayKeep } from '../http/kept-answers.ts';
import { requestIdOf } from '../http/request-id.ts';
import { listen, type RunningServer } from '../http/server.ts';
import type { Logger } from '../log.ts';
import { SqliteRegistry } from '../sqlite/sqlite-registry.ts';
import { WriteThread } from '../sqlite/write-thread.ts';
import { keepsAnswers, limitsOf, listenOptionsOf } from './limits.ts';

/**
 * Answers requests in this process.
 *
 * @param config - The settings.
 * @param log - The log.
 * @param requestCounts - Where requests are counted, for processes that share the limit.
 * @returns The server once it answers; when it stops, the database is closed too.
 * @throws {RegistryError} As `listen`.
 */
export async function answer(config: Config, log: Logger, requestCounts?: Store): Promise<RunningServer> {
  const registry = new SqliteRegistry(config.database, config.ephemeralRanges, config.answerCache);
  const own = new WriteThread(config.database, config.ephemeralRanges);
  const graphql = await createGraphqlHandler({
    registry,
    own,
    authorize: authorizeBy(registry),
    introspection: config.introspection,
    requestIdOf,
    mayKeep,
    onInternalError: (error, requestId) => log.error({ err: error, requestId }, 'a GraphQL request failed'),
  });
  const app = createApp({
    registry,
    own,
    graphql,
    log,
    corsOrigins: config.corsOrigins,
    limits: limitsOf(config),
    requestCounts,
    requireToken: config.requireToken,
    basePath: config.basePath,
    trustProxy: config.trustProxy,
    logClientAddresses: config.logClientAddresses,
  });
  const listener = belowPath(keepsAnswers(config) ? answerAhead(app, registry) : app, config.basePath);
  const server = await listen(listener, listenOptionsOf(config), log);
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await own.close();
      registry.close();
    },
  };
}
