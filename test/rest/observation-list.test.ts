import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import supertest from 'supertest';
import { cacheResponses } from '../../src/http/cache/response-cache.ts';
import { HeldMemory } from '../../src/http/work/held-memory.ts';
import { Counts } from '../../src/metrics/request-counts.ts';
import type { Observation } from '../../src/registry/observed/observation.ts';
import { openForReading, openForWriting } from '../../src/sqlite/file/database.ts';
import { observationPage } from '../../src/sqlite/read/observed-reads.ts';
import { request } from '../support/contract.ts';
import { putSnapshot, socketLine } from '../support/observed.ts';
import { createTestApp, useProduct } from '../support/registry.ts';

const product = useProduct();

const SSHD = socketLine('tcp', '0.0.0.0:22', 'sshd');
const DNS = socketLine('udp', '0.0.0.0:53', 'named') + socketLine('tcp', '0.0.0.0:53', 'named');
const POSTGRES = socketLine('tcp', '127.0.0.1:5432', 'postgres');

/** Sends a snapshot, and returns its time. */
async function put(host: string, text: string, environment?: string): Promise<string> {
  const query = environment === undefined ? '' : `?environment=${environment}`;
  return (await putSnapshot(product, `${host}${query}`, text)).at;
}

/** Waits until the clock has gone on: times have milliseconds. */
async function nextMillisecond(): Promise<void> {
  const now = Date.now();
  while (Date.now() === now) await new Promise(setImmediate);
}

function get(query = '', app = product.app) {
  return request(app).get(`/observations${query}`).set('Authorization', product.bearer('read'));
}

function name({ host, port, protocol }: Observation): string {
  return `${host} ${port}/${protocol}`;
}

async function names(query: string): Promise<string[]> {
  const { status, body } = await get(query);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.count, body.results.length);
  return body.results.map(name);
}

/** The times of the snapshots: two of web-1, then one of db-1. */
const times = { first: '', second: '', database: '' };

const ALL = ['db-1 99/tcp', 'db-1 5432/tcp', 'web-1 22/tcp', 'web-1 53/tcp', 'web-1 53/udp', 'web-1 5432/tcp'];

