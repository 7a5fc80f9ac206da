import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { ANY_ASSOCIATION } from '../../src/registry/search/search-result.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { startHttp } from '../support/http-server.ts';
import { startInProcess } from '../support/listen.ts';
import { NETBOX_VERSIONS, type SimulatedNetbox, simulateNetbox } from '../support/netbox.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { putSeededDatabase, seededDatabase } from '../support/seeded-database.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';

const SERVICES: SimulatedNetbox['services'] = [
  { name: 'ssh', ports: ['tcp/22'], device: 'sw-2', description: 'Management', tags: ['managed'] },
  { name: 'ssh', ports: ['tcp/22'], device: 'sw-1', tags: ['access', 'managed'] },
  { name: 'billing', ports: ['tcp/20443', 'tcp/20444', 'tcp/20500'], machine: 'vm-1' },
  { name: 'syslog', ports: ['udp/514'], machine: 'vm-1' },
];
const MIXED = [...SERVICES, { name: 'dns', ports: ['tcp/53', 'udp/53', 'udp/5353'], device: 'ns-1' }];
const TOKEN = 'Token 0123456789abcdef0123456789abcdef01234567';

async function setUp(t: TestContext) {
  const DATABASE = await seededDatabase(t);
  const run = (url: string, words: string, environment: Readonly<Record<string, string>> = {}) =>
    runPortolan(['own', 'import', '--netbox', url, ...words.split(' ').filter((word) => word !== '')], {
      environment: { DATABASE, NETBOX_TOKEN: TOKEN.split(' ')[1] ?? '', ...environment },
    });
  const entriesNow = () => {
    const registry = new SqliteRegistry(DATABASE);
    try {
      const { results } = registry.associations({ ...ANY_ASSOCIATION, origin: 'own' }, { limit: 1000, offset: 0 });
      return results.map(({ name, firstPort, lastPort, protocols, hosts, tags, note, sources }) => {
        return { name, ports: [firstPort, lastPort], protocols, hosts, tags, note, sources };
      });
    } finally {
      registry.close();
    }
  };
  return { DATABASE, run, entriesNow };
}

