import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { startInProcess } from '../support/listen.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { putSeededDatabase } from '../support/seeded-database.ts';
import { suiteSettings } from '../support/shared-source.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bearer } from '../support/tokens.ts';

const TABLE = 'name,port,owner\nbilling,8443,payments\nmedia,8500,payments\ngone,8600,payments\nother,8443,ops\n';
const FILE = 'name,port,note\nbilling,9443,\nmedia,8500,Calls\nnew,8700,\n';

async function setUp(t: TestContext, settings: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder(t);
  const DATABASE = join(folder, 'portolan.db');
  await putSeededDatabase(DATABASE);
  const token = bearer(DATABASE, 'write').replace('Bearer ', '');
  const local = await suiteSettings(DATABASE);
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const run = (args: readonly string[], environment = local) =>
    runPortolan(args, { environment: { ...environment, ...settings } });
  return { local, token, file, run };
}

/** Replaces the ids of own entries, which are random. */
function withoutIds(text: string): string {
  return text.replace(/own-[0-9a-f]{12}/g, 'ID');
}

const DIFFERENCE = [
  'move   9443/tcp "billing" ID: firstPort: 8443 -> 9443; lastPort: 8443 -> 9443',
  'change 8500/tcp "media" ID: note: null -> "Calls"',
  'add    8700/tcp "new"',
  'remove 8600/tcp "gone" ID',
];
const DONE = [
  'moved   9443/tcp "billing" ID: firstPort: 8443 -> 9443; lastPort: 8443 -> 9443',
  'changed 8500/tcp "media" ID: note: null -> "Calls"',
  'added   8700/tcp "new" ID',
  'removed 8600/tcp "gone" ID',
];
const COUNTS = '1 added, 1 changed, 1 moved, 1 removed, 0 unchanged';

/** Returns the steps without the lines of their warnings. */
function stepsOf(stdout: string): string[] {
  return withoutIds(stdout)
    .split('\n')
    .filter((line) => !line.startsWith('        '));
}

describe('portolan own sync', () => {
  for (const target of ['the local database', 'a server'] as const) {
    test(`makes the entries of an owner equal to a file, in ${target}`, async (t) => {
      const { local, token, file, run } = await setUp(t);
      await run(['own', 'import', file('all.csv', TABLE)]);
      const environment =
        target === 'a server'
          ? {
              PORTOLAN_SERVER: (await startInProcess(t, { ...local, BASE_PATH: '/ports' })).url,
              PORTOLAN_TOKEN: token,
              DATABASE: '/nowhere/portolan.db',
            }
          : local;
      const args = ['own', 'sync', file('ports.csv', FILE), '--owner', 'payments'];
      const dry = await run([...args, '--dry-run'], environment);
      assert.deepEqual(
        [dry.code, dry.stderr, stepsOf(dry.stdout)],
        [0, '', [...DIFFERENCE, `Dry run of ports.csv: ${COUNTS}; nothing was written`, '']],
      );
      const asked = await run(args, environment);
      assert.deepEqual([asked.code, stepsOf(asked.stdout)], [2, [...DIFFERENCE, '']]);
      assert.equal(
        asked.stderr.split('\n')[0],
        'error: Cannot ask whether to write these changes: expected a terminal, or --yes',
      );
      const done = await run([...args, '--yes'], environment);
      assert.deepEqual(
        [done.code, done.stderr, stepsOf(done.stdout)],
        [0, '', [...DONE, `Synchronized ports.csv: ${COUNTS}`, '']],
      );
      const again = await run(args, environment);
      const unchanged = 'Synchronized ports.csv: 0 added, 0 changed, 0 moved, 0 removed, 3 unchanged\n';
      assert.deepEqual(again, { code: 0, stderr: '', stdout: unchanged });
    });
  }

  test('prints the conflicts of an entry below it', async (t) => {
    const { file, run } = await setUp(t);
    const path = file('ports.csv', 'name,port\na,20007\nb,20007\n');
    const { stdout } = await run(['own', 'sync', path, '--owner', 'ops', '--dry-run']);
    const lines = stdout.split('\n').filter((line) => !line.includes('caution') && !line.includes('info'));
    assert.deepEqual(lines, [
      'add    20007/tcp "a"',
      '        avoid: It overlaps the own entry b, which uses port 20007 on tcp, owned by ops.',
      'add    20007/tcp "b"',
      '        avoid: It overlaps the own entry a, which uses port 20007 on tcp, owned by ops.',
      'Dry run of ports.csv: 2 added, 0 changed, 0 moved, 0 removed, 0 unchanged; nothing was written',
      '',
    ]);
  });

  test('needs exactly one scope', async (t) => {
    const { file, run } = await setUp(t);
    const path = file('ports.csv', FILE);
    for (const [flags, got] of [
      [[], 'none'],
      [['--owner', 'a', '--tag', 'b'], 'owner "a" and tag "b"'],
    ] as const) {
      const { code, stderr } = await run(['own', 'sync', path, ...flags]);
      const sentence = `error: Cannot synchronize: expected one of owner, tag and pool, got ${got}`;
      assert.deepEqual([code, stderr.split('\n')[0]], [2, sentence]);
    }
  });
});

