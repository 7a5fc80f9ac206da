import { parseHostName } from '../registry/observed/host-name.ts';
import { OBSERVATION_STATES, type Observation, type ObservationFilter } from '../registry/observed/observation.ts';
import type { ObservedUse } from '../registry/observed-use.ts';
import { parsePortNumber } from '../registry/values/port-number.ts';
import { type RunStep, runInSteps } from '../registry/values/run-step.ts';
import { type List, toList } from './list.ts';
import { parsePage, parseProtocol, parseTimeParameter, parseWord, type Query } from './query.ts';
import type { ResourceRequest } from './route.ts';

/** The filters of observed sockets. */
export const OBSERVATION_FILTERS: readonly string[] = ['host', 'port', 'protocol', 'process', 'state', 'since'];

/** Lists the sockets that hosts have reported. */
export async function listObservations(
  registry: ObservedUse,
  { path, query }: ResourceRequest,
  run: RunStep,
): Promise<List<Observation>> {
  const page = parsePage(query);
  return toList(await runInSteps(registry.observations(parseObservationFilter(query), page), run), page, path, query);
}

/**
 * Parses the filters of observed sockets.
 *
 * @param query - The query parameters.
 * @throws {RegistryError} `invalid_argument`
 */
export function parseObservationFilter(query: Query): ObservationFilter {
  const host = query.get('host');
  const port = query.get('port');
  return {
    host: host === undefined ? null : parseHostName(host),
    port: port === undefined ? null : parsePortNumber(port),
    protocol: parseProtocol(undefined, query),
    process: query.get('process') ?? null,
    state: parseWord(query, 'state', OBSERVATION_STATES) ?? OBSERVATION_STATES[0],
    since: parseTimeParameter(query, 'since'),
  };
}
