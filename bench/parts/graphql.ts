import { check, sameBody, sameData } from '../check.ts';
import { peer } from '../contenders/peers.ts';
import { portolan } from '../contenders/portolan.ts';
import { GOALS } from '../goals.ts';
import { shufflePorts } from '../port-sequence.ts';
import { readRecording } from '../recording.ts';
import { askGraphql, askGraphqlByGet } from '../requests.ts';
import { runRounds } from '../rounds.ts';
import { against, plainRows } from './compare.ts';
import { type Part, withServers } from './part.ts';

const PRODUCT = 'POST /graphql, port(number: random)';
const PRODUCT_GET = 'GET /graphql, port(number: random)';

/**
 * Measures one document with the port in a variable, repeated requests: Portolan, stock servers with its schema and resolvers, the
 * limit.
 */
export const graphql: Part = ({ options, workbench }) => {
  const peers = (['apollo', 'apollo-cache', 'mercurius', 'bare-body'] as const).map((name) => peer(name, workbench));
  const programs = [portolan(workbench.database), portolan(workbench.database), ...peers];
  return withServers(programs, async (servers) => {
    const recording = readRecording(workbench.graphqlRecording);
    const questions = servers.map((_, index) => (index === 1 ? askGraphqlByGet : askGraphql));
    const ports = shufflePorts();
    // Portolan over POST and GET, and Apollo with its cache: every request is sent once before they are measured.
    const caching = [0, 1, 3];
    const lanes = [];
    for (const [index, server] of servers.entries()) {
      const toRequest = questions[index] ?? askGraphql;
      await check(server, toRequest, recording, index < 2 ? sameBody : sameData);
      const name = [PRODUCT, PRODUCT_GET][index] ?? server.name;
      lanes.push({ name, server, requests: ports.map(toRequest), touchAll: caching.includes(index) });
    }
    const results = await runRounds(lanes, options);
    const [apollo = '', apolloCache = '', mercurius = '', bare = ''] = peers.map(({ name }) => name);
    return [
      against(results, PRODUCT, apollo, GOALS.graphqlAgainstApollo),
      against(results, PRODUCT, apolloCache),
      against(results, PRODUCT, mercurius, GOALS.graphqlAgainstMercurius),
      against(results, PRODUCT, bare, GOALS.graphqlAgainstBare),
      ...plainRows(results, [PRODUCT]),
    ];
  });
};
