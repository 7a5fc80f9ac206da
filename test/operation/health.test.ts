import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { executeSql } from '../support/database-content.ts';
import { freePort } from '../support/free-port.ts';
import { PROJECT, runPortolan, startServer } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TLS = join(PROJECT, 'test/fixtures/tls');

async function assertReady(url: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const { code, stdout, stderr } = await runPortolan(['health'], { environment });
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: `Ready: ${url}\n`, stderr: '' });
}

describe('portolan health', { concurrency: 2 }, () => {
  for (const [title, settings, url] of [
    ['on the default address', {}, 'http://127.0.0.1'],
    ['on all addresses', { HOST: '0.0.0.0' }, 'http://127.0.0.1'],
    ['on all IPv6 addresses, with a base path', { HOST: '::', BASE_PATH: '/ports-api' }, 'http://[::1]'],
    [
      'with TLS, by several processes',
      { TLS_CERT_FILE: join(TLS, 'first.cert.pem'), TLS_KEY_FILE: join(TLS, 'first.key.pem'), WORKERS: '2' },
      'https://127.0.0.1',
    ],
    ['that requires a token to read', { REQUIRE_TOKEN: 'read' }, 'http://127.0.0.1'],
  ] as const) {
    test(`finds a server ${title}`, async (t) => {
      const environment = { ...settings, DATABASE: await seededDatabase(t), PORT: await freePort() };
      await startServer(t, environment);
      await assertReady(`${url}:${environment.PORT}`, environment);
    });
  }

  test('waits until a server that starts is ready', async (t) => {
    // The file does not exist: the server creates it while it gets requests.
    const environment = { DATABASE: join(temporaryFolder(t), 'portolan.db'), PORT: await freePort() };
    const waiting = runPortolan(['health', '--wait', '20s'], { environment });
    await startServer(t, environment);
    assert.deepEqual(await waiting, { code: 0, stdout: `Ready: http://127.0.0.1:${environment.PORT}\n`, stderr: '' });
  });

  test("prints the server's reason why it is not ready", async (t) => {
    const environment = { DATABASE: await seededDatabase(t), PORT: await freePort() };
    await startServer(t, environment);
    executeSql(environment.DATABASE, 'PRAGMA user_version = 999');
    const { code, stdout, stderr } = await runPortolan(['health'], { environment });
    assert.deepEqual([code, stdout], [1, '']);
    const url = `http://127.0.0.1:${environment.PORT}`;
    assert.match(stderr, /^portolan: Not ready, .* says: The database has schema version 999, but .*\n$/);
    assert.ok(stderr.includes(url));
  });
});