describe('a command with a server', () => {
  test('own import prints the faults of the file, and wrong usage as such', async (t) => {
    const { local, token, file, run } = await setUp(t);
    const server = (await startInProcess(t, local)).url;
    const environment = { PORTOLAN_TOKEN: token };
    const send = (text: string, ...flags: string[]) =>
      run(['own', 'import', file('ports.csv', text), '--server', server, ...flags], environment);
    const expected = 'expected a port from 0 to 65535, or a range such as 8000-8009';
    assert.deepEqual(await send('name,port\na,x\nb,y\n'), {
      code: 1,
      stdout: '',
      stderr: `portolan: Cannot import ports.csv: line 2, column "port": cannot read "x": ${expected}; and 1 more fault
  line 3, column "port": Cannot read "y": ${expected}
`,
    });
    const { code, stderr } = await send('name,port\n', '--map', 'Squad=onwer');
    assert.deepEqual(
      [code, stderr.split('\n')[0]],
      [2, 'error: Cannot map a column with "Squad=onwer": did you mean owner?'],
    );
    const mapped = await send('Squad,Dienst,port\nops,a,1\n', '--map', 'Squad=owner', '--map', 'Dienst=name');
    assert.match(mapped.stdout, /: 1 added, 0 changed, 0 moved, 0 unchanged\n$/);
  });

  test('own export writes what it writes from the database, and an import of it changes nothing', async (t) => {
    const { local, token, file, run } = await setUp(t);
    await run(['own', 'import', file('all.csv', TABLE)]);
    const server = (await startInProcess(t, { ...local, BASE_PATH: '/ports' })).url;
    const environment = { PORTOLAN_SERVER: server, PORTOLAN_TOKEN: token };
    for (const format of ['csv', 'json', 'services']) {
      const remote = await run(['own', 'export', '--format', format], environment);
      assert.deepEqual(remote, await run(['own', 'export', '--format', format]));
      const again = await run(['own', 'import', file(`copy.${format}`, remote.stdout)], environment);
      const unchanged = `Imported copy.${format}: 0 added, 0 changed, 0 moved, 4 unchanged\n`;
      assert.deepEqual(again, { code: 0, stderr: '', stdout: unchanged });
    }
  });

  for (const words of [
    ['token', 'list'],
    ['backup', 'x.db'],
    ['restore', 'x.db'],
    ['seed'],
    ['import', '--iana', 'x.csv'],
    ['migrate'],
    ['update'],
    ['doctor'],
  ]) {
    test(`that ${words.join(' ')} cannot use is refused, unless --database names the database`, async (t) => {
      const { local, run } = await setUp(t);
      const environment = { PORTOLAN_SERVER: 'http://localhost:1', ...local };
      const name = words[0] === 'token' ? 'token list' : words[0];
      const { code, stdout, stderr } = await run(words, environment);
      const detail = 'it works on a database of this machine; name that with --database, or unset PORTOLAN_SERVER';
      assert.deepEqual(
        [code, stdout, stderr.split('\n')[0]],
        [2, '', `error: "${name}" cannot use the server that PORTOLAN_SERVER names: ${detail}`],
      );
      if (name !== 'token list') return;
      assert.equal((await run([...words, '--database', local.DATABASE ?? ''], environment)).code, 0);
    });
  }

  test('own import writes to the database that --database names, also if PORTOLAN_SERVER names a server', async (t) => {
    const { local, file, run } = await setUp(t);
    const { DATABASE = '', ...shared } = local;
    const args = ['own', 'import', file('all.csv', TABLE), '--database', DATABASE];
    const { code, stdout } = await run(args, { ...shared, PORTOLAN_SERVER: 'http://localhost:1' });
    assert.deepEqual(
      [code, stdout.split('\n').at(-2)],
      [0, 'Imported all.csv: 4 added, 0 changed, 0 moved, 0 unchanged'],
    );
  });
});
