import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { packObserved, readObserved } from '../../src/sqlite/replay/observed-rows.ts';
import { assertEqualFiles, type Node, send, startNodes, waitUntil } from '../support/nodes.ts';
import { runPortolan, startServer } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const settings = { OBSERVED_DAYS: '30', OBSERVED_HOSTS: '60' };
const { nodes, postgres, admin } = await startNodes({ after }, { settings });
const [one, two, three] = nodes as readonly [Node, Node, Node];

/** Returns the output of `ss -H -tlnp` for processes and their ports. */
function sockets(ports: Readonly<Record<string, number>>): string {
  return Object.entries(ports)
    .map(([name, port]) => `tcp LISTEN 0 128 0.0.0.0:${port} 0.0.0.0:* users:(("${name}",pid=${port},fd=3))\n`)
    .join('');
}

async function put(node: Node, host: string, ports: Readonly<Record<string, number>>, query = '') {
  const response = await fetch(`${node.url}/observations/${host}?${query}`, {
    method: 'PUT',
    headers: { Authorization: admin, 'Content-Type': 'text/plain' },
    body: sockets(ports),
    signal: AbortSignal.timeout(30_000),
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, retryAfter: response.headers.get('Retry-After'), body };
}

async function observed(node: Node, query = 'limit=1000') {
  const { status, body } = await send(`${node.url}/observations?${query}`, 'GET', { Authorization: admin });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/** Waits until all nodes give the same answer, and returns it. */
async function observedOnAll(query = 'limit=1000', among: readonly Node[] = nodes) {
  let answers: Awaited<ReturnType<typeof observed>>[] = [];
  await waitUntil('all nodes have the same observations', async () => {
    answers = await Promise.all(among.map((node) => observed(node, query)));
    return new Set(answers.map((answer) => JSON.stringify(answer))).size === 1;
  });
  return answers[0];
}

const reasonOf = async ({ url }: Node): Promise<string | null> => (await send(`${url}/readyz`)).body.shared.reason;

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
    await observedOnAll();
    const second = await put(two, 'web-1', { sshd: 22, caddy: 443 }, 'environment=production');
    assert.deepEqual([second.status, second.body.appeared, second.body.gone], [200, 1, 1]);
    // At once on another node, which may not have the second one yet.
    const third = await put(three, 'web-1', { sshd: 22, nginx: 443 }, 'environment=production');
    assert.deepEqual([third.status, third.body.appeared, third.body.gone], [200, 1, 1]);
    const { results } = (await observedOnAll()) as { results: Seen[] };
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
    const { results } = (await observedOnAll('host=web-1&state=listening')) as { results: Seen[] };
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
    const { results } = (await observedOnAll('state=listening&limit=1000')) as { results: { host: string }[] };
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
      input: sockets({ postgres: 5432 }),
    });
    assert.deepEqual([code, stdout, stderr], [0, 'db-1: 1 listening sockets, 1 new, 0 gone\n', '']);
    const { count } = (await observedOnAll('host=db-1')) as { count: number };
    assert.equal(count, 1);
  });

  test('are not part of the log or the audit', async () => {
    const position = one.position();
    assert.equal((await put(one, 'db-1', { postgres: 5433 })).status, 200);
    await observedOnAll();
    assert.equal(one.position(), position);
  });

  test('of too many hosts are refused, and hosts that no longer report make room on all nodes', async () => {
    const { count } = await listHosts(one);
    for (let number = count; number < 60; number++) {
      assert.equal((await put(one, `more-${number}`, { sshd: 22 })).status, 200);
    }
    const refused = await put(two, 'one-more', { sshd: 22 });
    const detail = 'Cannot store the snapshot of another host: expected at most 60 hosts';
    assert.deepEqual([refused.status, refused.body.detail], [409, detail]);
    await changeRows('more-59', (rows) => ({ ...rows, at: '2020-01-01T00:00:00.000Z' }));
    await waitUntil('the node has the old host', async () =>
      (await listHosts(three)).times.has('2020-01-01T00:00:00.000Z'),
    );
    // At once: no node knows the old time yet.
    assert.equal((await put(two, 'one-more', { sshd: 22 })).status, 200);
    await observedOnAll();
    assert.deepEqual((await observedOnAll('host=more-59')).results, []);
    assert.equal((await observedOnAll('host=one-more')).count, 1);
    await assertEqualFiles(nodes);
  });

  test('are refused without PostgreSQL, and stored as soon as it is back', async () => {
    const before = await observed(one);
    await postgres.stop();
    const refused = await put(one, 'web-1', { sshd: 22 });
    assert.deepEqual([refused.status, refused.retryAfter], [503, '5']);
    assert.deepEqual(await observed(one), before);
    await postgres.start();
    await waitUntil('a snapshot is stored', async () => (await put(one, 'web-1', { sshd: 22 })).status === 200);
    await observedOnAll();
    await assertEqualFiles(nodes);
  });

  test('that PostgreSQL lost are lost on all nodes after they connect again', async () => {
    assert.equal((await put(one, 'more-58', { sshd: 22 })).status, 200);
    await observedOnAll();
    await postgres.query(
      `DELETE FROM portolan_observed WHERE host = 'more-58'; UPDATE portolan_observed_head SET seq = seq - 1`,
    );
    await postgres.terminateBackends();
    await waitUntil('the nodes notice', async () => (await observedOnAll('host=more-58')).count === 0);
    await assertEqualFiles(nodes);
  });
});

