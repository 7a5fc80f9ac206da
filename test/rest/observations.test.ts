import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import supertest from 'supertest';
import { openForReading, openForWriting } from '../../src/sqlite/file/database.ts';
import { request } from '../support/contract.ts';
import { sendSnapshot } from '../support/observed.ts';
import { createTestApp, useProduct } from '../support/registry.ts';
import { bearer } from '../support/tokens.ts';

const product = useProduct();

/** Sends a snapshot. */
function put(text: string, { host = 'web-1', query = '', app = product.app } = {}) {
  return sendSnapshot(product, `${host}${query}`, text, app);
}

/** Sends a snapshot that is accepted, and returns the number of its sockets, of the new ones and of those that have gone. */
async function counts(text: string, options: Parameters<typeof put>[1] = {}): Promise<number[]> {
  const { status, body } = await put(text, options);
  assert.equal(status, 200, JSON.stringify(body));
  return [body.sockets, body.appeared, body.gone];
}

/** Returns the stored sockets: scope, protocol, port, process and whether it has gone. */
function stored(host = 'web-1'): string[] {
  const db = openForReading(product.database);
  const sql = `SELECT concat_ws(' ', address_scope, protocol, port, coalesce(process, '?'), iif(gone_at IS NULL, 'seen', 'gone'))
    FROM observed_socket WHERE host = ? ORDER BY 1`;
  const rows = db.prepare<[string], string>(sql).pluck().all(host);
  db.close();
  return rows;
}

function executeSql(sql: string): void {
  const db = openForWriting(product.database);
  db.exec(sql);
  db.close();
}

afterEach(() => executeSql('DELETE FROM observed_socket; DELETE FROM observed_snapshot'));

const SSHD = 'tcp   LISTEN 0      128           0.0.0.0:22        0.0.0.0:*    users:(("sshd",pid=701,fd=3))\n';
const SSHD_6 = 'tcp   LISTEN 0      128              [::]:22           [::]:*    users:(("sshd",pid=701,fd=4))\n';
const NGINX =
  'tcp   LISTEN 0      511           0.0.0.0:443       0.0.0.0:*    users:(("nginx",pid=9,fd=6),("nginx",pid=8,fd=6))\n';
const CHRONY = 'udp   UNCONN 0      0           127.0.0.1:323       0.0.0.0:*    users:(("chronyd",pid=612,fd=5))\n';

