import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { readAuditCheck } from '../../src/cli/actions/audit.ts';
import { ianaFile } from '../support/iana-file.ts';
import { assertEqualFiles, caughtUp, send, startNodes, succeeds, waitUntil } from '../support/nodes.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { nodes, postgres, write, admin } = await startNodes({ after }, { count: 2 });
const [one, two] = nodes;

let count = 0;

function create(url: string, headers: Readonly<Record<string, string>> = {}) {
  const body = { name: `entry-${++count}`, firstPort: 20_000 + count };
  return send(`${url}/associations`, 'POST', { Authorization: write, ...headers }, body);
}

describe('a write', () => {
  test('has its position, and is seen on the other node by a request that asks for it', async () => {
    const { status, headers, body } = await create(one.url);
    const position = headers.get('Portolan-Position') ?? '';
    assert.deepEqual([status, Number(position) > 0], [201, true]);
    const seen = await send(`${two.url}/associations/${body.id}`, 'GET', { 'Portolan-Position-At-Least': position });
    assert.deepEqual([seen.status, seen.body.name], [200, body.name]);
    const query = `{ association(id: "${body.id}") { name } }`;
    const asked = await send(`${two.url}/graphql`, 'POST', { 'Portolan-Position-At-Least': position }, { query });
    assert.deepEqual(asked.body, { data: { association: { name: body.name } } });
  });

  test('of GraphQL has its position, and a query has none', async () => {
    const query = 'mutation { reservePort(input: { name: "ledger", within: "21000-21999" }) { id } }';
    const { headers } = await send(`${one.url}/graphql`, 'POST', { Authorization: write }, { query });
    assert.equal(headers.get('Portolan-Position'), String(one.position()));
    const asked = await send(`${one.url}/graphql`, 'POST', {}, { query: '{ registry { date } }' });
    assert.equal(asked.headers.get('Portolan-Position'), null);
  });

  test('that no node has yet is waited for, then refused', async () => {
    const start = performance.now();
    const { status, headers, body } = await send(`${two.url}/ports/22`, 'GET', {
      'Portolan-Position-At-Least': '999999',
    });
    assert.deepEqual([status, headers.get('Retry-After')], [503, '1']);
    assert.match(body.detail, /^This server is at position \d+, and the request asks for 999999: try again$/);
    assert.ok(performance.now() - start >= 950);
    const bad = await send(`${two.url}/ports/22`, 'GET', { 'Portolan-Position-At-Least': 'soon' });
    assert.equal(bad.status, 400);
  });

  test('of many entries is made while other nodes write', async () => {
    const name = (index: number) => `lighthouse-${index}`;
    const rows = Array.from({ length: 1_500 }, (_, index) => ({ name: name(index), firstPort: 30_000 + index }));
    let isImported = false;
    const statuses = new Map<number, number>();
    const others = async (): Promise<void> => {
      while (!isImported) {
        const { status } = await create(two.url);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    const writing = others();
    const imported = await send(`${one.url}/associations/import`, 'POST', { Authorization: write }, rows).finally(
      () => {
        isImported = true;
      },
    );
    await writing;
    assert.deepEqual([imported.status, imported.body.counts.added], [200, rows.length]);
    assert.deepEqual([...statuses.keys()], [201]);
    assert.ok((statuses.get(201) ?? 0) > 3, 'the other node wrote little meanwhile');
    await assertEqualFiles(nodes);
  });

  test('that is refused writes nothing anywhere', async () => {
    const before = await caughtUp(nodes);
    const refused = await send(
      `${one.url}/associations`,
      'POST',
      { Authorization: write },
      { name: 'x', firstPort: 70_000 },
    );
    const missing = await send(`${one.url}/pools/none`, 'DELETE', { Authorization: admin });
    assert.deepEqual([refused.status, missing.status], [400, 404]);
    assert.equal(await caughtUp(nodes), before);
    assert.equal(Number((await postgres.query<{ seq: string }>('SELECT seq FROM portolan_head'))[0]?.seq), before);
  });

  test('with the Idempotency-Key of a write on another node is answered again', async () => {
    const headers = { Authorization: write, 'Idempotency-Key': 'both' };
    const body = { name: 'both', within: '22000-22999' };
    const first = await send(`${one.url}/reservations`, 'POST', headers, body);
    const second = await send(`${two.url}/reservations`, 'POST', headers, body);
    assert.deepEqual([second.status, second.headers.get('Idempotent-Replayed')], [201, 'true']);
    assert.equal(second.body.id, first.body.id);
  });
});

test('an import of many rows appears on the other node as a whole', async () => {
  const countOn = async (url: string) => (await send(`${url}/associations?origin=own&limit=1`)).body.count as number;
  await caughtUp(nodes);
  const before = await countOn(two.url);
  const lines = Array.from({ length: 1_200 }, (_, index) => `many-${index},${40_000 + index},tcp`);
  const imported = fetch(`${one.url}/associations/import`, {
    method: 'POST',
    headers: { Authorization: write, 'Content-Type': 'text/csv' },
    body: `name,port,protocol\n${lines.join('\n')}\n`,
  });
  const counts = new Set<number>();
  await waitUntil('the other node has all rows', async () => {
    const count = await countOn(two.url);
    counts.add(count);
    return count === before + lines.length;
  });
  assert.equal((await imported).status, 200);
  assert.deepEqual([...counts], [before, before + lines.length]);
});

describe('the commands of a node', () => {
  test('create, rotate and revoke tokens of all nodes; their hashes are not in the audit', async () => {
    const token = (await succeeds(one, 'token', 'create', '--name', 'deploy', '--scope', 'admin')).trim();
    const statusOn = async (url: string, secret: string) =>
      (await send(`${url}/token`, 'GET', { Authorization: `Bearer ${secret}` })).status;
    await waitUntil('the token is valid on the other node', async () => (await statusOn(two.url, token)) === 200);
    const other = (await succeeds(two, 'token', 'rotate', 'deploy')).trim();
    await waitUntil('the old secret is invalid', async () => (await statusOn(one.url, token)) === 401);
    assert.equal(await statusOn(one.url, other), 200);
    await succeeds(two, 'token', 'revoke', 'deploy');
    await waitUntil('the token is revoked', async () => (await statusOn(one.url, other)) === 401);
    const { body } = await send(`${one.url}/audit?limit=100`, 'GET', { Authorization: admin });
    assert.doesNotMatch(
      JSON.stringify(body.results.filter(({ kind }: { kind: string }) => kind === 'token')),
      /sha256/i,
    );
  });

  test('write through the log', async () => {
    const reserved = await succeeds(two, 'own', 'reserve', 'by-command', '--within', '23000-23099', '--json');
    const { id } = JSON.parse(reserved);
    await waitUntil('the server has it', async () => (await send(`${one.url}/associations/${id}`)).status === 200);
    await succeeds(one, 'own', 'approve', id);
    await assertEqualFiles(nodes);
  });

  test('import lists for all nodes: the file travels, with one time of import and a row in the audit', async () => {
    const { code, stderr } = await runPortolan(['import', '--iana', '-', '--date', '2019-01-01', '--allow-small'], {
      environment: one.settings,
      input: ianaFile(600),
    });
    assert.equal(code, 0, stderr);
    const args = ['seed', '--iana', '-', '--date', '2035-01-01', '--allow-small'];
    const seeded = await runPortolan(args, { environment: two.settings, input: ianaFile(500) });
    assert.equal(seeded.code, 0, seeded.stderr);
    await assertEqualFiles(nodes);
    const registries = await Promise.all(nodes.map(async ({ url }) => (await send(`${url}/registry`)).body));
    assert.deepEqual(registries[1], registries[0]);
    assert.equal(registries[0].date, '2035-01-01');
    const { body } = await send(`${one.url}/audit?limit=2`, 'GET', { Authorization: admin });
    assert.deepEqual(
      body.results.map(
        ({ kind, key, action, after }: Record<string, never> & { after: { date: string; current: boolean } }) => [
          kind,
          key,
          action,
          after.date,
          after.current,
        ],
      ),
      [
        ['list', 'assignments', 'update', '2035-01-01', true],
        ['list', 'assignments', 'create', '2019-01-01', false],
      ],
    );
    const again = await runPortolan(args, { environment: one.settings, input: ianaFile(500) });
    assert.match(again.stdout, /^Unchanged/);
  });

  test('keep the bundled lists of a newer version', async () => {
    assert.equal(
      await succeeds(one, 'seed'),
      'Unchanged: the shared register has the bundled lists of this version or a newer one\n',
    );
    await postgres.query("UPDATE portolan_head SET bundled = '0.0.1'");
    assert.match(await succeeds(one, 'seed'), /^Kept assignments/);
    const [head] = await postgres.query<{ bundled: string }>('SELECT bundled FROM portolan_head');
    assert.notEqual(head?.bundled, '0.0.1');
  });

  test('refuse what would leave the log', async (t) => {
    const restored = await one.command('restore', two.database);
    assert.deepEqual(restored, {
      code: 1,
      stdout: '',
      stderr:
        'portolan: Cannot restore: the database is a node of a shared register, which a restore would leave: run portolan shared join FILE to begin from a backup, or portolan shared leave first\n',
    });
    const { SHARED: _, ...alone } = one.settings;
    for (const args of [['seed'], ['token', 'create', '--name', 'x', '--scope', 'read']]) {
      const { code, stderr } = await runPortolan(args, { environment: alone });
      const sentence =
        'portolan: The database is a node of a shared register: set SHARED, or run portolan shared leave to make the database standalone\n';
      assert.deepEqual([code, stderr], [1, sentence]);
    }
    const twice = await one.command('shared', 'init');
    assert.match(
      twice.stderr,
      /^portolan: Cannot create a shared register: ".*" is a node of one, or "portolan shared init" was interrupted; "portolan shared leave" without SHARED makes it standalone\n$/,
    );
    const DATABASE = join(temporaryFolder(t), 'other.db');
    const second = await runPortolan(['shared', 'init'], { environment: { ...one.settings, DATABASE } });
    assert.match(second.stderr, /this database of PostgreSQL has one; "portolan shared join" makes a node of it/);
  });
});

describe('a node', () => {
  test('joins from nothing or from a backup, and leaves', async (t) => {
    const folder = temporaryFolder(t);
    const backup = join(folder, 'backup.db');
    await succeeds(one, 'backup', backup);
    assert.equal((await create(one.url)).status, 201);
    const position = await caughtUp(nodes);
    for (const [name, args] of [
      ['new', []],
      ['from-backup', [backup]],
    ] as const) {
      const DATABASE = join(folder, `${name}.db`);
      const environment = { ...one.settings, DATABASE };
      const { code, stdout, stderr } = await runPortolan(['shared', 'join', ...args], { environment });
      assert.deepEqual([code, stderr], [0, '']);
      assert.equal(stdout, `"${DATABASE}" is a node of the shared register, at position ${position}\n`);
      const { broken } = readAuditCheck(DATABASE);
      assert.equal(broken, null);
      const left = await runPortolan(['shared', 'leave'], { environment });
      assert.equal(left.stdout, `"${DATABASE}" is standalone, at position ${position}: unset SHARED\n`);
      const again = await runPortolan(['shared', 'leave'], { environment });
      assert.deepEqual([again.code, again.stderr], [1, 'portolan: Cannot leave: the database is standalone already\n']);
      const alone = await runPortolan(['token', 'create', '--name', 'x', '--scope', 'read'], {
        environment: { DATABASE },
      });
      assert.equal(alone.code, 0, alone.stderr);
    }
  });

  test('leaves with all writes of the register, or without SHARED with its own', async (t) => {
    const folder = temporaryFolder(t);
    const [complete, behind] = [join(folder, 'complete.db'), join(folder, 'behind.db')];
    const joined = await runPortolan(['shared', 'join'], { environment: { ...one.settings, DATABASE: complete } });
    assert.equal(joined.code, 0, joined.stderr);
    copyFileSync(complete, behind);
    const before = await caughtUp(nodes);
    assert.equal((await create(one.url)).status, 201);
    const position = await caughtUp(nodes);
    const leave = async (DATABASE: string, SHARED: string) => {
      const { code, stdout, stderr } = await runPortolan(['shared', 'leave'], { environment: { DATABASE, SHARED } });
      return [code, stdout + stderr];
    };
    assert.deepEqual(await leave(complete, 'postgres://portolan:secret@127.0.0.1:1/x'), [
      1,
      'portolan: Cannot leave: The shared register cannot be used: PostgreSQL refuses connections; unset SHARED to leave with what the database has\n',
    ]);
    assert.deepEqual(await leave(complete, one.settings.SHARED ?? ''), [
      0,
      `"${complete}" is standalone, at position ${position}: unset SHARED\n`,
    ]);
    assert.deepEqual(await leave(behind, ''), [
      0,
      `"${behind}" is standalone, at position ${before}: any newer writes of the shared register are missing\n`,
    ]);
  });

  test('is compared with the register by doctor', async (t) => {
    const position = await caughtUp(nodes);
    const doctor = async (settings: Readonly<Record<string, string>>) => {
      const environment = { ...one.settings, PORT: '0', ...settings };
      const { code, stdout } = await runPortolan(['doctor', '--json'], { environment });
      const findings = JSON.parse(stdout) as { readonly subject: string; readonly detail: string }[];
      return [code, findings.find(({ subject }) => subject === 'shared')?.detail];
    };
    const equal = `this node is at position ${position}, the shared register at ${position}`;
    assert.deepEqual(await doctor({}), [0, equal]);
    const alone =
      'The database is a node of a shared register: set SHARED, or run portolan shared leave to make the database standalone';
    assert.deepEqual(await doctor({ SHARED: '' }), [1, alone]);
    const away = 'The shared register cannot be used: PostgreSQL refuses connections';
    assert.deepEqual(await doctor({ SHARED: 'postgres://portolan:secret@127.0.0.1:1/x' }), [1, away]);
    const other = 'The shared register cannot be used: the database is no node of it: run portolan shared join';
    assert.deepEqual(await doctor({ DATABASE: await seededDatabase(t) }), [1, other]);
    const missing = join(temporaryFolder(t), 'none.db');
    assert.deepEqual(await doctor({ DATABASE: missing }), [1, 'there is no file of this node']);
  });

  test('answers as another one: body and ETag of each route', async () => {
    await caughtUp(nodes);
    const paths = [
      '/registry',
      '/associations?origin=own&limit=1000',
      '/ports/22',
      '/conflicts',
      '/pools',
      '/search?q=entry',
      '/registry/snapshots',
      '/registry/changes',
    ];
    for (const path of paths) {
      const [first, second] = await Promise.all(nodes.map(({ url }) => send(url + path)));
      assert.deepEqual(second?.body, first?.body, path);
      assert.equal(second?.headers.get('ETag'), first?.headers.get('ETag'), path);
    }
  });

  test('reports its state in /readyz and /metrics', async () => {
    const { body } = await send(`${one.url}/readyz`);
    const { lagSeconds, ...shared } = body.shared;
    assert.deepEqual(shared, { position: one.position(), connected: true, since: null, reason: null });
    assert.ok(lagSeconds < 3);
    const { body: metrics } = await send(`${one.url}/metrics`);
    assert.match(metrics, /^portolan_shared_connected 1$/m);
    assert.match(metrics, /^portolan_shared_lag_seconds [\d.]+$/m);
  });
});