async function listHosts({ database }: Node) {
  const db = new Database(database, { readonly: true });
  try {
    const times = db.prepare<[], string>('SELECT at FROM observed_snapshot').pluck().all();
    const count = db.prepare('SELECT count(DISTINCT host) FROM observed_snapshot').pluck().get() as number;
    return { times: new Set(times), count };
  } finally {
    db.close();
  }
}

/** Changes the stored snapshot of a host in PostgreSQL, past Portolan. */
async function changeRows(host: string, change: (row: Readonly<Record<string, string | number | null>>) => object) {
  const db = new Database(one.database, { readonly: true });
  try {
    const rows = readObserved(db, { host, source: 'sockets' });
    assert.ok(rows !== null);
    const snapshot = change(rows.snapshot) as typeof rows.snapshot;
    const packed = packObserved({ ...rows, snapshot });
    await replaceRow(host, packed, String(snapshot.at));
  } finally {
    db.close();
  }
}

async function replaceRow(host: string, rows: Buffer, at: string): Promise<void> {
  await postgres.query(
    `WITH moved AS (UPDATE portolan_observed_head SET seq = seq + 1 RETURNING seq)
     UPDATE portolan_observed SET rows = $2, at = $3, seq = (SELECT seq FROM moved) WHERE host = $1`,
    [host, rows, at],
  );
}

