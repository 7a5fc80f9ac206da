import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import Database from 'better-sqlite3';
import { executeSql } from '../support/database-content.ts';
import { openEmptyDatabase } from '../support/empty-database.ts';
import { assertFails, PROJECT, runPortolan } from '../support/portolan-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bearer } from '../support/tokens.ts';

/** Creates a database with an audit log of four rows, and returns its path and rows. */
function setUp(t: TestContext) {
  const DATABASE = join(temporaryFolder(t), 'portolan.db');
  openEmptyDatabase(DATABASE).close();
  for (const name of ['one', 'two', 'three', 'four']) bearer(DATABASE, 'read', { name });
  const db = new Database(DATABASE, { readonly: true });
  const rows = db.prepare('SELECT id, at, hash FROM audit ORDER BY id').all();
  db.close();
  return { DATABASE, rows: rows as { id: number; at: string; hash: string }[] };
}

function verify(DATABASE: string, ...args: string[]) {
  return runPortolan(['audit', 'verify', ...args], { environment: { DATABASE } });
}

/** Runs the script of docs/audit.md. */
function verifyWithoutPortolan(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', 'docs/verify-audit.js', ...args], {
    cwd: PROJECT,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const BROKEN = 'its hash is not that of its fields and the row before';
const WITHOUT_TRIGGERS = 'DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete;';

describe('portolan audit verify', () => {
  test('prints the head of an unbroken chain, as the script of the documentation does', async (t) => {
    const { DATABASE, rows } = setUp(t);
    const { at, hash } = rows[3] ?? assert.fail();
    const unbroken = `The audit log is unbroken: 4 rows, head ${hash} of ${at}\n`;
    assert.deepEqual(await verify(DATABASE), { code: 0, stdout: unbroken, stderr: '' });
    const noted = rows[1] ?? assert.fail();
    assert.equal(
      (await verify(DATABASE, '--head', noted.hash.toUpperCase())).stdout,
      `${unbroken}The noted head is row 2 of ${noted.at}\n`,
    );
    const right = { status: 0, stdout: `4 rows, head ${hash}\n`, stderr: '' };
    assert.deepEqual(verifyWithoutPortolan(DATABASE), right);
    assert.deepEqual(verifyWithoutPortolan(DATABASE, noted.hash), right);
  });

  test('names the first row that was changed, and those before it', async (t) => {
    const { DATABASE, rows } = setUp(t);
    executeSql(DATABASE, `${WITHOUT_TRIGGERS} UPDATE audit SET token = 'nobody' WHERE id >= 3`);
    const before = `Unbroken before it: 2 rows, up to ${rows[1]?.hash}`;
    await assertFails(['audit', 'verify'], { DATABASE }, `The audit log is broken at row 3: ${BROKEN}. ${before}`);
    assert.deepEqual(verifyWithoutPortolan(DATABASE), { status: 1, stdout: '', stderr: 'broken at row 3\n' });
    executeSql(DATABASE, "UPDATE audit SET at = '2020-01-01T00:00:00.000Z' WHERE id = 1");
    await assertFails(['audit', 'verify'], { DATABASE }, `The audit log is broken at row 1: ${BROKEN}`);
  });

  test('names the row after a removed one', async (t) => {
    const { DATABASE, rows } = setUp(t);
    executeSql(DATABASE, `${WITHOUT_TRIGGERS} DELETE FROM audit WHERE id = 2`);
    const before = `Unbroken before it: 1 row, up to ${rows[0]?.hash}`;
    await assertFails(['audit', 'verify'], { DATABASE }, `The audit log is broken at row 3: ${BROKEN}. ${before}`);
  });

  test('finds by --head that the end was cut off', async (t) => {
    const { DATABASE, rows } = setUp(t);
    const [, , third, fourth] = rows;
    executeSql(DATABASE, `${WITHOUT_TRIGGERS} DELETE FROM audit WHERE id = 4`);
    assert.equal((await verify(DATABASE)).code, 0);
    const sentence = `The audit log was cut off or replaced: no row has the hash ${fourth?.hash}`;
    const rest = `; it is unbroken otherwise: 3 rows, head ${third?.hash}`;
    await assertFails(['audit', 'verify', '--head', fourth?.hash ?? ''], { DATABASE }, sentence + rest);
    assert.deepEqual(verifyWithoutPortolan(DATABASE, fourth?.hash ?? ''), {
      status: 1,
      stdout: '',
      stderr: `no row has the hash ${fourth?.hash}\n`,
    });
    executeSql(DATABASE, 'DELETE FROM audit');
    assert.equal((await verify(DATABASE)).stdout, 'The audit log is empty\n');
    await assertFails(['audit', 'verify', '--head', fourth?.hash ?? ''], { DATABASE }, `${sentence}; it is empty`);
  });

  test('refuses a head that is no hash, and a database that does not exist', async (t) => {
    const { DATABASE } = setUp(t);
    const { code, stdout, stderr } = await verify(DATABASE, '--head', 'abc');
    const detail = 'Expected 64 hexadecimal digits, as /audit and audit verify show them.';
    assert.deepEqual(
      { code, stdout, stderr },
      {
        code: 2,
        stdout: '',
        stderr: `error: option '--head <hash>' argument 'abc' is invalid. ${detail}\n(portolan --help lists the commands)\n`,
      },
    );
    const missing = join(DATABASE, '..', 'missing.db');
    await assertFails(
      ['audit', 'verify'],
      { DATABASE: missing },
      'The database is missing: start Portolan again or run its seed command to create a new one',
    );
  });
});

test('doctor reports a broken chain, backup warns about it, and restore refuses it', async (t) => {
  const { DATABASE } = setUp(t);
  // The trigger is created again: its absence would be reported first.
  const create = `CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'audit rows are never changed');
END`;
  executeSql(DATABASE, `DROP TRIGGER audit_no_update; UPDATE audit SET token = 'x' WHERE id = 2; ${create}`);
  const { stdout } = await runPortolan(['doctor', '--json'], { environment: { DATABASE, PORT: '0' } });
  const findings: { subject: string; result: string }[] = JSON.parse(stdout);
  assert.deepEqual(
    findings.find(({ subject, result }) => subject === 'database' && result === 'problem'),
    {
      subject: 'database',
      result: 'problem',
      detail: 'row 2 of its audit log is not in the hash chain',
      remedy: 'portolan audit verify has the details; compare the audit log with that of a backup',
    },
  );
  const copy = join(DATABASE, '..', 'copy.db');
  const backup = await runPortolan(['backup', copy], { environment: { DATABASE } });
  assert.deepEqual(
    [backup.code, backup.stderr],
    [0, `Warning: The audit log is broken at row 2: ${BROKEN}. restore refuses this backup\n`],
  );
  await assertFails(
    ['restore', copy],
    { DATABASE },
    `Cannot use ${JSON.stringify(copy)}: row 2 of the audit log is not in its hash chain`,
  );
});