describe('portolan own import --netbox', () => {
  for (const version of NETBOX_VERSIONS) {
    test(`imports the services of NetBox ${version}, page by page`, async (t) => {
      const { run, entriesNow } = await setUp(t);
      const services = version === '4.7' ? MIXED : SERVICES;
      const requests: string[] = [];
      const listener = simulateNetbox({ version, authorization: TOKEN, services, largestPage: 2 }, requests);
      const url = await startHttp(t, listener);
      const { host } = new URL(url);
      const dry = await run(`${url}/netbox/`, '--dry-run');
      assert.deepEqual([dry.code, dry.stderr, entriesNow()], [0, '', []]);
      const count = version === '4.7' ? 6 : 4;
      assert.match(dry.stdout, /^add {4}20443-20444\/tcp "billing"\n/);
      assert.ok(
        dry.stdout.endsWith(
          `Dry run of NetBox at ${host}: ${count} added, 0 changed, 0 moved, 0 unchanged; nothing was written\n`,
        ),
      );
      const pages = ['?limit=500', '?limit=2&offset=2', ...(version === '4.7' ? ['?limit=2&offset=4'] : [])];
      assert.deepEqual(
        requests,
        pages.map((query) => `GET /netbox/api/ipam/services/${query} ${TOKEN}`),
      );

      const first = await run(`${url}/netbox`, '');
      assert.deepEqual([first.code, first.stderr], [0, '']);
      const sources = [{ title: 'NetBox', url: `${url}/netbox` }];
      const entry = { protocols: ['tcp'], hosts: ['vm-1'], tags: [], note: null, sources };
      assert.deepEqual(entriesNow(), [
        {
          ...entry,
          name: 'ssh',
          ports: [22, 22],
          hosts: ['sw-1', 'sw-2'],
          tags: ['access', 'managed'],
          note: 'Management',
        },
        ...(version === '4.7'
          ? [{ ...entry, name: 'dns', ports: [53, 53], protocols: ['tcp', 'udp'], hosts: ['ns-1'] }]
          : []),
        { ...entry, name: 'syslog', ports: [514, 514], protocols: ['udp'] },
        ...(version === '4.7'
          ? [{ ...entry, name: 'dns', ports: [5353, 5353], protocols: ['udp'], hosts: ['ns-1'] }]
          : []),
        { ...entry, name: 'billing', ports: [20443, 20444] },
        { ...entry, name: 'billing', ports: [20500, 20500] },
      ]);
      const again = await run(`${url}/netbox`, '');
      assert.equal(again.stdout, `Imported NetBox at ${host}: 0 added, 0 changed, 0 moved, ${count} unchanged\n`);
    });
  }

  test('sends a token of version 2 as a bearer token', async (t) => {
    const { run } = await setUp(t);
    const listener = simulateNetbox({ version: '4.5', authorization: 'Bearer nbt_key.secret', services: SERVICES });
    const url = await startHttp(t, listener);
    const { code, stderr } = await run(url, '--dry-run', { NETBOX_TOKEN: 'nbt_key.secret' });
    assert.deepEqual([code, stderr], [0, '']);
  });

  test('imports only the services of --host, compared here', async (t) => {
    const { run } = await setUp(t);
    const url = await startHttp(t, simulateNetbox({ version: '4.5', authorization: TOKEN, services: SERVICES }));
    const { code, stdout } = await run(url, '--dry-run --host SW-1 --host vm-1');
    assert.equal(code, 0);
    assert.match(stdout, /: 4 added, /);
    const one = await run(url, '--dry-run --host sw-1');
    assert.match(one.stdout, /: 1 added, /);
    const stderr = 'portolan: Cannot find services of "sw-9" in NetBox\n';
    assert.deepEqual(await run(url, '--host sw-1 --host sw-9'), { code: 1, stdout: '', stderr });
  });

  test('writes to a server with its own token, which NetBox never gets', async (t) => {
    const { DATABASE, run, entriesNow } = await setUp(t);
    const server = await startInProcess(t, { DATABASE });
    const token = await runPortolan([
      'token',
      'create',
      '--name',
      'netbox',
      '--scope',
      'write',
      '--database',
      DATABASE,
    ]);
    const requests: string[] = [];
    const url = await startHttp(t, simulateNetbox({ version: '4.7', authorization: TOKEN, services: MIXED }, requests));
    const { code, stderr } = await run(url, `--server ${server.url}`, { PORTOLAN_TOKEN: token.stdout.trim() });
    assert.deepEqual([code, stderr, entriesNow().length], [0, '', 6]);
    assert.deepEqual(requests, [`GET /api/ipam/services/?limit=500 ${TOKEN}`]);
  });

  test('keeps more than 100 hosts of a service in several entries, which a second import does not change', async (t) => {
    const { run, entriesNow } = await setUp(t);
    const services = Array.from({ length: 250 }, (_, index) => ({
      name: 'ssh',
      ports: ['tcp/22'],
      device: `sw-${String(index).padStart(3, '0')}`,
    }));
    const url = await startHttp(t, simulateNetbox({ version: '4.5', authorization: TOKEN, services }));
    await run(url, '');
    assert.deepEqual(
      entriesNow()
        .map(({ hosts }) => hosts.length)
        .sort(),
      [100, 100, 50],
    );
    await run(url, '');
    const { stdout } = await run(url, '');
    assert.match(stdout, /: 0 added, 0 changed, 0 moved, 3 unchanged\n$/);
  });
});

test('an answer that is refused is reported in one sentence, and writes nothing', async (t) => {
  const { run, entriesNow } = await setUp(t);
  const url = await startHttp(t, simulateNetbox({ version: '4.5', authorization: 'none', services: SERVICES }));
  const sentence = 'expected status 200, got 403 (Invalid v1 token)';
  const stderr = `portolan: Cannot read ${url}/api/ipam/services/: ${sentence}\n`;
  assert.deepEqual(await run(url, ''), { code: 1, stdout: '', stderr });
  assert.deepEqual(entriesNow(), []);
});

const ADDRESS =
  'Cannot parse the address of --netbox: expected one such as https://netbox.example.org, without user name and query';

describe('wrong usage exits with code 2', () => {
  const folder = makeFolder();
  const DATABASE = join(folder, 'portolan.db');
  before(() => putSeededDatabase(DATABASE));
  after(() => removeFolder(folder));
  for (const [words, token, message] of [
    ['', 'x', 'expected a file, or --netbox'],
    ['ports.csv --netbox http://localhost:9', 'x', 'expected a file or --netbox, not both'],
    ['ports.csv --host sw-1', 'x', '--host needs --netbox'],
    ['--netbox localhost', 'x', ADDRESS],
    ['--netbox http://user:secret@localhost:9', 'x', ADDRESS],
    [
      '--netbox http://localhost:9',
      'two words',
      'Cannot use the token of NETBOX_TOKEN: expected 1 to 1000 characters of ASCII without blanks',
    ],
    [
      '--netbox http://localhost:9 --map a=b',
      'x',
      "option '--netbox <url>' cannot be used with option '--map <column=field>'",
    ],
  ] as const) {
    test(words, async () => {
      const args = ['own', 'import', ...words.split(' ').filter((word) => word !== '')];
      const { code, stdout, stderr } = await runPortolan(args, { environment: { DATABASE, NETBOX_TOKEN: token } });
      assert.deepEqual([code, stdout, stderr], [2, '', `error: ${message}\n(portolan --help lists the commands)\n`]);
    });
  }
});
