import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { withDatabase } from '../../src/cli/actions/prepare.ts';
import { ANY_WRITE } from '../../src/registry/audit.ts';
import { parseOwnEntry } from '../../src/registry/own/own-entry.ts';
import type { OwnEntry } from '../../src/registry/own/own-fields.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { ANY_ASSOCIATION } from '../../src/registry/search/search-result.ts';
import { runAllSteps } from '../../src/registry/values/run-step.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { OwnWrites } from '../../src/sqlite/write/own-writes.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { putSeededDatabase } from '../support/seeded-database.ts';
import { suiteSettings } from '../support/shared-source.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ENTRIES = [
  {
    name: 'billing-api',
    firstPort: 8443,
    owner: 'payments',
    tags: ['internal', 'a|b'],
    link: 'https://wiki.example.org/',
  },
  { name: 'rtp media', firstPort: 20000, lastPort: 20009, protocols: ['tcp', 'udp'], note: 'Two\nlines, "quoted"' },
  {
    name: '=1+1',
    firstPort: 8443,
    sources: [
      { title: 'Runbook', url: 'https://x.example/' },
      { title: 'a <b>', url: null },
    ],
  },
  { name: 'billing-api', firstPort: 8443, environment: 'test' },
];

async function setUp(t: TestContext, entries: readonly object[] = ENTRIES) {
  const folder = temporaryFolder(t);
  const DATABASE = join(folder, 'portolan.db');
  await putSeededDatabase(DATABASE);
  await withDatabase(DATABASE, async (db) => new OwnWrites(db).create(entries.map(parseOwnEntry), false, COMMAND_LINE));
  const environment = await suiteSettings(DATABASE);
  const registry = new SqliteRegistry(DATABASE);
  t.after(() => registry.close());
  const any = { ...ANY_ASSOCIATION, origin: 'own' } as const;
  const entriesNow = () => registry.associations(any, { limit: 1000, offset: 0 }).results;
  const run = async (args: readonly string[], input = '') => {
    const outcome = await runPortolan(['own', ...args], { environment, input });
    assert.deepEqual({ code: outcome.code, stderr: outcome.stderr }, { code: 0, stderr: '' }, outcome.stderr);
    return outcome.stdout;
  };
  const file = (name: string, text: string | Uint8Array) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  return { environment, entriesNow, run, file, registry };
}

describe('portolan own export', () => {
  for (const format of ['csv', 'json', 'services'] as const) {
    test(`as ${format} can be imported again without a change`, async (t) => {
      const { run, entriesNow } = await setUp(t);
      const before = entriesNow();
      const text = await run(['export', '--format', format]);
      const count = format === 'services' ? 3 : 4;
      const output = await run(['import', '-', '--format', format], text);
      assert.equal(output, `Imported standard input: 0 added, 0 changed, 0 moved, ${count} unchanged\n`);
      assert.deepEqual(entriesNow(), before);
    });
  }

  test('as CSV and JSON restores the entries in another database', async (t) => {
    const { run, entriesNow } = await setUp(t);
    for (const format of ['csv', 'json'] as const) {
      const other = await setUp(t, []);
      await other.run(['import', '-', '--format', format], await run(['export', '--format', format]));
      const contents = (list: readonly OwnEntry[]) =>
        list.map((entry) => JSON.stringify({ ...entry, id: null, revision: null })).sort();
      assert.deepEqual(contents(other.entriesNow()), contents(entriesNow()));
    }
  });

  test('as services has one line for each port and protocol', async (t) => {
    const { run } = await setUp(t, ENTRIES.slice(0, 1));
    assert.equal(await run(['export', '--format', 'services']), 'billing-api     8443/tcp\t# billing-api\n');
  });

  test('as services has a comment about omitted entries, and can be imported again', async (t) => {
    const ranges = [20000, 30000].map((firstPort) => ({ name: 'pool', firstPort, lastPort: firstPort + 256 }));
    const { run } = await setUp(t, [...ENTRIES.slice(0, 1), ...ranges]);
    const text = await run(['export', '--format', 'services']);
    assert.equal(
      text,
      '# Left out: 2 entries of more than 256 ports; CSV and JSON have all entries\nbilling-api     8443/tcp\t# billing-api\n',
    );
    const output = await run(['import', '-', '--format', 'services'], text);
    assert.equal(output, 'Imported standard input: 0 added, 0 changed, 0 moved, 1 unchanged\n');
  });
});

