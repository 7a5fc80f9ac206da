import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Drift } from '../../src/registry/observed/drift.ts';
import { request } from '../support/contract.ts';
import { putSnapshot, socketLine } from '../support/observed.ts';
import { createTestApp, useProduct } from '../support/registry.ts';

const product = useProduct();

async function put(host: string, text: string, environment: string): Promise<string> {
  return (await putSnapshot(product, `${host}?environment=${environment}`, text)).at;
}

async function declare(entry: object): Promise<string> {
  const { status, body } = await request(product.app)
    .post('/associations')
    .set('Authorization', product.bearer('write'))
    .send(entry);
  assert.equal(status, 201, JSON.stringify(body));
  return body.id;
}

function get(query = '', app = product.app) {
  return request(app).get(`/drift${query}`).set('Authorization', product.bearer('read'));
}

function name({ kind, host, port, protocol, entry }: Drift): string {
  return [kind, host ?? '-', `${port}/${protocol ?? '*'}`, entry?.name ?? '-'].join(' ');
}

async function names(query: string): Promise<string[]> {
  const { status, body } = await get(query);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.count, body.results.length);
  return body.results.map(name);
}

const ids = { nginx: '', postgres: '', vault: '' };
const times = { web: '', db: '' };

const OTHER = ['seen_under_another_owner web-1 5432/tcp orders-db', 'seen_under_another_owner web-1 21005/tcp -'];
const UNDECLARED = ['seen_not_declared db-1 53/udp -', 'seen_not_declared web-1 6379/tcp -'];
const MISSING = ['declared_not_seen - 8200/tcp vault'];
const DECLARED = ['declared_and_seen web-1 443/tcp shop', 'declared_and_seen db-1 5432/tcp orders-db'];

