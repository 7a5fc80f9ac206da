import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { LogConnection } from '../../src/postgres/connection/log-connection.ts';
import { parseUrl } from '../../src/postgres/connection/parse-url.ts';
import { fromPostgresError } from '../../src/postgres/connection/postgres-error.ts';
import { parseAttempt } from '../../src/postgres/log/update-state.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The request for TLS, with which a connection begins (PostgreSQL's documentation, "Message Formats"). */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** Starts a server that answers the first message of each connection, and closes. */
async function answering(t: TestContext, answer: string) {
  const first: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (data) => {
      first.push(data);
      socket.end(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { port: (server.address() as AddressInfo).port, first };
}

describe('a connection', () => {
  test('to another host demands TLS, and to this machine it does not', async (t) => {
    const { port, first } = await answering(t, 'N');
    // The number is the address 127.0.0.1 in a form that is not known as this machine.
    await assert.rejects(LogConnection.open(`postgres://portolan@2130706433:${port}/portolan`), {
      code: 'unavailable',
      message: 'The shared register cannot be used: PostgreSQL does not offer TLS',
    });
    assert.deepEqual(first[0], SSL_REQUEST);
    await assert.rejects(LogConnection.open(`postgres://portolan@127.0.0.1:${port}/portolan`), { code: 'unavailable' });
    assert.notDeepEqual(first[1], SSL_REQUEST);
    const off = LogConnection.open(`postgres://portolan@2130706433:${port}/portolan?sslmode=disable`);
    await assert.rejects(off, { code: 'unavailable' });
    assert.notDeepEqual(first[2], SSL_REQUEST);
    // The parameter names the host too, and counts.
    await assert.rejects(LogConnection.open(`postgres://portolan@127.0.0.1:${port}/portolan?host=2130706433`));
    await assert.rejects(LogConnection.open(`postgres:///portolan?host=2130706433&port=${port}&user=x`));
    assert.deepEqual(first.slice(3), [SSL_REQUEST, SSL_REQUEST]);
  });

  test('that is refused has the reason, and no error contains the password', async (t) => {
    const DATABASE = join(temporaryFolder(t), 'portolan.db');
    for (const [SHARED, sentence] of [
      [
        'postgres://portolan:secret-word@127.0.0.1:1/portolan',
        'The shared register cannot be used: PostgreSQL refuses connections',
      ],
      [
        'mysql://portolan:secret-word@127.0.0.1:1/portolan',
        'Setting SHARED: expected an address such as postgres://user@host:5432/database',
      ],
      [
        'postgres://portolan:secret-word@127.0.0.1:1/portolan?sslrootcert=/none/ca.pem',
        'Setting SHARED: cannot read "/none/ca.pem": ENOENT',
      ],
      ...['query_timeout=0', 'sslnegotiation=direct', 'options=-c%20lock_timeout%3D0', 'port=1&port=2'].map(
        (parameter) =>
          [
            `postgres://portolan:secret-word@127.0.0.1:1/portolan?${parameter}`,
            'Setting SHARED: expected after "?" only these parameters, each at most once: host, port, user, password, sslmode, sslrootcert, sslcert, sslkey',
          ] as const,
      ),
      ...['prefer', 'odd', '', 'toString'].map(
        (mode) =>
          [
            `postgres://portolan:secret-word@127.0.0.1:1/portolan?sslmode=${mode}`,
            'Setting SHARED: expected sslmode as one of disable, no-verify, require, verify-ca, verify-full',
          ] as const,
      ),
      ...['no-verify', 'require', 'verify-ca', 'verify-full'].map(
        (mode) =>
          [
            `postgres://portolan:secret-word@127.0.0.1:1/portolan?sslmode=${mode}`,
            'The shared register cannot be used: PostgreSQL refuses connections',
          ] as const,
      ),
      ['', 'Setting SHARED: expected an address such as postgres://user@host:5432/database'],
    ] as const) {
      const { code, stderr } = await runPortolan(['shared', 'init'], { environment: { DATABASE, SHARED } });
      assert.deepEqual([code, stderr], [1, `portolan: ${sentence}\n`]);
    }
  });

  test('that gets no answer fails after 2 s', async (t) => {
    const server = createServer((socket) => socket.on('error', () => {}));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    await assert.rejects(LogConnection.open(`postgres://portolan@127.0.0.1:${port}/portolan`), {
      message: 'The shared register cannot be used: PostgreSQL does not answer',
    });
  });
});

test('a server is not started with another address', async (t) => {
  const environment = { DATABASE: await seededDatabase(t), PORT: '0', SHARED: 'http://user:secret-word@host/' };
  const { code, stdout, stderr } = await runPortolan(['serve'], { environment });
  assert.equal(code, 1);
  const sentence = 'Setting SHARED: expected an address such as postgres://user@host:5432/database';
  assert.ok((stdout + stderr).includes(sentence), stdout + stderr);
  assert.doesNotMatch(stdout + stderr, /secret-word/);
});

test('an address is not repeated when it is refused', () => {
  for (const url of ['', 'secret-word', 'http://user:secret-word@host/', 'postgres//secret-word']) {
    assert.throws(() => parseUrl(url), {
      code: 'invalid_argument',
      message: 'Setting SHARED: expected an address such as postgres://user@host:5432/database',
    });
  }
  assert.equal(parseUrl('postgresql://user@host/db').hostname, 'host');
});

test('errors of PostgreSQL have a reason without SQL', () => {
  for (const [code, message, reason] of [
    ['28P01', 'password authentication failed for user "x"', 'PostgreSQL refuses the user or the password'],
    ['42P01', 'relation "portolan_head" does not exist', 'its database has no register: run portolan shared init'],
    ['23505', 'duplicate key value', 'its database has a register already'],
    ['42501', 'permission denied for table portolan_head', 'its role lacks a right'],
    ['53100', 'could not extend file', 'the disk of PostgreSQL is full'],
    ['25006', 'cannot execute UPDATE in a read-only transaction', 'PostgreSQL is read-only, as a standby is'],
    ['55P03', 'canceling statement due to lock timeout', 'a lock or a statement took more than 5 s'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate', 'its certificate cannot be verified'],
    ['XX000', 'SELECT secret', 'PostgreSQL reports the error XX000'],
    ['', 'Query read timeout', 'PostgreSQL does not answer'],
    ['', 'SELECT secret', 'PostgreSQL reports the error unknown'],
  ] as const) {
    const error = fromPostgresError(Object.assign(new Error(message), code === '' ? {} : { code }));
    assert.deepEqual([error.code, error.message], ['unavailable', `The shared register cannot be used: ${reason}`]);
  }
});

test('the state of updates is refused unless an update could have stored it', () => {
  const good = {
    triedAt: '2026-11-24T00:00:00.000Z',
    result: 'failed',
    failure: 'unavailable',
    succeededAt: null,
    staleAt: '2026-12-08T00:00:00.000Z',
  };
  assert.deepEqual(parseAttempt(JSON.stringify(good)), good);
  for (const change of [
    { result: 'odd' },
    { failure: null },
    { triedAt: 'now' },
    { staleAt: 5 },
    { succeededAt: 'x' },
  ]) {
    assert.throws(() => parseAttempt(JSON.stringify({ ...good, ...change })), { code: 'unavailable' });
  }
  assert.throws(() => parseAttempt('{'), { code: 'unavailable' });
});
