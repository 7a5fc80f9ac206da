import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { ianaFile } from '../support/iana-file.ts';
import { type Node, send, startNodes, waitUntil } from '../support/nodes.ts';

/** The time between two updates, in seconds. */
const EVERY_S = 2;

/** The time limit for an update, in milliseconds: on a busy machine, the thread of an update takes seconds to start. */
const LIMIT_MS = 60_000;

/** The services that an update demands. */
const SERVICES = { 22: 'ssh', 53: 'domain', 80: 'http', 443: 'https' };

/** Creates a file that an update accepts, with a date. */
function official(registrationDate: string): Buffer {
  const rows = Object.entries(SERVICES).map(([port, serviceName]) => [port, { serviceName }] as const);
  return ianaFile(15_000, { ...Object.fromEntries(rows), 1: { registrationDate } });
}

let file = official('2026-11-01');
let downloads = 0;
const iana = createServer((_request, response) => {
  downloads++;
  response.end(file);
});
await once(iana.listen(0, '127.0.0.1'), 'listening');
after(() => iana.close());
const UPDATE_URL = `http://127.0.0.1:${(iana.address() as AddressInfo).port}/ports.csv`;
const start = performance.now();
const { nodes } = await startNodes({ after }, { settings: { UPDATE_URL, UPDATE_SCHEDULE: `*/${EVERY_S} * * * * *` } });
const [one, ...others] = nodes;

async function registryOf({ url }: Node) {
  return (await send(`${url}/registry`)).body as {
    readonly date: string;
    readonly update: { readonly result: string; readonly succeededAt: string } | null;
  };
}

/** Waits until nodes have the rows of a day, and show the same later update. */
async function haveUpdated(running: readonly Node[], day: string): Promise<void> {
  const isOfDay = async (node: Node) => (await registryOf(node)).date === day;
  for (const node of running) await waitUntil(`${node.name} has the rows of ${day}`, () => isOfDay(node), LIMIT_MS);
  const before = (await registryOf(running[0] as Node)).update?.succeededAt ?? '';
  const showSame = async () => {
    const [first, ...rest] = await Promise.all(running.map(async (node) => (await registryOf(node)).update));
    const isSame = rest.every((update) => JSON.stringify(update) === JSON.stringify(first));
    return isSame && first?.result === 'unchanged' && first.succeededAt > before;
  };
  await waitUntil('all nodes show the next update', showSame, LIMIT_MS);
}

/** Waits until nodes have left an update to another one. */
async function haveLeftUpdates(running: readonly Node[]): Promise<void> {
  const leaves = (node: Node) => /Unchanged: another node (?:updates|has updated) the registry/.test(node.log());
  for (const node of running) await waitUntil(`${node.name} leaves an update`, () => leaves(node), LIMIT_MS);
}

test('on schedule, one node downloads the file for all, and another one when that node has stopped', async (t) => {
  await haveUpdated(nodes, '2026-11-01');
  await haveLeftUpdates(nodes);
  await one.stop();
  file = official('2026-11-08');
  await haveUpdated(others, '2026-11-08');
  await one.start();
  await haveUpdated(nodes, '2026-11-08');
  const seconds = (performance.now() - start) / 1000;
  t.diagnostic(`${downloads} downloads in ${Math.round(seconds)} s`);
  // One for each time of the schedule, and at most one more at the first start of each node.
  assert.ok(downloads <= seconds / EVERY_S + nodes.length + 1, `${downloads} downloads in ${seconds} s`);
});
