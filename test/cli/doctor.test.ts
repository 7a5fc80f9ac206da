import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { SCHEMA_VERSION } from '../../src/sqlite/file/migrate.ts';
import { executeSql } from '../support/database-content.ts';
import { makeEarlierDatabase } from '../support/earlier-schema.ts';
import { startInProcess } from '../support/listen.ts';
import { PROJECT, runPortolan } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Finding {
  readonly subject: string;
  readonly result: string;
  readonly detail: string;
  readonly remedy: string | null;
}

/** Runs `portolan doctor` and returns the findings that are not `ok`. */
async function findingsOf(environment: Readonly<Record<string, string>>, expected: number): Promise<Finding[]> {
  const { code, stdout, stderr } = await runPortolan(['doctor', '--json'], { environment });
  assert.deepEqual([code, stderr], [expected, '']);
  return (JSON.parse(stdout) as Finding[]).filter(({ result }) => result !== 'ok');
}

async function useSeeded(t: TestContext): Promise<{ readonly DATABASE: string; readonly PORT: string }> {
  return { DATABASE: await seededDatabase(t), PORT: '0' };
}

describe('portolan doctor', { concurrency: 2 }, () => {
  test('finds nothing in a sound installation', async (t) => {
    const environment = await useSeeded(t);
    const { code, stdout, stderr } = await runPortolan(['doctor'], { environment });
    assert.deepEqual([code, stderr], [0, '']);
    const folder = JSON.stringify(dirname(environment.DATABASE));
    const text = stdout.replace(/\d+ MiB/, 'N MiB').replace(/\d+ days/, 'N days');
    assert.equal(
      text,
      `ok       configuration  every setting is valid
ok       folder         ${folder} can be written
ok       disk           N MiB are free
ok       database       the path is ${JSON.stringify(environment.DATABASE)}, from DATABASE (environment)
ok       database       it is sound and has the schema of this version
ok       registry       it is of 2026-08-05, N days old
ok       port           the system selects a free port
`,
    );
  });

  test('describes single sign-on, and warns if it permits too much or nothing', async (t) => {
    const environment = { ...(await useSeeded(t)), AUTH_HEADER: 'Remote-User', TRUST_PROXY: '127.0.0.1, 10.0.0.0/8' };
    assert.deepEqual(await findingsOf(environment, 0), [
      {
        subject: 'sign-in',
        result: 'warning',
        detail: 'each of the 16777216 addresses of 10.0.0.0/8 in TRUST_PROXY can name any user',
        remedy: 'list only the addresses of the proxies',
      },
      {
        subject: 'sign-in',
        result: 'warning',
        detail: 'signed-in users can only read',
        remedy: 'set AUTH_GROUPS_HEADER and AUTH_SCOPES',
      },
    ]);
    const groups = { AUTH_GROUPS_HEADER: 'Remote-Groups', AUTH_SCOPES: 'netops:write,leads:admin' };
    const sound = { ...environment, ...groups, TRUST_PROXY: '192.0.2.0/24' };
    const { stdout } = await runPortolan(['doctor'], { environment: sound });
    const line = 'remote-user from 192.0.2.0/24 names the user; scopes: read, netops write, leads admin';
    assert.deepEqual(
      stdout.split('\n').filter((text) => text.includes('sign-in')),
      [`ok       sign-in        ${line}`],
    );
  });

  test('accepts the port of the running server', async (t) => {
    const { DATABASE } = await useSeeded(t);
    const { url } = await startInProcess(t, { DATABASE });
    const { stdout } = await runPortolan(['doctor'], { environment: { DATABASE, PORT: new URL(url).port } });
    assert.match(stdout, /^ok {7}port {11}Portolan answers on \d+ on 127\.0\.0\.1$/m);
  });

  test('another program on the port', async (t) => {
    const other = createServer((_request, response) => response.writeHead(404).end());
    await once(other.listen(0, '127.0.0.1'), 'listening');
    t.after(() => other.close());
    const { port } = other.address() as AddressInfo;
    const found = await findingsOf({ ...(await useSeeded(t)), PORT: String(port) }, 1);
    const detail = `${port} on 127.0.0.1 is taken: Not ready, http://127.0.0.1:${port} says: status 404`;
    const remedy = 'stop the program that has it, or set PORT';
    assert.deepEqual(found, [{ subject: 'port', result: 'problem', detail, remedy }]);
  });

  test('an address that this machine does not have', async (t) => {
    const found = await findingsOf({ ...(await useSeeded(t)), PORT: '7605', HOST: '192.0.2.1' }, 1);
    const detail = '7605 on 192.0.2.1 cannot be taken: EADDRNOTAVAIL';
    assert.deepEqual(found, [{ subject: 'port', result: 'problem', detail, remedy: 'set HOST and PORT' }]);
  });

  test('a database that is missing, damaged, of an older schema, or with an old or no registry', async (t) => {
    const environment = await useSeeded(t);
    const { DATABASE } = environment;
    const sound = `${DATABASE}.sound`;
    copyFileSync(DATABASE, sound);
    const found: Finding[][] = [];
    for (const [harm, code] of [
      [() => rmSync(DATABASE), 0],
      [() => writeFileSync(DATABASE, readFileSync(sound).fill('x', 200_000, 400_000)), 1],
      [() => executeSql(DATABASE, `PRAGMA user_version = ${SCHEMA_VERSION - 1}`), 1],
      [() => executeSql(DATABASE, 'DELETE FROM assignment_span WHERE id = 5'), 0],
      [() => executeSql(DATABASE, "UPDATE list SET date = '2019-01-01'"), 0],
      [() => executeSql(DATABASE, 'DELETE FROM list'), 1],
    ] as const) {
      for (const end of ['', '-wal', '-shm']) rmSync(DATABASE + end, { force: true });
      copyFileSync(sound, DATABASE);
      harm();
      found.push(await findingsOf(environment, code));
    }
    const [missing, damaged, older, spans, old, empty] = found.map(([first]) => first);
    assert.deepEqual(missing, {
      subject: 'database',
      result: 'warning',
      detail: 'there is no file yet',
      remedy: 'portolan seed creates it',
    });
    assert.match(damaged?.detail ?? '', /damaged/);
    assert.match(
      older?.detail ?? '',
      /^The database has schema version \d+, but this Portolan works with version \d+: start/,
    );
    assert.equal(spans, undefined);
    assert.deepEqual([old?.subject, old?.result], ['registry', 'warning']);
    assert.match(old?.detail ?? '', /^it is of 2019-01-01, \d{4} days old$/);
    assert.deepEqual(empty, {
      subject: 'registry',
      result: 'problem',
      detail: 'no registry is loaded',
      remedy: 'portolan seed loads the bundled one',
    });
  });

  test('an invalid setting and a misspelt one', async (t) => {
    const detail =
      'Setting PORT: Cannot parse port number "x": expected an integer from 0 to 65535 in decimal digits, without sign, blank or leading zero';
    const [fault] = await findingsOf({ PORT: 'x' }, 1);
    assert.deepEqual([fault?.subject, fault?.result], ['configuration', 'problem']);
    assert.ok(fault?.detail.startsWith('Setting PORT: '), detail);
    const [warning] = await findingsOf({ ...(await useSeeded(t)), RATE_LIMITS: '5' }, 0);
    assert.deepEqual([warning?.subject, warning?.result], ['configuration', 'warning']);
    assert.match(warning?.detail ?? '', /RATE_LIMIT/);
  });

  test('a changed schema, and a database that every user can read', async (t) => {
    const environment = await useSeeded(t);
    const name = JSON.stringify(environment.DATABASE);
    chmodSync(environment.DATABASE, 0o644);
    assert.deepEqual(await findingsOf(environment, 0), [
      {
        subject: 'secrets',
        result: 'warning',
        detail: `every user of this machine may read ${name}`,
        remedy: `chmod 600 ${name}`,
      },
    ]);
    chmodSync(environment.DATABASE, 0o640);
    executeSql(environment.DATABASE, 'DROP TRIGGER audit_no_delete');
    assert.deepEqual(await findingsOf(environment, 1), [
      {
        subject: 'database',
        result: 'problem',
        detail: 'its schema is not the one that Portolan creates: trigger "audit_no_delete" is missing',
        remedy: 'restore a backup from before the change',
      },
    ]);
  });

  test('a private key that others can read', async (t) => {
    const [folder, fixtures] = [temporaryFolder(t), join(PROJECT, 'test/fixtures/tls')];
    const [TLS_CERT_FILE, TLS_KEY_FILE] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    copyFileSync(join(fixtures, 'first.cert.pem'), TLS_CERT_FILE);
    copyFileSync(join(fixtures, 'first.key.pem'), TLS_KEY_FILE);
    chmodSync(TLS_KEY_FILE, 0o644);
    const environment = { ...(await useSeeded(t)), TLS_CERT_FILE, TLS_KEY_FILE };
    const name = JSON.stringify(TLS_KEY_FILE);
    const [warning] = await findingsOf(environment, 0);
    const expected = {
      subject: 'secrets',
      result: 'warning',
      detail: `others may read ${name}`,
      remedy: `chmod 600 ${name}`,
    };
    assert.deepEqual(warning, expected);
    chmodSync(TLS_KEY_FILE, 0o600);
    assert.deepEqual(await findingsOf(environment, 0), []);
  });

  test('a database path below a file', async (t) => {
    const folder = temporaryFolder(t);
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'sub/file'), '');
    const found = await findingsOf({ DATABASE: join(folder, 'sub/file/portolan.db'), PORT: '0' }, 1);
    assert.deepEqual([found[0]?.subject, found[0]?.result], ['folder', 'problem']);
  });
});

