import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { observationsOn, observedHosts, socketsOf } from '../support/node-observations.ts';
import { assertEqualFiles, type Node, send, startNodes, waitUntil } from '../support/nodes.ts';
import { runPortolan, startServer } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const settings = { OBSERVATION_RETENTION: '30 d', OBSERVED_HOSTS: '60' };
const shared = await startNodes({ after }, { settings });
const { nodes, postgres, admin } = shared;
const [one, two, three] = nodes as readonly [Node, Node, Node];
const { put, list, listOnAll, changeSnapshot } = observationsOn(shared);

interface Seen {
  readonly process: string;
  readonly port: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly goneAt: string | null;
}

describe('snapshots', () => {
  test('travel with their history, whichever nodes receive them', async () => {
    const first = await put(one, 'web-1', { sshd: 22, nginx: 443 }, 'environment=production');
    assert.deepEqual([first.status, first.body.appeared, first.body.gone], [200, 2, 0]);
    await listOnAll();
    const second = await put(two, 'web-1', { sshd: 22, caddy: 443 }, 'environment=production');
    assert.deepEqual([second.status, second.body.appeared, second.body.gone], [200, 1, 1]);
    // At once on another node, which may not have the second one yet.
    const third = await put(three, 'web-1', { sshd: 22, nginx: 443 }, 'environment=production');
    assert.deepEqual([third.status, third.body.appeared, third.body.gone], [200, 1, 1]);
    const { results } = (await listOnAll()) as { results: Seen[] };
    assert.deepEqual(
      results.map(({ process, port, firstSeen, lastSeen, goneAt }) => [process, port, firstSeen, lastSeen, goneAt]),
      [
        ['sshd', 22, first.body.at, third.body.at, null],
        ['caddy', 443, second.body.at, second.body.at, third.body.at],
        ['nginx', 443, first.body.at, third.body.at, null],
      ],
    );
    const drift = await Promise.all(nodes.map(({ url }) => send(`${url}/drift`, 'GET', { Authorization: admin })));
    for (const { status, body } of drift) assert.deepEqual([status, body], [200, drift[0]?.body]);
    await assertEqualFiles(nodes);
  });

  test('that are equal only move the time, and those of another source touch no row', async () => {
    const same = await put(two, 'web-1', { sshd: 22, nginx: 443 }, 'environment=production');
    assert.deepEqual([same.body.appeared, same.body.gone], [0, 0]);
    const containers = '{"Names":"shop","Ports":"0.0.0.0:8080->80/tcp"}\n';
    const response = await fetch(`${three.url}/observations/web-1?source=docker`, {
      method: 'PUT',
      headers: { Authorization: admin, 'Content-Type': 'text/plain' },
      body: containers,
    });
    assert.equal(response.status, 200, await response.clone().text());
    const { results } = (await listOnAll('host=web-1&state=listening')) as { results: Seen[] };
    assert.deepEqual(
      results.map(({ process, port }) => [process, port]),
      [
        ['sshd', 22],
        ['nginx', 443],
        ['shop', 8080],
      ],
    );
    assert.equal(results[0]?.lastSeen, same.body.at);
  });

  test('of many hosts at once are equal on all nodes, and stored once each', async () => {
    const puts = Array.from({ length: 120 }, (_, index) => {
      const node = nodes[index % nodes.length] as Node;
      return put(node, `host-${index % 20}`, { sshd: 22, [`app-${index}`]: 8_000 + index });
    });
    for (const { status, body } of await Promise.all(puts)) assert.equal(status, 200, JSON.stringify(body));
    const { results } = (await listOnAll('state=listening&limit=1000')) as { results: { host: string }[] };
    assert.equal(results.filter(({ host }) => host.startsWith('host-')).length, 40);
    const [stored] = await postgres.query(
      "SELECT count(*)::int AS rows FROM portolan_observed WHERE host LIKE 'host-%'",
    );
    assert.deepEqual(stored, { rows: 20 });
    await assertEqualFiles(nodes);
  });

  test('of the command travel too', async () => {
    const args = ['observe', '--host', 'db-1'];
    const { code, stdout, stderr } = await runPortolan(args, {
      environment: two.settings,
      input: socketsOf({ postgres: 5432 }),
    });
    assert.deepEqual([code, stdout, stderr], [0, 'db-1: 1 listening socket, 1 new, 0 gone\n', '']);
    const { count } = (await listOnAll('host=db-1')) as { count: number };
    assert.equal(count, 1);
  });

  test('are not part of the log or the audit', async () => {
    const position = one.position();
    assert.equal((await put(one, 'db-1', { postgres: 5433 })).status, 200);
    await listOnAll();
    assert.equal(one.position(), position);
  });

  test('of too many hosts are refused, and hosts that no longer report make room on all nodes', async () => {
    const { count } = observedHosts(one);
    for (let number = count; number < 60; number++) {
      assert.equal((await put(one, `more-${number}`, { sshd: 22 })).status, 200);
    }
    const refused = await put(two, 'one-more', { sshd: 22 });
    const detail = 'Cannot store the snapshot of another host: expected at most 60 hosts';
    assert.deepEqual([refused.status, refused.body.detail], [409, detail]);
    await changeSnapshot('more-59', { at: '2020-01-01T00:00:00.000Z' });
    await waitUntil('the node has the old host', async () =>
      observedHosts(three).times.has('2020-01-01T00:00:00.000Z'),
    );
    // Immediately: no node has the old time yet.
    assert.equal((await put(two, 'one-more', { sshd: 22 })).status, 200);
    await listOnAll();
    assert.deepEqual((await listOnAll('host=more-59')).results, []);
    assert.equal((await listOnAll('host=one-more')).count, 1);
    await assertEqualFiles(nodes);
  });

  test('are refused without PostgreSQL, and stored as soon as it is back', async () => {
    const before = await list(one);
    await postgres.stop();
    const refused = await put(one, 'web-1', { sshd: 22 });
    assert.deepEqual([refused.status, refused.retryAfter], [503, '5']);
    assert.deepEqual(await list(one), before);
    await postgres.start();
    await waitUntil('a snapshot is stored', async () => (await put(one, 'web-1', { sshd: 22 })).status === 200);
    await listOnAll();
    await assertEqualFiles(nodes);
  });

  test('that PostgreSQL lost are lost on all nodes after they connect again', async () => {
    assert.equal((await put(one, 'more-58', { sshd: 22 })).status, 200);
    await listOnAll();
    await postgres.query(
      `DELETE FROM portolan_observed WHERE host = 'more-58'; UPDATE portolan_observed_head SET seq = seq - 1`,
    );
    await postgres.terminateBackends();
    await waitUntil('the nodes notice', async () => (await listOnAll('host=more-58')).count === 0);
    await assertEqualFiles(nodes);
  });
});

