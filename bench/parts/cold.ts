import { check, sameAnswer } from '../check.ts';
import { peer } from '../contenders/peers.ts';
import { portolan } from '../contenders/portolan.ts';
import { GOALS } from '../goals.ts';
import { drive, type LoadResult } from '../load/load.ts';
import { shufflePorts } from '../port-sequence.ts';
import { readRecording } from '../recording.ts';
import { askRest } from '../requests.ts';
import { warmUp } from '../rounds.ts';
import { against } from './compare.ts';
import { type Part, withServer } from './part.ts';

const PRODUCT = 'GET /ports/{random}, cold';

/** The time limit for all ports, in seconds; a quick run covers only a part of them. */
const LONGEST_S = { full: 300, quick: 10 } as const;

/** Measures every port once, in random order, on a process that has just started; bare node:http may be warm. */
export const cold: Part = ({ options, workbench }) =>
  withServer(peer('bare-http', workbench), async (bare) => {
    const recording = readRecording(workbench.restRecording);
    await check(bare, askRest, recording, sameAnswer);
    const requests = shufflePorts().map((port) => askRest(port));
    const { rounds, seconds, connections, quick } = options;
    const longest = quick ? LONGEST_S.quick : LONGEST_S.full;
    await warmUp({ name: bare.name, server: bare, requests }, options);
    const limits: LoadResult[] = [];
    const firsts: LoadResult[] = [];
    for (let round = 0; round < rounds; round++) {
      limits.push(await drive({ url: bare.url, requests, order: 'random', seconds, connections }));
      bare.pause();
      firsts.push(
        await withServer(portolan(workbench.database), async (server) => {
          const result = await drive({ url: server.url, requests, order: 'once', seconds: longest, connections });
          await check(server, askRest, recording, sameAnswer);
          return result;
        }),
      );
      bare.resume();
    }
    const results = new Map([
      [PRODUCT, firsts],
      [bare.name, limits],
    ]);
    return [against(results, PRODUCT, bare.name, GOALS.coldAgainstBare)];
  });