describe('PUT /observations/{host}', () => {
  test('stores the listening sockets of a host, and counts what appears and goes', async () => {
    const before = Date.now();
    const { status, headers, body } = await put(SSHD + SSHD_6 + NGINX + CHRONY, {
      host: 'Web-1.example.org',
      query: '?environment=production',
    });
    const { at, ...rest } = body;
    assert.equal(status, 200);
    assert.equal(headers['cache-control'], 'no-store');
    assert.ok(Date.parse(at) >= before && Date.parse(at) <= Date.now());
    assert.deepEqual(rest, {
      host: 'web-1.example.org',
      source: 'sockets',
      environment: 'production',
      sockets: 3,
      appeared: 3,
      gone: 0,
    });
    const host = 'web-1.example.org';
    assert.deepEqual(stored(host), ['any tcp 22 sshd seen', 'any tcp 443 nginx seen', 'loopback udp 323 chronyd seen']);
    assert.deepEqual(await counts(SSHD, { host }), [1, 0, 2]);
    assert.deepEqual(stored(host), ['any tcp 22 sshd seen', 'any tcp 443 nginx gone', 'loopback udp 323 chronyd gone']);
    assert.deepEqual(await counts(SSHD + NGINX, { host }), [2, 1, 0]);
    // Another host is another one.
    assert.deepEqual(await counts(NGINX, { host: 'web-2' }), [1, 1, 0]);
    assert.deepEqual(stored(host).slice(0, 2), ['any tcp 22 sshd seen', 'any tcp 443 nginx seen']);
  });

  test('keeps the first time, and ends a socket between two snapshots', async () => {
    const times = async (text: string) => (await put(text, { query: '?empty=true' })).body.at as string;
    const socket = () => {
      const db = openForReading(product.database);
      const row = db.prepare('SELECT first_seen, last_seen, gone_at FROM observed_socket').get();
      db.close();
      return row;
    };
    const first = await times(SSHD);
    const second = await times(SSHD);
    assert.deepEqual(socket(), { first_seen: first, last_seen: null, gone_at: null });
    const third = await times('');
    assert.deepEqual(socket(), { first_seen: first, last_seen: second, gone_at: third });
    await times('');
    assert.deepEqual(socket(), { first_seen: first, last_seen: second, gone_at: third });
    await times(SSHD);
    assert.deepEqual(socket(), { first_seen: first, last_seen: null, gone_at: null });
  });

  test('does not count a restart, another process id, another order and a snapshot without root as changes', async () => {
    assert.deepEqual(await counts(SSHD + NGINX), [2, 2, 0]);
    assert.deepEqual(await counts(NGINX.replaceAll(/pid=\d+/g, 'pid=77') + SSHD), [2, 0, 0]);
    const withoutRoot = (SSHD + NGINX).replaceAll(/ users:.*/g, '');
    assert.deepEqual(await counts(withoutRoot), [2, 0, 0]);
    assert.deepEqual(await counts(SSHD + NGINX), [2, 0, 0]);
    assert.deepEqual(stored(), ['any tcp 22 sshd seen', 'any tcp 443 nginx seen']);
    // A host whose first snapshots are without root.
    assert.deepEqual(await counts(withoutRoot, { host: 'web-2' }), [2, 2, 0]);
    assert.deepEqual(await counts(SSHD + NGINX, { host: 'web-2' }), [2, 0, 0]);
    assert.deepEqual(stored('web-2'), ['any tcp 22 sshd seen', 'any tcp 443 nginx seen']);
  });

  test('leaves out UDP sockets on ephemeral ports, unless they are asked for', async () => {
    const client = 'udp UNCONN 0 0 0.0.0.0:PORT 0.0.0.0:* users:(("dig",pid=1,fd=5))\n';
    const at = (port: number) => client.replace('PORT', String(port));
    const text = at(32767) + at(32768) + at(60999) + at(61000) + at(40000).replace('udp UNCONN', 'tcp LISTEN');
    assert.deepEqual(await counts(text), [3, 3, 0]);
    assert.deepEqual(stored(), ['any tcp 40000 dig seen', 'any udp 32767 dig seen', 'any udp 61000 dig seen']);
    assert.deepEqual(await counts(text, { query: '?ephemeralPorts=60999-65535' }), [3, 1, 1]);
    assert.deepEqual(await counts(text, { query: '?ephemeralUdp=true' }), [5, 2, 0]);
  });

  test('reads netstat, lsof and sockstat, without the sockets that do not listen', async () => {
    const samples = [
      `Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name
tcp        0      0 127.0.0.1:5432          0.0.0.0:*               LISTEN      88/postgres
tcp        0      0 10.0.0.1:22             10.0.0.2:50022          ESTABLISHED 99/sshd: root
udp        0      0 0.0.0.0:68              0.0.0.0:*                           70/dhclient
Active UNIX domain sockets (servers and established)
Proto RefCnt Flags       Type       State         I-Node   PID/Program name     Path
unix  2      [ ACC ]     STREAM     LISTENING     12345    1/systemd            /run/systemd/private
`,
      `COMMAND   PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME
postgres   88 pg      5u  IPv4  12345      0t0  TCP 127.0.0.1:5432 (LISTEN)
dhclient   70 root    6u  IPv4  12346      0t0  UDP *:68
`,
      `USER     COMMAND    PID   FD PROTO  LOCAL ADDRESS         FOREIGN ADDRESS
pg       postgres   88    5  tcp4   127.0.0.1:5432        *:*
root     dhclient   70    6  udp4   *:68                  *:*
`,
    ];
    for (const [index, text] of samples.entries()) {
      const host = `host-${index}`;
      assert.deepEqual(await counts(text.replaceAll('\n', index === 0 ? '\n' : '\r\n'), { host }), [2, 2, 0]);
      assert.deepEqual(stored(host), ['any udp 68 dhclient seen', 'loopback tcp 5432 postgres seen']);
    }
  });

  test('refuses a snapshot as a whole, with its line, and changes nothing', async () => {
    assert.deepEqual(await counts(SSHD), [1, 1, 0]);
    const [bare] = NGINX.split(' users');
    const faults: readonly [string, string, string][] = [
      [NGINX + SSHD.trimEnd(), 'line 2', 'expected a line break at its end; the snapshot seems to be cut off'],
      [`${NGINX}${SSHD.slice(0, 90)}\n`, 'line 2', 'expected a line of ss, netstat, lsof or sockstat'],
      [`${NGINX}\nno such command\n`, 'line 3', 'expected a line of ss, netstat, lsof or sockstat'],
      ['22/tcp open ssh\n', 'line 1', 'expected a line of ss, netstat, lsof or sockstat'],
      [SSHD.replace(':22 ', ':ssh '), 'line 1', 'expected a port number; use the option -n'],
      ['0 128 0.0.0.0:22 0.0.0.0:*\n', 'line 1', 'expected its protocol; use ss -H -tulnp'],
    ];
    assert.ok(bare !== undefined);
    for (const [text, parameter, expected] of faults) {
      const { status, body } = await put(text);
      const [fault] = body.errors ?? [];
      assert.deepEqual([status, fault?.parameter], [400, parameter], text);
      assert.ok(fault.detail.startsWith(`Cannot read ${parameter} of the snapshot, "`), fault.detail);
      assert.ok(fault.detail.endsWith(`: ${expected}`), fault.detail);
    }
    assert.deepEqual(stored(), ['any tcp 22 sshd seen']);
  });

  test('refuses an empty body, unless the host may have no socket', async () => {
    assert.deepEqual(await counts(SSHD), [1, 1, 0]);
    for (const text of ['', '\n', ' \n\n']) {
      const { status, body } = await put(text);
      assert.equal(status, 400);
      assert.equal(
        body.detail,
        'Cannot store an empty snapshot: expected the sockets of the host, or empty=true for a host without any',
      );
    }
    assert.deepEqual(await counts('', { query: '?empty=true' }), [0, 0, 1]);
  });

  test('refuses a snapshot without a listening socket, unless the host may have none', async () => {
    assert.deepEqual(await counts(SSHD), [1, 1, 0]);
    const header = 'Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n';
    const connection = 'tcp ESTAB 0 0 192.0.2.1:22 192.0.2.2:50022\n';
    for (const text of [header, connection, header + connection]) {
      const { status, body } = await put(text);
      assert.equal(status, 400);
      assert.deepEqual(body.errors, [
        {
          parameter: 'empty',
          detail:
            'Cannot store a snapshot without a listening socket: expected the sockets of the host, or empty=true for a host without any',
        },
      ]);
    }
    assert.deepEqual(stored(), ['any tcp 22 sshd seen']);
    assert.deepEqual(await counts(header, { query: '?empty=true' }), [0, 0, 1]);
    // Only a client, which is left out.
    assert.deepEqual(await counts('udp UNCONN 0 0 0.0.0.0:40000 0.0.0.0:*\n'), [0, 0, 0]);
  });

  test('reads the titles and headers of netstat in any language', async () => {
    const windows = `\nAktive Verbindungen\n
  Proto  Lokale Adresse         Remoteadresse          Status
  TCP    0.0.0.0:135            0.0.0.0:0              ABHÖREN
  TCP    192.0.2.1:50022        192.0.2.2:443          HERGESTELLT
  UDP    0.0.0.0:123            *:*\n`;
    assert.deepEqual(await counts(windows.replaceAll('\n', '\r\n')), [2, 2, 0]);
    assert.deepEqual(stored(), ['any tcp 135 ? seen', 'any udp 123 ? seen']);
    const linux = `Connexions Internet actives (seulement serveurs)
Proto Recv-Q Send-Q Adresse locale          Adresse distante        Etat        PID/Program name
tcp        0      0 0.0.0.0:135             0.0.0.0:*               LISTEN      1/x\n`;
    assert.deepEqual(await counts(linux), [1, 0, 1]);
    // A title after the first socket, and one without any socket.
    for (const [text, line] of [
      [`${SSHD}Aktive Verbindungen\n`, 2],
      ['\nAktive Verbindungen\n', 2],
    ] as const) {
      const { status, body } = await put(text, { query: '?empty=true' });
      const expected = 'expected a line of ss, netstat, lsof or sockstat';
      assert.equal(status, 400);
      assert.equal(body.detail, `Cannot read line ${line} of the snapshot, "Aktive Verbindungen": ${expected}`);
    }
  });

  test('refuses invalid hosts and parameters', async () => {
    const label = 'a'.repeat(63);
    assert.equal((await put(SSHD, { host: `${label}.${label}.${label}.${'a'.repeat(61)}` })).status, 200);
    for (const host of [
      '-web',
      'web-',
      'a..b',
      'a_b',
      'w%C3%A9b',
      `${label}a`,
      `${label}.${label}.${label}.${'a'.repeat(62)}`,
      'a%20b',
    ]) {
      const { status, body } = await put(SSHD, { host });
      assert.deepEqual([status, body.errors?.[0].parameter], [400, 'host'], host);
    }
    const environment = 'expected a text of 1 to 100 characters without control or invisible characters';
    const faults: readonly [string, string][] = [
      ['?source=guess', 'Cannot parse source "guess": expected sockets, docker, kubernetes, ansible or nmap'],
      ['?ephemeralPorts=1', 'Cannot parse ephemeralPorts "1": expected a range such as 32768-60999'],
      ['?ephemeralPorts=9-8', 'Cannot parse ephemeralPorts "9-8": expected a range such as 32768-60999'],
      ['?ephemeralPorts=1-65536', 'Cannot parse port number "65536": expected an integer from 0 to 65535'],
      ['?environment=', `Cannot parse environment "": ${environment}`],
      ['?environment=%00', `Cannot parse environment "\\u0000": ${environment}`],
      ['?environment=a%E2%80%AEb', `Cannot parse environment "a\u202eb": ${environment}`],
      ['?empty=1', 'Cannot parse empty "1": expected true or false'],
    ];
    for (const [query, detail] of faults) {
      const { status, body } = await put(SSHD, { query });
      assert.deepEqual([status, body.detail], [400, detail]);
    }
  });

  test('needs the scope observe, which permits nothing else', async () => {
    const send = (authorization: string) =>
      request(product.app)
        .put('/observations/web-1')
        .set('Content-Type', 'text/plain')
        .set('Authorization', authorization)
        .send(SSHD);
    for (const scope of ['read', 'write'] as const) {
      const { status, headers, body } = await send(product.bearer(scope));
      assert.equal(status, 403);
      assert.equal(headers['www-authenticate'], 'Bearer realm="portolan", error="insufficient_scope", scope="observe"');
      assert.equal(body.detail, `The token "${scope}" has the scope ${scope}: expected observe`);
    }
    assert.equal((await send(product.bearer('admin'))).status, 200);
    const observer = product.bearer('observe');
    for (const path of ['/audit', '/observations', '/chart.bin?observed=true']) {
      assert.equal((await request(product.app).get(path).set('Authorization', observer)).status, 403);
    }
    const entry = { name: 'x', firstPort: 8443 };
    assert.equal(
      (await request(product.app).post('/associations').set('Authorization', observer).send(entry)).status,
      403,
    );
    // Where reading requires a token, it reads only what itself may do, and still sends snapshots.
    const app = await createTestApp(product.registry, { REQUIRE_TOKEN: 'read' }, undefined, product.own);
    assert.equal((await supertest(app).get('/ports/22').set('Authorization', observer)).status, 403);
    const bound = bearer(product.source, 'observe', { name: 'two', hosts: ['web-1', 'web-2.example.org'] });
    for (const server of [app, product.app]) {
      assert.deepEqual((await request(server).get('/token').set('Authorization', bound)).body, {
        ...{ name: 'two', scope: 'observe', owners: [], pools: [] },
        ...{ hosts: ['web-1', 'web-2.example.org'], expiresAt: null },
      });
    }
    assert.equal((await supertest(app).get('/token')).status, 401);
    assert.deepEqual(await counts(SSHD, { app, host: 'web-9' }), [1, 1, 0]);
  });

  test('accepts only the hosts to which a token is bound', async () => {
    const Authorization = bearer(product.source, 'observe', { name: 'bound', hosts: ['web-1', 'db-1.example.org'] });
    const one = bearer(product.source, 'observe', { name: 'one', hosts: ['web-1'] });
    const send = (host: string, token = Authorization) =>
      request(product.app)
        .put(`/observations/${host}`)
        .set({ Authorization: token, 'Content-Type': 'text/plain' })
        .send(SSHD);
    for (const host of ['web-1', 'WEB-1', 'db-1.example.org']) assert.equal((await send(host)).status, 200, host);
    for (const host of ['web-2', 'db-1', 'web-1.example.org', 'example.org']) {
      const { status, body } = await send(host);
      const rights = 'the token "bound" may only send snapshots of the hosts "web-1", "db-1.example.org"';
      const detail = `Cannot store a snapshot of the host "${host}": ${rights}`;
      assert.deepEqual([status, body.detail], [403, detail]);
    }
    const { body } = await send('web-2', one);
    assert.equal(
      body.detail,
      'Cannot store a snapshot of the host "web-2": the token "one" may only send snapshots of the host "web-1"',
    );
    assert.equal((await send('a_b', one)).status, 400);
    assert.deepEqual(stored('web-2'), []);
  });

  test('accepts a body without Content-Type, and refuses other types and methods', async () => {
    const send = (type: string) =>
      supertest(product.app)
        .put('/observations/web-1')
        .set({ Authorization: product.bearer('observe'), 'Content-Type': type });
    assert.equal((await send('application/json').send(SSHD)).status, 415);
    const { status: unread, body } = await send('text/plain; charset=koi8-r').send(SSHD);
    const expected = 'expected one of utf-8, utf8, us-ascii, utf-16, utf-16le, utf-16be, windows-1252';
    assert.deepEqual([unread, body.detail], [415, `Cannot read the body with the charset "koi8-r": ${expected}`]);
    const { status, headers } = await request(product.app).get('/observations/web-1');
    assert.deepEqual([status, headers.allow], [405, 'PUT, OPTIONS']);
  });

  test('reads UTF-16, which PowerShell writes, with a byte order mark, without one, and by its charset', async () => {
    const bytes = (text: string, isBigEndian = false) => {
      const little = Buffer.from(text, 'utf16le');
      return isBigEndian ? little.swap16() : little;
    };
    const send = async (body: Buffer, type = 'text/plain') => {
      const { status, body: answer } = await request(product.app)
        .put('/observations/web-1')
        .set({ Authorization: product.bearer('observe'), 'Content-Type': type })
        .send(body);
      return [status, answer.sockets ?? answer.detail];
    };
    for (const isBigEndian of [false, true]) {
      assert.deepEqual(await send(bytes(`\ufeff${SSHD}${NGINX}`, isBigEndian)), [200, 2]);
      assert.deepEqual(await send(bytes(SSHD, isBigEndian)), [200, 1]);
      const type = `text/plain; charset=utf-16${isBigEndian ? 'be' : 'le'}`;
      assert.deepEqual(await send(bytes(NGINX, isBigEndian), type), [200, 1]);
    }
    assert.deepEqual(await send(Buffer.from(`\ufeff${SSHD}`), 'text/plain; charset=utf-16le'), [200, 1]);
    // Another encoding is not stored: no line of it can be read.
    const [status, detail] = await send(Buffer.from(SSHD), 'text/plain; charset=utf-16le');
    assert.equal(status, 400);
    assert.match(detail, /^Cannot read line 1 of the snapshot/);
    assert.deepEqual(stored(), ['any tcp 22 sshd seen', 'any tcp 443 nginx gone']);
  });

  test('holds the configured limits', async () => {
    const settings = { OBSERVED_ROWS: '2', OBSERVED_HOSTS: '2', OBSERVATION_RETENTION: '1' };
    const app = await createTestApp(product.registry, settings, undefined, product.own);
    const large = await put(SSHD + NGINX + CHRONY, { app });
    assert.deepEqual(
      [large.status, large.body.detail],
      [413, 'Cannot store the snapshot: expected at most 2 listening sockets'],
    );
    assert.deepEqual(await counts(SSHD, { app, host: 'web-1' }), [1, 1, 0]);
    assert.deepEqual(await counts(SSHD, { app, host: 'web-2' }), [1, 1, 0]);
    const third = await put(SSHD, { app, host: 'web-3' });
    assert.deepEqual(
      [third.status, third.body.detail],
      [409, 'Cannot store the snapshot of another host: expected at most 2 hosts'],
    );
    // A host without a snapshot for a day is deleted.
    executeSql("UPDATE observed_snapshot SET at = '2020-01-01T00:00:00.000Z' WHERE host = 'web-2'");
    assert.deepEqual(await counts(SSHD, { app, host: 'web-3' }), [1, 1, 0]);
    assert.deepEqual(stored('web-2'), []);
    // At most two sockets that have gone are kept, and none for more than a day.
    for (const port of [1, 2, 3, 4]) await counts(SSHD.replace(':22 ', `:${port} `), { app });
    assert.deepEqual(stored(), ['any tcp 2 sshd gone', 'any tcp 3 sshd gone', 'any tcp 4 sshd seen']);
    executeSql("UPDATE observed_socket SET gone_at = '2020-01-01T00:00:00.000Z' WHERE port = 3");
    await counts(SSHD.replace(':22 ', ':4 '), { app });
    assert.deepEqual(stored(), ['any tcp 2 sshd gone', 'any tcp 4 sshd seen']);
  });

  test('deletes at most one old host for each new one, even if the clock is wrong', async () => {
    for (const host of ['web-1', 'web-2', 'web-3']) await counts(SSHD, { host });
    assert.equal((await put('', { host: 'web-2', query: '?source=docker&empty=true' })).status, 200);
    // The clock is years ahead when the next hosts report: all others look too old.
    executeSql(`UPDATE observed_snapshot SET at = '2020-01-03T00:00:00.000Z';
      UPDATE observed_snapshot SET at = '2020-01-01T00:00:00.000Z' WHERE host = 'web-2';
      UPDATE observed_snapshot SET at = '2020-01-02T00:00:00.000Z' WHERE host = 'web-3'`);
    const left = () => ['web-1', 'web-2', 'web-3'].filter((host) => stored(host).length > 0);
    await counts(SSHD, { host: 'new-1' });
    assert.deepEqual(left(), ['web-1', 'web-3']);
    // A host that reports again keeps the time at which its sockets were first seen.
    assert.deepEqual(await counts(SSHD, { host: 'web-3' }), [1, 0, 0]);
    await counts(SSHD, { host: 'new-1' });
    assert.deepEqual(left(), ['web-1', 'web-3']);
    await counts(SSHD, { host: 'new-2' });
    assert.deepEqual(left(), ['web-3']);
    await counts(SSHD, { host: 'new-3' });
    assert.deepEqual(left(), ['web-3']);
  });

  test('deletes a source that a host no longer has, and keeps its others', async () => {
    await counts(SSHD);
    assert.equal((await put('', { query: '?source=docker&empty=true' })).status, 200);
    executeSql("UPDATE observed_snapshot SET at = '2020-01-01T00:00:00.000Z' WHERE source = 'docker'");
    await counts(SSHD, { host: 'new-1' });
    const db = openForReading(product.database);
    const kept = db.prepare('SELECT host, source FROM observed_snapshot ORDER BY host').raw().all();
    db.close();
    assert.deepEqual(kept, [
      ['new-1', 'sockets'],
      ['web-1', 'sockets'],
    ]);
  });

  test('is not audited, and changes neither the version of the registry nor cached responses', async () => {
    const state = async () => {
      const { headers } = await request(product.app).get('/ports/22');
      return [product.registry.version(), product.registry.auditHead(), headers.etag];
    };
    product.bearer('observe');
    const before = await state();
    assert.deepEqual(await counts(SSHD + NGINX), [2, 2, 0]);
    assert.deepEqual(await state(), before);
  });
});