test('init, join, leave and rejoin carry the snapshots', async (t) => {
  const folder = temporaryFolder(t);
  const DATABASE = await seededDatabase(t);
  const run = async (environment: Readonly<Record<string, string>>, input: string, ...args: string[]) => {
    const { code, stderr } = await runPortolan(args, { environment, input });
    assert.equal(code, 0, stderr);
  };
  const token = (
    await runPortolan(['token', 'create', '--name', 'reader', '--scope', 'admin'], { environment: { DATABASE } })
  ).stdout;
  for (let host = 1; host <= 3; host++) {
    await run({ DATABASE }, socketsOf({ sshd: 22, [`app-${host}`]: 8_000 }), 'observe', '--host', `h-${host}`);
  }
  await postgres.query('CREATE DATABASE second');
  const url = new URL(postgres.url());
  url.pathname = '/second';
  const first = { DATABASE, SHARED: url.href };
  await run(first, '', 'shared', 'init');
  const [count] = await postgres.query('SELECT count(*)::int AS rows FROM portolan_observed', [], 'second');
  assert.deepEqual(count, { rows: 3 });
  await run(first, socketsOf({ nginx: 443 }), 'observe', '--host', 'h-3');

  const other = { DATABASE: join(folder, 'joined.db'), SHARED: url.href };
  await run(other, '', 'shared', 'join');
  const listBy = async (environment: Readonly<Record<string, string>>) => {
    const server = await startServer(t, environment);
    try {
      return (await send(`${server.url}/observations?state=all`, 'GET', { Authorization: `Bearer ${token.trim()}` }))
        .body;
    } finally {
      server.process.kill('SIGKILL');
      await server.ended;
    }
  };
  const expected = await listBy(first);
  assert.equal(expected.count, 7);
  assert.deepEqual(await listBy(other), expected);

  // Rows that only the database had do not stay when it joins.
  const foreign = { DATABASE: await seededDatabase(t), SHARED: url.href };
  await run({ DATABASE: foreign.DATABASE }, socketsOf({ sshd: 22 }), 'observe', '--host', 'foreign');
  await run(foreign, '', 'shared', 'join');
  assert.deepEqual(await listBy(foreign), expected);
  await run(foreign, '', 'shared', 'rejoin');
  assert.deepEqual(await listBy(foreign), expected);

  await run(other, '', 'shared', 'leave');
  assert.deepEqual(await listBy({ DATABASE: other.DATABASE }), expected);
  await run({ DATABASE: other.DATABASE }, socketsOf({ sshd: 22 }), 'observe', '--host', 'h-1');
});

test('a role of the documented rights can store snapshots', async (t) => {
  const DATABASE = join(temporaryFolder(t), 'portolan.db');
  const page = readFileSync(new URL('../../docs/several-nodes.md', import.meta.url), 'utf8');
  const [, roles = ''] = /```sql\n(CREATE ROLE portolan [\s\S]*?)```/.exec(page) ?? [];
  await postgres.query(roles);
  const environment = { DATABASE, SHARED: postgres.url('portolan') };
  const joined = await runPortolan(['shared', 'join'], { environment });
  assert.equal(joined.code, 0, joined.stderr);
  const stored = await runPortolan(['observe', '--host', 'web-1'], { environment, input: socketsOf({ sshd: 22 }) });
  assert.equal(stored.code, 0, stored.stderr);
});
