import assert from 'node:assert/strict';
import { type Answer, ask } from '../ask.ts';
import { check, sameAnswer, sameBody } from '../check.ts';
import type { Running } from '../child.ts';
import { hasNginx, peer } from '../contenders/peers.ts';
import { portolan } from '../contenders/portolan.ts';
import { GOALS } from '../goals.ts';
import { shufflePorts, skewPorts } from '../port-sequence.ts';
import { readRecording } from '../recording.ts';
import { askRest } from '../requests.ts';
import { toRow } from '../results.ts';
import { runRounds } from '../rounds.ts';
import { median, medianRatio } from '../statistics.ts';
import type { Workbench } from '../workbench.ts';
import { against, plainRows, type Results } from './compare.ts';
import { type Part, withServers } from './part.ts';

/** The largest difference between the mean lengths of responses that should be equal: each round draws other ports. */
const TOLERANCE = 0.03;

const PRODUCT = 'GET /ports/{random}, warm';
const SKEWED = 'GET /ports/{random}, 95 % on 1,000 ports';

/** Measures reports in JSON that were requested before: Portolan and all contenders that can send them. */
export const lookup: Part = ({ options, workbench }) => {
  const contenders = [
    { program: portolan(workbench.database), judge: sameAnswer },
    { program: peer('bare-http', workbench), judge: sameAnswer },
    { program: peer('express-route', workbench), judge: sameBody },
    ...(hasNginx() ? [{ program: peer('nginx', workbench), judge: sameBody }] : []),
    { program: peer('filtered-list', workbench), judge: isList },
  ];
  const programs = contenders.map(({ program }) => program);
  return withServers(programs, async (servers) => {
    const recording = readRecording(workbench.restRecording);
    for (const [index, server] of servers.entries()) {
      await check(server, askRest, recording, contenders[index]?.judge ?? sameAnswer);
    }
    await knowsSsh(servers.at(-1)?.url ?? '');
    const requests = shufflePorts().map((port) => askRest(port));
    const lanes = servers.map((server, index) => {
      return { name: index === 0 ? PRODUCT : server.name, server, requests, touchAll: index === 0 };
    });
    const skewed = skewPorts().map((port) => askRest(port));
    const skewedLanes = [SKEWED, bareSkewed(workbench)].map((name, index) => {
      return { name, server: servers[index] as Running, requests: skewed };
    });
    const results = await runRounds([...lanes, ...skewedLanes], options);
    return [
      against(results, SKEWED, bareSkewed(workbench), GOALS.skewedAgainstBare),
      ...toRows(results, peer('bare-http', workbench).name, peer('express-route', workbench).name),
    ];
  });
};

function bareSkewed(workbench: Workbench): string {
  return `${peer('bare-http', workbench).name}, 95 % on 1,000 ports`;
}

function toRows(results: Results, bare: string, express: string) {
  const rounds = results.get(PRODUCT) ?? [];
  const lengths = [rounds, results.get(bare) ?? []].map((lane) => lane.map(({ bytesEach }) => bytesEach));
  const ratio = medianRatio(lengths[0] ?? [], lengths[1] ?? []);
  assert.ok(Math.abs(ratio - 1) < TOLERANCE, `The answers of Portolan have ${ratio} times the bytes of ${bare}`);
  return [
    against(results, PRODUCT, bare, GOALS.warmAgainstBare),
    against(results, PRODUCT, express, GOALS.warmAgainstExpress),
    {
      ...toRow(`${PRODUCT}, p99 against p50`, rounds),
      ratio: median(rounds.map(({ p50, p99 }) => p99 / p50)),
      goal: GOALS.latency,
    },
    ...plainRows(results, [PRODUCT, SKEWED]),
  ];
}

function isList({ status, body }: Answer): void {
  assert.equal(status, 200);
  assert.ok(Array.isArray(JSON.parse(body.toString('utf8')).ports));
}

async function knowsSsh(url: string): Promise<void> {
  const { body } = await ask(url, askRest(22));
  assert.match(body.toString('utf8'), /"name":"ssh","port":"22"/);
}
