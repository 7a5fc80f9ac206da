import { check, sameBody, sameData } from '../check.ts';
import { peer } from '../contenders/peers.ts';
import { portolan } from '../contenders/portolan.ts';
import { GOALS } from '../goals.ts';
import { drive, type LoadResult } from '../load/load.ts';
import { shufflePorts } from '../port-sequence.ts';
import { readRecording } from '../recording.ts';
import { askGraphql } from '../requests.ts';
import { warmUp } from '../rounds.ts';
import { against } from './compare.ts';
import { type Part, withServer, withServers } from './part.ts';

const PRODUCT = 'POST /graphql, port(number: random), every question new';

/** Longest time for all ports, in seconds. */
const LONGEST_S = { full: 300, quick: 10 } as const;

/**
 * Measures one document, every port once, in random order, from a process that has just started: no response is in a cache. The peers
 * have none and are warm.
 */
export const graphqlCold: Part = ({ options, workbench }) => {
  const peers = (['apollo', 'mercurius', 'bare-body'] as const).map((name) => peer(name, workbench));
  return withServers(peers, async (servers) => {
    const recording = readRecording(workbench.graphqlRecording);
    const requests = shufflePorts().map(askGraphql);
    const { rounds, seconds, connections, quick } = options;
    const longest = quick ? LONGEST_S.quick : LONGEST_S.full;
    for (const server of servers) server.pause();
    for (const server of servers) {
      server.resume();
      await check(server, askGraphql, recording, sameData);
      await warmUp({ name: server.name, server, requests }, options);
      server.pause();
    }
    const results = new Map<string, LoadResult[]>(
      [PRODUCT, ...servers.map(({ name }) => name)].map((name) => [name, []]),
    );
    for (let round = 0; round < rounds; round++) {
      for (const server of servers) {
        server.resume();
        results
          .get(server.name)
          ?.push(await drive({ url: server.url, requests, order: 'random', seconds, connections }));
        server.pause();
      }
      await withServer(portolan(workbench.database), async (server) => {
        const load = { url: server.url, requests, order: 'once', seconds: longest, connections } as const;
        results.get(PRODUCT)?.push(await drive(load));
        await check(server, askGraphql, recording, sameBody);
      });
    }
    for (const server of servers) server.resume();
    const [apollo = '', mercurius = '', bare = ''] = peers.map(({ name }) => name);
    return [
      against(results, PRODUCT, apollo, GOALS.graphqlNewAgainstApollo),
      against(results, PRODUCT, mercurius, GOALS.graphqlNewAgainstMercurius),
      against(results, PRODUCT, bare, GOALS.graphqlNewAgainstBare),
    ];
  });
};