describe('portolan own import', () => {
  test('adds and changes entries, deletes none, and prints each change; a dry run writes nothing', async (t) => {
    const { run, file, entriesNow, registry } = await setUp(t, ENTRIES.slice(0, 2));
    const [first, second] = entriesNow();
    const table = `name,firstPort,owner,id\nbilling-api,8443,treasury,\nmoved,20000,,${second?.id}\nnew,20007,ops,\n`;
    const path = file('ports.csv', table);
    const before = entriesNow();
    const changes = [
      `8443/tcp "billing-api" ${first?.id}: owner: "payments" -> "treasury"`,
      `20000/tcp,udp "moved" ${second?.id}: name: "rtp media" -> "moved"; lastPort: 20009 -> 20000`,
    ];
    assert.equal(
      await run(['import', path, '--dry-run']),
      `change ${changes[0]}\nmove   ${changes[1]}\nadd    20007/tcp "new"\nDry run of ports.csv: 1 added, 1 changed, 1 moved, 0 unchanged; nothing was written\n`,
    );
    assert.deepEqual(entriesNow(), before);
    const output = await run(['import', path]);
    const [added] = entriesNow().filter(({ name }) => name === 'new');
    assert.equal(
      output,
      `changed ${changes[0]}\nmoved   ${changes[1]}\nadded   20007/tcp "new" ${added?.id}\nImported ports.csv: 1 added, 1 changed, 1 moved, 0 unchanged\n`,
    );
    assert.deepEqual(
      entriesNow().map(({ name, owner, tags, revision }) => [name, owner, tags.length, revision]),
      [
        ['billing-api', 'treasury', 2, 2],
        ['moved', null, 0, 2],
        ['new', 'ops', 0, 1],
      ],
    );
    assert.equal(
      runAllSteps(registry.audit({ ...ANY_WRITE, token: 'command line' }, { limit: 9, offset: 0 })).count,
      5,
    );
    assert.equal(await run(['import', path]), 'Imported ports.csv: 0 added, 0 changed, 0 moved, 3 unchanged\n');
  });

  test('reads services(5): the protocols and consecutive ports of a name are one entry', async (t) => {
    const { run, file, entriesNow } = await setUp(t, []);
    const lines = [
      '# our own',
      'billing-api 8443/tcp pay # The API',
      'billing-api 8443/udp pay money # The API',
      'billing-api 8443/sctp # Not yet',
      'rtp 20000/udp',
      'rtp 20001/udp',
      '',
      'rtp 20003/udp',
    ];
    assert.match(await run(['import', file('services', lines.join('\r\n'))]), /^Imported services: 3 added/m);
    assert.deepEqual(
      entriesNow().map(({ name, firstPort, lastPort, protocols, otherNames, note }) => [
        name,
        firstPort,
        lastPort,
        protocols,
        otherNames,
        note,
      ]),
      [
        ['billing-api', 8443, 8443, ['tcp', 'udp', 'sctp'], ['pay', 'money'], 'The API\nNot yet'],
        ['rtp', 20000, 20001, ['udp'], [], null],
        ['rtp', 20003, 20003, ['udp'], [], null],
      ],
    );
  });

  test('keeps the aliases of services(5): an export has them again', async (t) => {
    const { run, file } = await setUp(t, []);
    const lines = [
      'domain 53/tcp dns nameserver',
      'ntp 123/udp',
      'sunrpc 111/udp portmapper rpcbind # RPC 4.0 portmapper',
    ];
    assert.match(await run(['import', file('services', lines.join('\n'))]), /^Imported services: 3 added/m);
    const exported = await run(['export', '--format', 'services']);
    const kept = exported.split('\n').map((line) =>
      line
        .replace(/\s*#.*/, '')
        .split(/\s+/)
        .join(' '),
    );
    assert.deepEqual(kept, ['domain 53/tcp dns nameserver', 'sunrpc 111/udp portmapper rpcbind', 'ntp 123/udp', '']);
  });

  test('refuses the whole file, with the place of every fault', async (t) => {
    const { environment, file, entriesNow } = await setUp(t, []);
    const path = file('a.csv', 'name,firstPort\nok,1\nbad,70000\nworse,x\n');
    const expected = 'expected a port from 0 to 65535, or a range such as 8000-8009';
    const { code, stdout, stderr } = await runPortolan(['own', 'import', path], { environment });
    assert.deepEqual(
      { code, stdout, stderr },
      {
        code: 1,
        stdout: '',
        stderr: `portolan: Cannot import a.csv: line 3, column "firstPort": cannot read "70000": ${expected}; and 1 more fault
  line 4, column "firstPort": Cannot read "x": ${expected}
`,
      },
    );
    assert.deepEqual(entriesNow(), []);
  });

  test("reads a team's spreadsheet in windows-1252, with a mapped and an ignored column", async (t) => {
    const { run, file, entriesNow } = await setUp(t, []);
    const table = 'Dienst;Port;Protocol;Squad;Ticket\nM\xfcnchen;8000-8009;TCP/UDP;ops;7\n;;;;\n';
    const flags = ['--encoding', 'windows-1252', '--map', 'Dienst=name', '--map', 'Squad=owner', '--ignore-unknown'];
    assert.match(await run(['import', file('ports.csv', Buffer.from(table, 'latin1')), ...flags]), /: 1 added, /);
    assert.deepEqual(
      entriesNow().map(({ name, firstPort, lastPort, protocols, owner }) => [
        name,
        firstPort,
        lastPort,
        protocols,
        owner,
      ]),
      [['München', 8000, 8009, ['tcp', 'udp'], 'ops']],
    );
  });

  test('refuses a mapping to an unknown field as wrong usage', async (t) => {
    const { environment, file } = await setUp(t, []);
    const args = ['own', 'import', file('ports.csv', 'name,port\n'), '--map', 'Squad=onwer'];
    const { code, stderr } = await runPortolan(args, { environment });
    assert.deepEqual(
      [code, stderr.split('\n')[0]],
      [2, 'error: Cannot map a column with "Squad=onwer": did you mean owner?'],
    );
  });

  test('skips lines of services(5) that are no ports, and counts them', async (t) => {
    const { run, file } = await setUp(t, []);
    const others = Array.from({ length: 11 }, (_, index) => `x ${index}/ddp`);
    assert.equal(
      await run([
        'import',
        file('services', ['a 1/TCP', '   24/tcp  any private mail system'].join('\n')),
        '--dry-run',
      ]),
      `add    1/tcp "a"
        caution: IANA has assigned 1/tcp to tcpmux.
        info: Browsers do not connect to port 1.
Skipped 1 line without a name or a port of tcp, udp, sctp or dccp: 2
Dry run of services: 1 added, 0 changed, 0 moved, 0 unchanged; nothing was written
`,
    );
    assert.equal(
      await run(['import', file('services', others.join('\n'))]),
      `Skipped 11 lines without a name or a port of tcp, udp, sctp or dccp: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 1 more
Imported services: 0 added, 0 changed, 0 moved, 0 unchanged
`,
    );
  });

  test('requires --format for a file without a known extension', async (t) => {
    const { environment } = await setUp(t, []);
    const { code, stderr } = await runPortolan(['own', 'import', '-'], { environment });
    assert.deepEqual(
      [code, stderr.split('\n')[0]],
      [2, 'error: Cannot tell the format of "-" by its name: expected --format with one of csv, json, services'],
    );
  });
});