describe('portolan migrate', () => {
  test('prints both schema versions and the path of the copy', async (t) => {
    const DATABASE = join(temporaryFolder(t), 'portolan.db');
    makeEarlierDatabase(DATABASE, SCHEMA_VERSION - 1);
    const copy = JSON.stringify(`${DATABASE}.schema-${SCHEMA_VERSION - 1}`);
    const stdout = `Migrated the database from schema ${SCHEMA_VERSION - 1} to ${SCHEMA_VERSION}; ${copy} is as it was before\n`;
    assert.deepEqual(await runPortolan(['migrate'], { environment: { DATABASE } }), { code: 0, stdout, stderr: '' });
  });

  test('reports a current schema, and does not create a missing database', async (t) => {
    const { DATABASE } = await useSeeded(t);
    const stdout = 'Nothing to do: the database has the schema of this version\n';
    assert.deepEqual(await runPortolan(['migrate'], { environment: { DATABASE } }), { code: 0, stdout, stderr: '' });
    const missing = `${DATABASE}.none`;
    const stderr = `portolan: Setting DATABASE: there is no file ${JSON.stringify(missing)}; "portolan seed" creates it\n`;
    const outcome = await runPortolan(['migrate'], { environment: { DATABASE: missing } });
    assert.deepEqual(outcome, { code: 1, stdout: '', stderr });
  });
});
