import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { SETTINGS } from '../../src/config/settings.ts';
import { assertFails, runPortolan } from '../support/portolan-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A setting in the output of `portolan config --json`. */
interface SettingRow {
  readonly name: string;
  readonly value: string;
  readonly source: string;
  readonly place: string | null;
}

function settingsFile(t: TestContext, text: string): string {
  const file = join(temporaryFolder(t), 'portolan.yaml');
  writeFileSync(file, text);
  return file;
}

async function settingsOf(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<SettingRow[]> {
  const { code, stdout, stderr } = await runPortolan(['config', '--json', ...args], { environment });
  assert.deepEqual([code, stderr], [0, '']);
  return JSON.parse(stdout);
}

describe('portolan config', { concurrency: 2 }, () => {
  test('shows the default of every setting', async () => {
    const all = await settingsOf([], { DATABASE: '' });
    const expected = Object.values(SETTINGS).map(({ name, fallback }) => {
      return { name, value: fallback, source: 'default', place: null };
    });
    assert.deepEqual(all, expected);
  });

  test('prefers flags to the environment and the environment to the file, and shows the source of each value', async (t) => {
    const file = settingsFile(
      t,
      [
        '# Limits',
        'PORT: 1',
        'HOST: "file.example.org"',
        'BODY_LIMIT: 1 MiB # enough',
        'RATE_LIMIT:',
        'LOG_LEVEL: warn',
        'CORS_ORIGINS:',
        '  - https://wiki.example.org',
        '  - https://ports.example.org',
        'DATABASE: file.db',
      ].join('\n'),
    );
    const environment = { PORT: '2', HOST: 'environment.example.org', LOG_LEVEL: '', CONFIG_FILE: file };
    const all = await settingsOf(['--port', '3', '--database=flag.db'], environment);
    const line = (number: number) => ({ source: 'file', place: `${file}, line ${number}` });
    assert.deepEqual(
      all.filter(({ source }) => source !== 'default'),
      [
        { name: 'PORT', value: '3', source: 'flag', place: '--port' },
        { name: 'HOST', value: 'environment.example.org', source: 'environment', place: null },
        { name: 'DATABASE', value: 'flag.db', source: 'flag', place: '--database' },
        { name: 'CORS_ORIGINS', value: 'https://wiki.example.org, https://ports.example.org', ...line(7) },
        { name: 'LOG_LEVEL', value: 'warn', ...line(6) },
        { name: 'BODY_LIMIT', value: '1 MiB', ...line(4) },
      ],
    );
  });

  test('--config overrides CONFIG_FILE, and a file may be empty or JSON', async (t) => {
    const json = settingsFile(t, '{"PORT": 4, "RATE_LIMIT": "5"}');
    for (const text of ['', '# Nothing is set.\n']) {
      const all = await settingsOf(['--config', settingsFile(t, text)], { CONFIG_FILE: json });
      assert.deepEqual([...new Set(all.map(({ source }) => source))], ['default']);
    }
    const all = await settingsOf([], { CONFIG_FILE: json });
    const set = all.filter(({ source }) => source === 'file').map(({ name, value }) => [name, value]);
    assert.deepEqual(set, [
      ['PORT', '4'],
      ['RATE_LIMIT', '5'],
    ]);
  });

  test('prints an aligned table by default', async () => {
    const { code, stdout, stderr } = await runPortolan(['config', '--rate-window=5 min'], {
      environment: { DATABASE: `/${'long/'.repeat(30)}portolan.db` },
    });
    assert.deepEqual([code, stderr], [0, '']);
    const lines = stdout.split('\n');
    const cells = new Map(lines.map((line) => line.split(/ {2,}/)).map(([name = '', ...rest]) => [name, rest]));
    assert.deepEqual(cells.get('PORT'), ['default', '7605']);
    assert.deepEqual(cells.get('DATABASE'), ['environment', `/${'long/'.repeat(30)}portolan.db`]);
    assert.deepEqual(cells.get('EPHEMERAL_RANGES'), ['default']);
    assert.deepEqual(cells.get('RATE_WINDOW'), ['--rate-window', '5 min']);
    const starts = lines.filter((line) => line !== '').map((line) => line.search(/(?<= {2})\S/));
    assert.equal(new Set(starts).size, 1, 'the values are aligned');
    assert.equal(lines.length, Object.keys(SETTINGS).length + 1);
  });

  test('warns about misspelt variables, and ignores them', async () => {
    const environment = {
      RATE_LIMTI: '3',
      Log_Level: 'debug',
      HOSTNAME: 'x',
      DATA: 'x',
      SSL_CERT_FILE: 'x',
      POST: '1',
    };
    const { code, stdout, stderr } = await runPortolan(['config'], { environment });
    assert.deepEqual([code, stdout.includes('debug')], [0, false]);
    assert.deepEqual(stderr.split('\n'), [
      'portolan: Environment variable RATE_LIMTI is not a setting and was ignored: did you mean RATE_LIMIT?',
      'portolan: Environment variable Log_Level is not a setting and was ignored: did you mean LOG_LEVEL?',
      '',
    ]);
  });
});

describe('an invalid configuration file stops every command with the place of the fault', { concurrency: 2 }, () => {
  const cases = [
    ['RATE_LIMTI: 3', 1, 'Unknown setting "RATE_LIMTI": did you mean RATE_LIMIT?'],
    ['\nport: 3', 2, 'Unknown setting "port": did you mean PORT?'],
    ['HARBOUR: x', 1, 'Unknown setting "HARBOUR": portolan config lists all settings'],
    ['PORT: 1\nPORT: 2', 2, 'Map keys must be unique'],
    ['PORT=1', 1, 'expected lines such as PORT: 7605'],
    ['- PORT', 1, 'expected lines such as PORT: 7605'],
    [
      'PORT: 1\nCORS_ORIGINS: [x',
      2,
      'Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['PORT:\n  number: 1', 1, 'Setting PORT: expected a value, or a list of values'],
  ] as const;
  for (const [text, line, what] of cases) {
    test(JSON.stringify(text), async (t) => {
      const file = settingsFile(t, text);
      await assertFails(['config', '--config', file], {}, `${file}, line ${line}: ${what}`);
    });
  }

  test('an invalid value is reported with its source', async (t) => {
    const file = settingsFile(t, 'HOST: x\nRATE_LIMIT: many');
    const expected = 'Cannot parse number of requests "many": expected an integer from 0 to 1000000000';
    await assertFails(['seed', '--config', file], {}, `Setting RATE_LIMIT (${file}, line 2): ${expected}`);
    await assertFails(['serve', '--rate-limit', 'many'], {}, `Setting RATE_LIMIT (--rate-limit): ${expected}`);
    await assertFails(['token', 'list'], { RATE_LIMIT: 'many' }, `Setting RATE_LIMIT: ${expected}`);
  });

  test('a missing file', async (t) => {
    const file = join(temporaryFolder(t), 'portolan.yaml');
    const sentence = `Cannot read the file of settings ${JSON.stringify(file)}: ENOENT`;
    await assertFails(['serve'], { CONFIG_FILE: file }, sentence);
  });
});
