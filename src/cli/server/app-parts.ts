import type { Config } from '../../config/settings.ts';
import type { GraphqlParts } from '../../graphql/graphql-handler.ts';
import type { AppParts } from '../../http/app.ts';
import type { DirectGraphqlParts } from '../../http/cache/direct-graphql.ts';
import { HttpError } from '../../http/message/problem.ts';
import { markCacheable } from '../../http/message/request-context.ts';
import { requestIdOf } from '../../http/message/request-id.ts';
import { authorizeBy, readersOfObserved } from '../../http/middleware/authorization.ts';
import { countLookups } from '../../http/middleware/counting.ts';
import { logGraphqlError, logMcpError } from '../../http/middleware/error-handler.ts';
import { sendPosition } from '../../http/middleware/position.ts';
import { chargeCost, costOfPorts, refusalOf } from '../../http/work/request-cost.ts';
import { workOf } from '../../http/work/request-work.ts';
import type { McpParts } from '../../mcp/mcp-handler.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { SCHEMA_VERSION } from '../../sqlite/file/migrate.ts';
import { type Build, VERSION } from '../../version.ts';
import { observationLimitsOf } from '../actions/local-source.ts';
import { limitsOf } from './limits.ts';

/** The version of this program. */
export const BUILD: Build = { version: VERSION, schema: SCHEMA_VERSION };

/** The objects of one server that both GraphQL and REST use. */
export type SharedParts = Pick<AppParts, 'registry' | 'own' | 'log' | 'counts'>;

/**
 * Connects GraphQL to the HTTP side of a server.
 *
 * @param config - The settings.
 * @param shared - The objects of the server.
 */
export function graphqlPartsOf(config: Config, { registry, own, log, counts }: SharedParts): GraphqlParts {
  const authorize = authorizeBy(registry, own);
  return {
    registry,
    own,
    workOf,
    authorize,
    maySeeObserved: readersOfObserved(authorize),
    introspection: config.introspection,
    requestIdOf,
    markCacheable,
    chargeCost: refusalOf,
    onLookups: (response, reports) => countLookups(counts, response, reports),
    onWrite: (result) => counts.addWrite('graphql', result),
    onInternalError: logGraphqlError(log),
  };
}

/**
 * Connects MCP to the HTTP side of a server.
 *
 * @param config - The settings.
 * @param shared - The objects of the server.
 */
export function mcpPartsOf(config: Config, { registry, own, log, counts }: SharedParts): McpParts {
  const authorize = authorizeBy(registry, own);
  const maySeeObserved = readersOfObserved(authorize);
  const logError = logMcpError(log);
  return {
    registry,
    own,
    version: VERSION,
    isPrivate: config.requireToken,
    partsOf: (request, response) => ({
      run: workOf(response).run,
      authorize: () => authorize(request, response, 'write'),
      maySeeObserved: () => maySeeObserved(request, response),
      chargePorts: async (ports) => {
        const refusal = await refusalOf(response, costOfPorts(ports));
        if (refusal !== null) throw new RegistryError('unavailable', refusal);
      },
      onWrite: (result) => {
        counts.addWrite('mcp', result);
        if (result === 'done') sendPosition(registry, response);
      },
      onReports: (reports) => countLookups(counts, response, reports),
    }),
    chargeCost,
    refuse: (detail) => new HttpError(400, detail),
    onInternalError: (error, response) => logError(error, requestIdOf(response)),
  };
}

/**
 * Returns the parts of the app that depend only on the settings.
 *
 * @param config - The settings.
 */
export function appSettingsOf(config: Config) {
  const { corsOrigins, requireToken, basePath, trustProxy, logClientAddresses } = config;
  return {
    corsOrigins,
    limits: limitsOf(config),
    observations: observationLimitsOf(config),
    requireToken,
    basePath,
    trustProxy,
    signIn: { userField: config.authHeader, groupsField: config.authGroupsHeader, scopes: config.authScopes },
    logClientAddresses,
    build: BUILD,
  };
}

/**
 * Returns the parts of `DirectGraphql` that depend only on the settings.
 *
 * @param config - The settings.
 */
export function directSettingsOf(config: Config): Pick<DirectGraphqlParts, 'corsOrigins' | 'cpuMs' | 'bodyBytes'> {
  return { corsOrigins: config.corsOrigins, cpuMs: config.cpuLimit, bodyBytes: config.bodyLimit };
}
