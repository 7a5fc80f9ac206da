import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { executeSql } from '../support/database-content.ts';
import { assertFails, runPortolan } from '../support/portolan-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('an unusable database is reported in one sentence', () => {
  test('a path below a file, and a folder', async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'folder'));
    for (const command of ['seed', 'serve']) {
      const below = join(folder, 'file', 'portolan.db');
      await assertFails(
        [command],
        { DATABASE: below },
        `Setting DATABASE: cannot write ${JSON.stringify(below)}: EEXIST`,
      );
      const isFolder = join(folder, 'folder');
      await assertFails(
        [command],
        { DATABASE: isFolder },
        `Setting DATABASE: ${JSON.stringify(isFolder)} is a folder; expected a file`,
      );
    }
  });

  test('of another program, newer or damaged: none of them is changed', async (t) => {
    const folder = temporaryFolder(t);
    const foreign = join(folder, 'foreign.db');
    executeSql(foreign, 'CREATE TABLE note (text); PRAGMA user_version = 3');
    const newer = join(folder, 'newer.db');
    executeSql(newer, 'PRAGMA application_id = 0x506f7274; PRAGMA user_version = 999; PRAGMA journal_mode = WAL');
    const garbage = join(folder, 'garbage.db');
    writeFileSync(garbage, Buffer.alloc(8192, 'garbage'));
    const cases = [
      [foreign, 'The database is not one of Portolan: set DATABASE to another file'],
      [
        newer,
        'The database has schema version 999, but this Portolan works with version N: run the newer Portolan that made it, or set DATABASE to another file',
      ],
      [
        garbage,
        'The database is damaged: restore it from a backup, or delete it and start again to load the bundled data',
      ],
    ] as const;
    for (const [path, sentence] of cases) {
      const before = readFileSync(path);
      const { code, stdout, stderr } = await runPortolan(['seed'], { environment: { DATABASE: path } });
      const output = stderr.replace(/works with version \d+/, 'works with version N');
      assert.deepEqual({ code, stdout, output }, { code: 1, stdout: '', output: `portolan: ${sentence}\n` });
      assert.ok(readFileSync(path).equals(before));
    }
  });
});

test('an invalid setting is reported in one sentence', async () => {
  const integer = 'expected an integer from 0 to 65535';
  const cases = [
    [
      { PORT: 'http' },
      `Setting PORT: Cannot parse port number "http": ${integer} in decimal digits, without sign, blank or leading zero`,
    ],
    [{ PORT: '70000' }, `Setting PORT: Cannot parse port number "70000": ${integer}`],
  ] as const;
  for (const [environment, sentence] of cases) await assertFails(['serve'], environment, sentence);
});

describe('wrong usage exits with 2', { concurrency: 2 }, () => {
  const cases: readonly (readonly [args: string[], line: string])[] = [
    [[], 'Usage: portolan [options] [command]'],
    [['harbour'], "error: unknown command 'harbour'"],
    [['seed', '--harbour'], "error: unknown option '--harbour'"],
    [['serve', '--rate-limti', '3'], "error: unknown option '--rate-limti'"],
    [['serve', '--rate-limit'], "error: option '--rate-limit <requests>' argument missing"],
    [['seed', 'iana.csv'], "error: too many arguments for 'seed'. Expected 0 arguments but got 1: iana.csv."],
    [['seed', '--iana'], "error: option '--iana <file>' argument missing"],
    [['seed', '--date', '2026-04-09'], 'error: --date and --allow-small belong to --iana'],
    [['seed', '--allow-small'], 'error: --date and --allow-small belong to --iana'],
    ...['yesterday', '2026-4-9', '2026-02-30', '2026-04-09T00:00:00Z', ''].map((date): [string[], string] => [
      ['seed', '--iana', 'iana.csv', '--date', date],
      `error: cannot parse --date ${JSON.stringify(date)}: expected a day such as 2026-04-09`,
    ]),
  ];
  for (const [args, line] of cases) {
    test(`portolan ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await runPortolan(args);
      assert.deepEqual([code, stdout, stderr.split('\n')[0]], [2, '', line]);
    });
  }

  test('an unknown flag is reported with the most similar one', async () => {
    const { stderr } = await runPortolan(['serve', '--rate-limti', '3']);
    assert.equal(stderr.split('\n')[1], '(Did you mean --rate-limit?)');
  });

  test('a secret has no flag, and the error does not repeat it', async () => {
    const { code, stdout, stderr } = await runPortolan(['serve', '--tls-key-passphrase', 'hush']);
    assert.deepEqual(
      { code, stdout, lines: stderr.split('\n') },
      {
        code: 2,
        stdout: '',
        lines: [
          'error: --tls-key-passphrase would show a secret to everybody who sees this process',
          '(Did you mean --tls-key-passphrase-file?)',
          '(portolan --help lists the commands)',
          '',
        ],
      },
    );
  });

  test('but --help exits with 0', async () => {
    const { code, stdout, stderr } = await runPortolan(['seed', '--help']);
    assert.deepEqual([code, stdout.split('\n')[0], stderr], [0, 'Usage: portolan seed [options]', '']);
  });
});
