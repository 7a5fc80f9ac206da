import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { prepareDatabase } from '../../src/cli/actions/prepare.ts';
import { startServer } from '../support/portolan-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bearer } from '../support/tokens.ts';
import { ownEntries, requestJson } from './own-client.ts';
import { COMMAND } from './run.ts';

const CLIENTS = 200;
const POOL = { name: 'harbour', ranges: ['23000-23399'], protocols: ['tcp'], owner: 'pilots' };

/** Returns all suitable ports of the pool. */
async function suitablePorts(url: string): Promise<number[]> {
  const ports: number[] = [];
  for (let first = 23000; first < 23400; first += 100) {
    const query = `pool=harbour&protocol=tcp&count=100&within=${first}-${first + 99}`;
    const { body } = await requestJson(url, 'GET', `/suggestions?${query}`);
    ports.push(...body.results.map(({ number }: { number: number }) => number));
  }
  return ports;
}

test('200 clients of two servers exhaust a pool: no port twice, none lost, and late clients get the reason', async (t) => {
  const DATABASE = join(temporaryFolder(t), 'portolan.db');
  await prepareDatabase(DATABASE);
  const write = { Authorization: bearer(DATABASE, 'write') };
  const admin = { Authorization: bearer(DATABASE, 'admin') };
  const servers = await Promise.all([1, 2].map(() => startServer(t, { DATABASE }, COMMAND)));
  const urls = servers.map(({ url }) => url);
  const [one = '', two = ''] = urls;
  assert.equal((await requestJson(one, 'POST', '/pools', admin, POOL)).status, 201);
  const good = await suitablePorts(two);
  assert.ok(good.length > CLIENTS, `only ${good.length} ports of the pool suit`);

  const start = performance.now();
  const reserved: { port: number; id: string; server: number }[] = [];
  const refusals: string[] = [];
  const reserveAll = async (client: number): Promise<void> => {
    for (;;) {
      const body = { name: `client-${client}`, pool: 'harbour', protocol: 'tcp' };
      const answer = await requestJson(urls[client % 2] ?? one, 'POST', '/reservations', write, body);
      if (answer.status !== 201) {
        refusals.push(`${answer.status} ${answer.body.detail}`);
        return;
      }
      reserved.push({ port: answer.body.firstPort, id: answer.body.id, server: client % 2 });
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, client) => reserveAll(client)));
  const seconds = (performance.now() - start) / 1000;
  console.log(`${reserved.length} ports reserved by ${CLIENTS} clients in ${seconds.toFixed(1)} s`);

  const ports = reserved.map(({ port }) => port).sort((a, b) => a - b);
  assert.deepEqual(
    ports,
    good.toSorted((a, b) => a - b),
  );
  const served = [0, 1].map((server) => reserved.filter((one) => one.server === server).length);
  assert.ok(Math.min(...served) > 0, `one of the servers reserved nothing: ${served}`);
  const ruledOut = good.length === 400 ? 'own uses and pools \\(400\\)' : `own uses and pools \\(${good.length}\\), .*`;
  const reason = `^409 Cannot reserve a port: 0 of 400 ports are suitable; requested: 1\\. Excluded: ${ruledOut}\\.$`;
  assert.deepEqual([...new Set(refusals)].length, 1);
  assert.match(refusals[0] ?? '', new RegExp(reason));
  assert.equal(refusals.length, CLIENTS);
  for (const url of urls) {
    const entries = await ownEntries(url);
    assert.deepEqual([...entries.keys()].sort(), reserved.map(({ id }) => id).sort());
    const { body } = await requestJson(url, 'GET', '/pools');
    assert.deepEqual([body.results[0].used, body.results[0].free], [good.length, 400 - good.length]);
  }
  const audit = await requestJson(one, 'GET', '/audit?action=create&token=write', admin);
  assert.equal(audit.body.count, reserved.length);
});

test('a write changes the validator at once in another process', async (t) => {
  const DATABASE = join(temporaryFolder(t), 'portolan.db');
  await prepareDatabase(DATABASE);
  const headers = { Authorization: bearer(DATABASE, 'write') };
  const servers = await Promise.all([1, 2].map(() => startServer(t, { DATABASE }, COMMAND)));
  const [one = '', two = ''] = servers.map(({ url }) => url);
  const seen = new Set<string>();
  const look = async () => {
    const { etag, body } = await requestJson(two, 'GET', '/ports/41500');
    assert.ok(!seen.has(etag), `the validator ${etag} came again`);
    seen.add(etag);
    return body.associations.filter(({ origin }: { origin: string }) => origin === 'own').length as number;
  };
  assert.equal(await look(), 0);
  for (let count = 1; count <= 20; count++) {
    assert.equal(
      (await requestJson(one, 'POST', '/associations', headers, { name: 'x', firstPort: 41500 })).status,
      201,
    );
    assert.equal(await look(), count);
  }
});