describe('GET /observations', () => {
  before(async () => {
    times.first = await put('web-1', POSTGRES + SSHD + DNS, 'test');
    await nextMillisecond();
    times.second = await put('web-1', SSHD + DNS, 'production');
    await nextMillisecond();
    times.database = await put('db-1', POSTGRES.replace('127.0.0.1', '0.0.0.0') + socketLine('tcp', '10.0.0.1:99', ''));
  });

  test('lists the sockets of all hosts in a stable order', async () => {
    const { status, headers, body } = await get('?state=all');
    const { first, second, database } = times;
    const common = { source: 'sockets', goneAt: null };
    const db = { ...common, host: 'db-1', environment: null, firstSeen: database, lastSeen: database, protocol: 'tcp' };
    const web = { ...common, host: 'web-1', environment: 'production', firstSeen: first, lastSeen: second };
    assert.equal(status, 200);
    assert.equal(headers['cache-control'], 'private, no-cache');
    assert.equal(headers.vary, 'Accept-Encoding, Accept, Authorization');
    assert.deepEqual(body, {
      count: 6,
      next: null,
      previous: null,
      results: [
        { ...db, scope: 'address', port: 99, process: null },
        { ...db, scope: 'any', port: 5432, process: 'postgres' },
        { ...web, scope: 'any', protocol: 'tcp', port: 22, process: 'sshd' },
        { ...web, scope: 'any', protocol: 'tcp', port: 53, process: 'named' },
        { ...web, scope: 'any', protocol: 'udp', port: 53, process: 'named' },
        {
          ...web,
          scope: 'loopback',
          protocol: 'tcp',
          port: 5432,
          process: 'postgres',
          lastSeen: first,
          goneAt: second,
        },
      ],
    });
  });

  test('has pages with links that keep the filters', async () => {
    const pages = [await get('?state=all&protocol=tcp&limit=2'), await get('?state=all&protocol=tcp&limit=2&offset=4')];
    const [one, three] = pages.map(({ body }) => ({ ...body, results: body.results.map(name) }));
    const link = (offset: number) => `/observations?state=all&protocol=tcp&limit=2&offset=${offset}`;
    assert.deepEqual(one, { count: 5, next: link(2), previous: null, results: ALL.slice(0, 2) });
    assert.deepEqual(three, { count: 5, next: null, previous: link(2), results: ALL.slice(5) });
    const { body } = await get('?offset=100');
    assert.deepEqual(body, { count: 5, next: null, previous: '/observations?limit=50&offset=0', results: [] });
  });

  test('has filters, alone and together', async () => {
    const { second, database } = times;
    const after = (time: string) => new Date(Date.parse(time) + 1).toISOString();
    const cases: readonly [string, string[]][] = [
      ['?host=DB-1', ALL.slice(0, 2)],
      ['?host=web', []],
      ['?port=53', ['web-1 53/tcp', 'web-1 53/udp']],
      ['', ALL.slice(0, 5)],
      ['?state=all', ALL],
      ['?port=5432', ['db-1 5432/tcp']],
      ['?port=5432&state=ALL', ['db-1 5432/tcp', 'web-1 5432/tcp']],
      ['?port=0', []],
      ['?port=65535', []],
      ['?protocol=UDP', ['web-1 53/udp']],
      ['?process=named', ['web-1 53/tcp', 'web-1 53/udp']],
      ['?process=Named', []],
      ['?process=', []],
      ['?state=listening', ALL.slice(0, 5)],
      ['?state=gone', ['web-1 5432/tcp']],
      ['?state=all&since=2020-01-01', ALL],
      [`?state=all&since=${times.first}`, ALL],
      [`?state=all&since=${after(times.first)}`, ALL.slice(0, 5)],
      [`?since=${second}`, ALL.slice(0, 5)],
      [`?since=${after(second)}`, ALL.slice(0, 2)],
      [`?since=${after(database)}`, []],
      ['?since=9999-12-31', []],
      [`?host=web-1&port=5432&protocol=tcp&process=postgres&state=gone&since=${times.first}`, ['web-1 5432/tcp']],
      ['?host=web-1&port=5432&state=listening', []],
    ];
    for (const [query, expected] of cases) assert.deepEqual(await names(query), expected, query);
  });

  test('is also text and CSV', async () => {
    const { first, second } = times;
    const text = await get('?format=text&wide=true&port=5432&state=all');
    assert.equal(text.headers['content-type'], 'text/plain; charset=utf-8');
    assert.equal(
      text.text,
      `db-1   5432/tcp  postgres  any       -           listening
web-1  5432/tcp  postgres  loopback  production  gone ${second}
`,
    );
    const lines = (await get('?format=text&state=all')).text.split('\n');
    assert.equal(lines[0], 'db-1   99/tcp    -         address   -           listening');
    assert.ok(lines.every(({ length }) => length <= 80));
    assert.equal((await get('?format=text&host=none')).text, '\n');
    const csv = await get('?format=csv&host=web-1&protocol=tcp&state=all');
    assert.equal(csv.headers['content-type'], 'text/csv; charset=utf-8');
    assert.equal(
      csv.text,
      `host,source,environment,scope,protocol,port,process,firstSeen,lastSeen,goneAt
web-1,sockets,production,any,tcp,22,sshd,${first},${second},
web-1,sockets,production,any,tcp,53,named,${first},${second},
web-1,sockets,production,loopback,tcp,5432,postgres,${first},${first},${second}
`,
    );
    assert.equal((await get('?format=csv&host=none')).text, csv.text.split('\n', 1)[0]?.concat('\n'));
    const expected = 'expected application/json or text/plain or text/csv or text/html';
    for (const format of ['atom', 'tsv']) {
      const { status, body } = await get(`?format=${format}`).set('Accept', 'application/json');
      assert.equal(status, 406, format);
      assert.equal(body.detail, `Cannot answer in the format ${format}: ${expected}`);
    }
  });

  test('refuses invalid parameters', async () => {
    const day = 'expected a day such as 2026-11-24 or a time such as 2026-11-24T08:30:00Z';
    const cases: readonly [string, string, string][] = [
      [
        'host=a_b',
        'host',
        'Cannot parse host "a_b": expected labels of letters, digits and hyphens, separated by dots, such as web-1.example.org',
      ],
      ['port=65536', 'port', 'Cannot parse port number "65536": expected an integer from 0 to 65535'],
      ['protocol=icmp', 'protocol', 'Cannot parse transport protocol "icmp": expected tcp, udp, sctp or dccp'],
      ['state=seen', 'state', 'Cannot parse state "seen": expected listening, gone or all'],
      ['since=2026-02-30', 'since', `Cannot parse since "2026-02-30": ${day}`],
      ['since=yesterday', 'since', `Cannot parse since "yesterday": ${day}`],
      ['limit=1001', 'limit', 'Cannot parse limit "1001": expected an integer from 1 to 1000'],
      ['prot=tcp', 'prot', 'Unknown query parameter "prot": did you mean port?'],
      ['port=1&port=2', 'port', 'Cannot read query parameter "port": expected it once'],
    ];
    for (const [query, parameter, detail] of cases) {
      const { status, body } = await get(`?${query}`);
      assert.deepEqual([status, body.detail, body.errors?.[0].parameter], [400, detail, parameter], query);
    }
  });

  test('needs a token with read or more, even where reading is open', async () => {
    const without = await request(product.app).get('/observations');
    assert.deepEqual(
      [without.status, without.body.detail, without.headers['www-authenticate']],
      [401, 'A token is needed: expected the header field Authorization: Bearer TOKEN', 'Bearer realm="portolan"'],
    );
    const strict = await createTestApp(product.registry, { REQUIRE_TOKEN: 'read' }, undefined, product.own);
    for (const app of [product.app, strict]) {
      const send = (scope: 'read' | 'write' | 'admin' | 'observe') =>
        request(app).get('/observations').set('Authorization', product.bearer(scope));
      for (const scope of ['read', 'write', 'admin'] as const) {
        const { status, body, headers } = await send(scope);
        assert.deepEqual([status, body.count, headers['cache-control']], [200, 5, 'private, no-cache'], scope);
      }
      const observer = await send('observe');
      assert.deepEqual(
        [observer.status, observer.body.detail, observer.headers['www-authenticate']],
        [
          403,
          'The token "observe" has the scope observe: expected read',
          'Bearer realm="portolan", error="insufficient_scope", scope="read"',
        ],
      );
    }
  });

  test('accepts no other method, and a request with its ETag is not answered again', async () => {
    const { status, headers } = await request(product.app).post('/observations').send({});
    assert.deepEqual([status, headers.allow], [405, 'GET, HEAD, OPTIONS']);
    const { etag = '' } = (await get()).headers;
    const again = await get().set('If-None-Match', etag);
    assert.deepEqual([again.status, again.text], [304, '']);
  });

  test('reads pages in the order of an index', () => {
    const db = openForReading(product.database);
    const prepare = db.prepare.bind(db);
    const statements: string[] = [];
    db.prepare = ((sql: string) => {
      statements.push(sql);
      return prepare(sql);
    }) as typeof db.prepare;
    const any = { host: null, port: null, protocol: null, process: null, state: 'all' as const, since: null };
    const plansOf = (filter: object): string[] => {
      observationPage(db, { ...any, ...filter }, { limit: 50, offset: 0 }).next();
      return statements.splice(0).map((sql) => {
        const values = Array(sql.split('?').length - 1).fill(0);
        const plan = prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
        const [first = ''] = plan.map(({ detail }) => detail);
        assert.ok(!plan.some(({ detail }) => detail.includes('TEMP B-TREE')), sql);
        return /observed_socket_\w+ \(.*/.exec(first)?.[0] ?? first;
      });
    };
    const byHost = 'observed_socket_host ((host,port)>(?,?) AND (host,port)<(?,?))';
    const byPort = 'observed_socket_port ((port,host)>(?,?) AND (port,host)<(?,?))';
    const next = (plan: string) => plan.replace(/ AND .*/, ')');
    assert.deepEqual(plansOf({}), [byHost, byHost, next(byHost)]);
    // The names of all hosts first.
    assert.deepEqual(plansOf({ host: 'web-1' }), ['SCAN observed_snapshot', byHost, byHost, next(byHost)]);
    assert.deepEqual(plansOf({ port: 22 }), [byPort, byPort, next(byPort)]);
    assert.deepEqual(plansOf({ since: '2026-11-24T00:00:00.000Z' }).slice(1), [byHost, byHost, next(byHost)]);
    db.close();
  });
});

test('a long list is read in steps, with each row once', () => {
  const db = openForWriting(product.database);
  const rows = db.transaction(() => {
    const host = db.prepare(`INSERT INTO observed_snapshot (host, source, environment, sha256, at, environment_since)
      VALUES (?, 'sockets', NULL, '${'0'.repeat(64)}', '2030-01-01T00:00:00.000Z', '')`);
    const socket =
      db.prepare(`INSERT INTO observed_socket (host, source, address_scope, protocol, port, process, first_seen)
      VALUES (?, 'sockets', 'any', 'tcp', ?, ?, '2030-01-01T00:00:00.000Z')`);
    const expected: string[] = [];
    for (const name of ['many-1', 'many-2', 'many-3']) {
      host.run(name);
      // More processes than a step has rows, on one port.
      for (let row = 0; row < 1_300; row++) {
        const port = row < 1_100 ? 80 : row;
        const process = String(row).padStart(4, '0');
        socket.run(name, port, process);
        expected.push(`${name} ${port} ${process}`);
      }
    }
    return expected;
  })();
  const list = (page: { limit: number; offset: number }, filter: object = {}) => {
    const any = {
      host: null,
      port: null,
      protocol: null,
      process: null,
      state: 'all' as const,
      since: '2029-01-01T00:00:00.000Z',
    };
    const steps = observationPage(db, { ...any, ...filter }, page);
    for (let count = 1; ; count++) {
      const { done, value } = steps.next();
      if (done !== true) continue;
      const results = value.results.map(({ host, port, process }) => `${host} ${port} ${process}`);
      return { steps: count, count: value.count, results };
    }
  };
  const all: string[] = [];
  for (let offset = 0; offset < rows.length; offset += 700) {
    const { steps, count, results } = list({ limit: 700, offset });
    assert.deepEqual([steps > 3, count], [true, rows.length]);
    all.push(...results);
  }
  assert.deepEqual(all, rows);
  const ofPort = list({ limit: 10_000, offset: 0 }, { port: 80 });
  assert.deepEqual(
    ofPort.results,
    rows.filter((row) => row.includes(' 80 ')),
  );
  assert.deepEqual(list({ limit: 1, offset: 0 }, { since: '2031-01-01T00:00:00.000Z' }), {
    steps: 1,
    count: 0,
    results: [],
  });
  assert.equal(list({ limit: 1, offset: 0 }, { host: 'many-2' }).count, 1_300);
  assert.deepEqual(list({ limit: 2, offset: 0 }, { host: 'many-2', port: 1_299 }).results, ['many-2 1299 1299']);
  db.exec("DELETE FROM observed_socket WHERE host LIKE 'many%'; DELETE FROM observed_snapshot WHERE host LIKE 'many%'");
  db.close();
});

// Last: it adds a host.
test('a list is never taken from the response cache', async () => {
  const counts = new Counts();
  const parts = {
    registry: product.registry,
    counts,
    corsOrigins: [],
    userField: '',
    held: new HeldMemory(1024 * 1024),
  };
  const cached = cacheResponses(product.app, parts);
  const ask = async (Authorization?: string) => {
    const { status, body } = await supertest(cached)
      .get('/observations?host=new-1')
      .set(Authorization === undefined ? {} : { Authorization });
    return [status, body.count];
  };
  const reader = product.bearer('read');
  for (let time = 0; time < 4; time++) assert.deepEqual(await ask(reader), [200, 0]);
  await put('new-1', SSHD);
  assert.deepEqual(await ask(reader), [200, 1]);
  assert.deepEqual(await ask(), [401, undefined]);
  assert.equal(counts.cache.hits, 0);
});
