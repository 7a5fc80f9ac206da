import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { ANY_ASSOCIATION } from '../../src/registry/search/search-result.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { startHttp } from '../support/http-server.ts';
import { startInProcess } from '../support/listen.ts';
import { type SimulatedNetbox, simulateNetbox } from '../support/netbox.ts';
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
  test('imports services page by page, and the second time changes nothing', async (t) => {
    const { run, entriesNow } = await setUp(t);
    const requests: string[] = [];
    const netbox = { version: '4.7', authorization: TOKEN, services: MIXED, largestPage: 2 } as const;
    const url = await startHttp(t, simulateNetbox(netbox, requests));
    const { host } = new URL(url);
    const dry = await run(`${url}/netbox/`, '--dry-run');
    assert.deepEqual([dry.code, dry.stderr, entriesNow()], [0, '', []]);
    assert.match(dry.stdout, /^add {4}20443-20444\/tcp "billing"\n/);
    const summary = `Dry run of NetBox at ${host}: 6 added, 0 changed, 0 moved, 0 unchanged; nothing was written\n`;
    assert.ok(dry.stdout.endsWith(summary));
    assert.deepEqual(
      requests,
      ['?limit=500', '?limit=2&offset=2', '?limit=2&offset=4'].map(
        (query) => `GET /netbox/api/ipam/services/${query} ${TOKEN}`,
      ),
    );

    const first = await run(`${url}/netbox`, '');
    assert.deepEqual([first.code, first.stderr], [0, '']);
    const sources = [{ title: 'NetBox', url: `${url}/netbox` }];
    const entry = { protocols: ['tcp'], hosts: ['vm-1'], tags: [], note: null, sources };
    const ssh = { hosts: ['sw-1', 'sw-2'], tags: ['access', 'managed'], note: 'Management' };
    assert.deepEqual(entriesNow(), [
      { ...entry, ...ssh, name: 'ssh', ports: [22, 22] },
      { ...entry, name: 'dns', ports: [53, 53], protocols: ['tcp', 'udp'], hosts: ['ns-1'] },
      { ...entry, name: 'syslog', ports: [514, 514], protocols: ['udp'] },
      { ...entry, name: 'dns', ports: [5353, 5353], protocols: ['udp'], hosts: ['ns-1'] },
      { ...entry, name: 'billing', ports: [20443, 20444] },
      { ...entry, name: 'billing', ports: [20500, 20500] },
    ]);
    const again = await run(`${url}/netbox`, '');
    assert.equal(again.stdout, `Imported NetBox at ${host}: 0 added, 0 changed, 0 moved, 6 unchanged\n`);
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