describe('a snapshot in PostgreSQL that Portolan does not store', () => {
  const AT = '2026-11-24T00:00:00.000Z';
  const MIB = 1024 * 1024;
  const snapshot = { host: 'more-57', source: 'sockets', environment: null, at: AT, environment_since: AT };
  const socket = { address_scope: 'any', protocol: 'tcp', port: 22, process: 'sshd', first_seen: AT };
  const pack =
    (change: object, rows: unknown = [socket]) =>
    (sha256: string) =>
      gzipSync(JSON.stringify({ snapshot: { ...snapshot, sha256, ...change }, sockets: rows }));
  const unfit = 'its rows do not fit the tables of this version';
  const odd = 'its rows are not as a snapshot stores them';
  for (const [name, rows, reason] of [
    ['not compressed', () => Buffer.from('x'), 'its rows are damaged'],
    ['a bomb', () => gzipSync(Buffer.alloc(100 * MIB)), 'its rows are damaged'],
    ['too large', () => Buffer.alloc(33 * MIB), 'its rows are too large'],
    ['no JSON', () => gzipSync('{'), 'its rows are damaged'],
    ['null', () => gzipSync('null'), odd],
    ['without sockets', pack({}, null), odd],
    ['with nested values', pack({}, [{ ...socket, process: ['x'] }]), odd],
    ['with a long name', pack({}, [{ ...socket, process: 'x'.repeat(1_001) }]), odd],
    ['of another time', pack({ at: '2026-11-25T00:00:00.000Z' }), 'its rows are those of another snapshot'],
    ['with port 65536', pack({}, [{ ...socket, port: 65_536 }]), unfit],
    ['with port -1', pack({}, [{ ...socket, port: -1 }]), unfit],
    ['with a socket twice', pack({}, [socket, { ...socket, first_seen: '2026-11-23T00:00:00.000Z' }]), unfit],
    ['without a protocol', pack({}, [{ ...socket, protocol: null }]), unfit],
    [
      'with an invalid time',
      pack({}, [{ ...socket, first_seen: 'yesterday' }]),
      'observed host "more-57": expected a time in UTC, got "yesterday"',
    ],
  ] as const) {
    test(`${name}, is refused and reported; other hosts travel, and the next snapshot replaces it`, async () => {
      assert.equal((await put(one, 'more-57', { sshd: 22 }, 'environment=test')).status, 200);
      const before = await observedOnAll('host=more-57');
      const sql = "SELECT sha256 FROM portolan_observed WHERE host = 'more-57'";
      const [stored] = await postgres.query<{ sha256: string }>(sql);
      await replaceRow('more-57', rows(stored?.sha256 ?? ''), AT);
      const sentence = `Cannot apply the snapshot of host "more-57" and source "sockets" in the shared register: ${reason}`;
      for (const node of nodes)
        await waitUntil(`${node.name} says so`, async () => (await reasonOf(node)) === sentence);
      const other = await put(two, 'web-1', { sshd: 22, [`app-${name.length}`]: 9_000 });
      assert.equal(other.status, 200);
      const body = { name: 'written', firstPort: 21_000 };
      const written = await send(`${one.url}/associations`, 'POST', { Authorization: admin }, body);
      assert.equal(written.status, 201);
      await waitUntil('the other host travels', async () =>
        JSON.stringify(await observed(three, 'host=web-1')).includes(String(other.body.at)),
      );
      assert.deepEqual(await observed(one, 'host=more-57'), before);
      assert.equal((await put(three, 'more-57', { sshd: 22 }, 'environment=test')).status, 200);
      for (const node of nodes) await waitUntil(`${node.name} goes on`, async () => (await reasonOf(node)) === null);
      assert.equal((await observedOnAll('host=more-57')).count, 1);
    });
  }

  test('of a later version with one more column is applied', async () => {
    await changeRows('more-57', (row) => ({ ...row, at: '2026-11-24T00:00:00.001Z', colour: 'red' }));
    await waitUntil('the node has it', async () => (await listHosts(two)).times.has('2026-11-24T00:00:00.001Z'));
    assert.equal(await reasonOf(two), null);
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
    await run({ DATABASE }, sockets({ sshd: 22, [`app-${host}`]: 8_000 }), 'observe', '--host', `h-${host}`);
  }
  await postgres.query('CREATE DATABASE second');
  const url = new URL(postgres.url());
  url.pathname = '/second';
  const first = { DATABASE, SHARED: url.href };
  await run(first, '', 'shared', 'init');
  const [count] = await postgres.query('SELECT count(*)::int AS rows FROM portolan_observed', [], 'second');
  assert.deepEqual(count, { rows: 3 });
  await run(first, sockets({ nginx: 443 }), 'observe', '--host', 'h-3');

  const other = { DATABASE: join(folder, 'joined.db'), SHARED: url.href };
  await run(other, '', 'shared', 'join');
  const listOf = async (environment: Readonly<Record<string, string>>) => {
    const server = await startServer(t, environment);
    try {
      return (await send(`${server.url}/observations`, 'GET', { Authorization: `Bearer ${token.trim()}` })).body;
    } finally {
      server.process.kill('SIGKILL');
      await server.ended;
    }
  };
  const expected = await listOf(first);
  assert.equal(expected.count, 7);
  assert.deepEqual(await listOf(other), expected);

  // What a database had itself does not stay when it joins.
  const foreign = { DATABASE: await seededDatabase(t), SHARED: url.href };
  await run({ DATABASE: foreign.DATABASE }, sockets({ sshd: 22 }), 'observe', '--host', 'foreign');
  await run(foreign, '', 'shared', 'join');
  assert.deepEqual(await listOf(foreign), expected);
  await run(foreign, '', 'shared', 'rejoin');
  assert.deepEqual(await listOf(foreign), expected);

  await run(other, '', 'shared', 'leave');
  assert.deepEqual(await listOf({ DATABASE: other.DATABASE }), expected);
  await run({ DATABASE: other.DATABASE }, sockets({ sshd: 22 }), 'observe', '--host', 'h-1');
});

test('a role of the documented rights can store snapshots', async (t) => {
  const DATABASE = join(temporaryFolder(t), 'portolan.db');
  const page = readFileSync(new URL('../../docs/several-nodes.md', import.meta.url), 'utf8');
  const [, roles = ''] = /```sql\n(CREATE ROLE portolan [\s\S]*?)```/.exec(page) ?? [];
  await postgres.query(roles);
  const environment = { DATABASE, SHARED: postgres.url('portolan') };
  const joined = await runPortolan(['shared', 'join'], { environment });
  assert.equal(joined.code, 0, joined.stderr);
  const stored = await runPortolan(['observe', '--host', 'web-1'], { environment, input: sockets({ sshd: 22 }) });
  assert.equal(stored.code, 0, stored.stderr);
});