describe('GET /drift', () => {
  before(async () => {
    const common = { environment: 'production' };
    ids.nginx = await declare({ ...common, name: 'shop', firstPort: 443, owner: 'web' });
    ids.postgres = await declare({ ...common, name: 'orders-db', firstPort: 5432, owner: 'orders', hosts: ['db-1'] });
    ids.vault = await declare({ ...common, name: 'vault', firstPort: 8200, lastPort: 8201, owner: 'security' });
    await declare({ ...common, name: 'later', firstPort: 9000, status: 'planned' });
    await declare({ name: 'elsewhere', firstPort: 9999, environment: 'staging' });
    const pool = {
      name: 'payments',
      ranges: [{ firstPort: 21000, lastPort: 21099 }],
      protocols: ['tcp'],
      owner: 'pay',
    };
    const created = await request(product.app).post('/pools').set('Authorization', product.bearer('admin')).send(pool);
    assert.equal(created.status, 201, JSON.stringify(created.body));
    times.web = await put(
      'web-1',
      [
        socketLine('tcp', '0.0.0.0:443', 'nginx') + socketLine('tcp', '[::]:443', 'nginx'),
        socketLine('tcp', '127.0.0.1:6379', 'redis-server') + socketLine('tcp', '10.0.0.1:6379', 'redis-server'),
        socketLine('tcp', '0.0.0.0:5432', 'postgres') + socketLine('tcp', '0.0.0.0:21005', ''),
      ].join(''),
      'production',
    );
    times.db = await put(
      'db-1',
      socketLine('tcp', '0.0.0.0:5432', 'postgres') + socketLine('udp', '0.0.0.0:53', 'named'),
      'production',
    );
  });

  test('compares own entries with what hosts have reported', async () => {
    const { status, headers, body } = await get('?days=0');
    assert.equal(status, 200);
    assert.equal(headers['cache-control'], 'private, no-cache');
    assert.equal(headers.vary, 'Accept-Encoding, Accept, Authorization');
    const { web, db } = times;
    const common = {
      environment: 'production',
      entry: null,
      pool: null,
      missingHosts: [],
      officialNames: [],
      knownNames: [],
      proposedName: null,
    };
    const onWeb = { ...common, host: 'web-1', firstSeen: web, lastSeen: web, since: web };
    const onDb = { ...common, host: 'db-1', firstSeen: db, lastSeen: db, since: db };
    const entry = { environment: 'production', protocols: ['tcp'] };
    const orders = { ...entry, id: ids.postgres, name: 'orders-db', owner: 'orders', firstPort: 5432, lastPort: 5432 };
    const postgres = ['alloydb', 'aurora postgres', 'Aurora PostgreSQL', 'citus', 'cloud sql postgres'];
    const redis = ['KeyDB, Dragonfly and Valkey', 'Ray head node (GCS)', 'dragonfly', 'elasticache', 'keydb'];
    const { since } = body.results[4];
    assert.ok(since > times.web.slice(0, 10) && since <= times.db);
    assert.deepEqual(
      { ...body, results: body.results.map(withoutNames) },
      {
        count: 7,
        next: null,
        previous: null,
        results: [
          {
            ...onWeb,
            kind: 'seen_under_another_owner',
            detail:
              'web-1 listens on 5432/tcp (postgres), a port that the own entry orders-db of orders declares for db-1.',
            ...{ protocol: 'tcp', port: 5432, lastPort: 5432, processes: ['postgres'], scopes: ['any'], entry: orders },
          },
          {
            ...onWeb,
            kind: 'seen_under_another_owner',
            detail: 'web-1 listens on 21005/tcp, a port of the pool payments. No own entry declares it.',
            ...{ protocol: 'tcp', port: 21005, lastPort: 21005, processes: [], scopes: ['any'], pool: 'payments' },
          },
          {
            ...onDb,
            kind: 'seen_not_declared',
            detail: 'db-1 listens on 53/udp (named). No own entry declares it.',
            proposedName: 'named',
            ...{ protocol: 'udp', port: 53, lastPort: 53, processes: ['named'], scopes: ['any'] },
          },
          {
            ...onWeb,
            kind: 'seen_not_declared',
            detail: 'web-1 listens on 6379/tcp (redis-server). No own entry declares it.',
            proposedName: 'redis-server',
            ...{
              protocol: 'tcp',
              port: 6379,
              lastPort: 6379,
              processes: ['redis-server'],
              scopes: ['address', 'loopback'],
            },
          },
          {
            ...common,
            kind: 'declared_not_seen',
            detail:
              'No host of production listens on 8200-8201/tcp, which the own entry vault of security declares. It was never seen there.',
            ...{ host: null, protocol: 'tcp', port: 8200, lastPort: 8201, processes: [], scopes: [] },
            entry: { ...entry, id: ids.vault, name: 'vault', owner: 'security', firstPort: 8200, lastPort: 8201 },
            ...{ firstSeen: null, lastSeen: null, since },
          },
          {
            ...onWeb,
            kind: 'declared_and_seen',
            detail: 'web-1 listens on 443/tcp (nginx), as the own entry shop of web declares.',
            ...{ protocol: 'tcp', port: 443, lastPort: 443, processes: ['nginx'], scopes: ['any'] },
            entry: { ...entry, id: ids.nginx, name: 'shop', owner: 'web', firstPort: 443, lastPort: 443 },
          },
          {
            ...onDb,
            kind: 'declared_and_seen',
            detail: 'db-1 listens on 5432/tcp (postgres), as the own entry orders-db of orders declares.',
            ...{ protocol: 'tcp', port: 5432, lastPort: 5432, processes: ['postgres'], scopes: ['any'], entry: orders },
          },
        ],
      },
    );
    assert.deepEqual(body.results.map(namesOf).slice(0, 4), [
      { officialNames: ['postgresql'], knownNames: postgres },
      { officialNames: [], knownNames: [] },
      { officialNames: ['domain'], knownNames: ['AXFR', 'bind', 'Bind9', 'cluster dns', 'core dns'] },
      { officialNames: ['redis'], knownNames: redis },
    ]);
  });

  test('has filters, alone and together', async () => {
    const all = [...OTHER, ...UNDECLARED, ...MISSING, ...DECLARED];
    const cases: readonly [string, string[]][] = [
      ['?days=0', all],
      // Since less than a day.
      ['', all.filter((one) => !MISSING.includes(one))],
      ['?days=90', all.filter((one) => !MISSING.includes(one))],
      ['?kind=seen_under_another_owner', OTHER],
      ['?kind=SEEN_NOT_DECLARED', UNDECLARED],
      ['?kind=declared_not_seen&days=0', MISSING],
      ['?kind=declared_not_seen', []],
      ['?kind=declared_and_seen', DECLARED],
      ['?host=DB-1&days=0', all.filter((one) => one.includes(' db-1 '))],
      ['?host=web-1&kind=seen_not_declared', UNDECLARED.slice(1)],
      ['?host=none', []],
      ['?environment=Production&days=0', all],
      ['?environment=staging&days=0', []],
    ];
    for (const [query, expected] of cases) assert.deepEqual(await names(query), expected, query);
  });

  test('has pages with links that keep the filters', async () => {
    const { body } = await get('?days=0&limit=2&offset=2');
    const link = (offset: number) => `/drift?days=0&limit=2&offset=${offset}`;
    assert.deepEqual(
      { ...body, results: body.results.map(name) },
      { count: 7, next: link(4), previous: link(0), results: UNDECLARED },
    );
  });

  test('is also text and CSV', async () => {
    const text = await get('?days=0&format=text&host=web-1');
    assert.equal(text.headers['content-type'], 'text/plain; charset=utf-8');
    assert.equal(
      text.text,
      `seen_under_another_owner: web-1 listens on 5432/tcp (postgres), a port that the own entry orders-db of orders declares for db-1.
seen_under_another_owner: web-1 listens on 21005/tcp, a port of the pool payments. No own entry declares it.
seen_not_declared: web-1 listens on 6379/tcp (redis-server). No own entry declares it. IANA: redis. Known as: KeyDB, Dragonfly and Valkey, Ray head node (GCS), dragonfly.
declared_and_seen: web-1 listens on 443/tcp (nginx), as the own entry shop of web declares.
`,
    );
    const csv = await get('?format=csv&kind=seen_not_declared&host=web-1');
    const { web } = times;
    assert.equal(csv.headers['content-type'], 'text/csv; charset=utf-8');
    assert.equal(
      csv.text,
      `kind,host,environment,protocol,port,lastPort,processes,scopes,entryId,entryName,entryOwner,entryEnvironment,pool,missingHosts,officialNames,knownNames,firstSeen,lastSeen,since,detail
seen_not_declared,web-1,production,tcp,6379,6379,redis-server,address loopback,,,,,,,redis,"KeyDB, Dragonfly and Valkey, Ray head node (GCS), dragonfly, elasticache, keydb",${web},${web},${web},web-1 listens on 6379/tcp (redis-server). No own entry declares it.
`,
    );
    assert.equal((await get('?format=text&host=none')).text, '\n');
  });

  test('is a feed of what needs attention, the newest first', async () => {
    for (const [query, accept] of [
      ['&format=atom', '*/*'],
      ['', 'application/atom+xml'],
    ] as const) {
      const { status, headers, text } = await get(`?days=0${query}`).set('Accept', accept);
      assert.deepEqual([status, headers['content-type']], [200, 'application/atom+xml; charset=utf-8']);
      const titles = [...text.matchAll(/<title>(.*?)<\/title>/g)].map(([, title]) => title);
      assert.deepEqual(titles, [
        'Declared and observed use',
        'db-1 53/udp named: seen, not declared',
        'web-1 5432/tcp orders-db: seen under another owner&#39;s port',
        'web-1 21005/tcp: seen under another owner&#39;s port',
        'web-1 6379/tcp redis-server: seen, not declared',
        '8200-8201/tcp vault: declared, not seen',
      ]);
      assert.ok(text.includes(`<updated>${times.db}</updated>`));
      assert.ok(text.includes('<category term="declared_not_seen"/>'));
    }
    const again = [await get('?days=0&format=atom'), await get('?days=0&format=atom')].map(({ text }) => text);
    assert.equal(again[0], again[1]);
  });

  test('refuses invalid parameters', async () => {
    const kinds = 'seen_under_another_owner, seen_not_declared, declared_not_seen or declared_and_seen';
    const cases: readonly [string, string, string][] = [
      ['kind=seen', 'kind', `Cannot parse kind "seen": expected ${kinds}`],
      ['days=-1', 'days', 'Cannot parse days "-1": expected an integer from 0 to 90'],
      ['days=91', 'days', 'Cannot parse days "91": expected an integer from 0 to 90'],
      ['limit=0', 'limit', 'Cannot parse limit "0": expected an integer from 1 to 1000'],
      [
        'host=a_b',
        'host',
        'Cannot parse host "a_b": expected labels of letters, digits and hyphens, separated by dots, such as web-1.example.org',
      ],
      ['hots=web-1', 'hots', 'Unknown query parameter "hots": did you mean host?'],
    ];
    for (const [query, parameter, detail] of cases) {
      const { status, body } = await get(`?${query}`);
      assert.deepEqual([status, body.detail, body.errors?.[0].parameter], [400, detail, parameter], query);
    }
  });

  test('needs a token with read or more, even where reading is open', async () => {
    const without = await request(product.app).get('/drift');
    assert.deepEqual(
      [without.status, without.body.detail],
      [401, 'A token is needed: expected the header field Authorization: Bearer TOKEN'],
    );
    const strict = await createTestApp(product.registry, { REQUIRE_TOKEN: 'read' }, undefined, product.own);
    for (const app of [product.app, strict]) {
      for (const scope of ['read', 'write', 'admin'] as const) {
        const { status, headers } = await request(app).get('/drift').set('Authorization', product.bearer(scope));
        assert.deepEqual([status, headers['cache-control']], [200, 'private, no-cache'], scope);
      }
      const observer = await request(app).get('/drift').set('Authorization', product.bearer('observe'));
      assert.deepEqual(
        [observer.status, observer.body.detail],
        [403, 'The token "observe" has the scope observe: expected read'],
      );
    }
  });
});

function namesOf({ officialNames, knownNames }: Drift) {
  return { officialNames, knownNames };
}

function withoutNames(drift: Drift): Drift {
  return { ...drift, officialNames: [], knownNames: [] };
}
