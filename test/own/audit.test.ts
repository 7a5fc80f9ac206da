import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { AuditRow } from '../../src/registry/audit.ts';
import { request } from '../support/contract.ts';
import { executeSql } from '../support/database-content.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

function audit(query = '') {
  return get(`/audit${query}`);
}

function get(path: string) {
  return request(product.app).get(path).set('Authorization', product.bearer('admin'));
}

async function create(name: string, requestId: string): Promise<Record<string, unknown>> {
  const headers = { Authorization: product.bearer('write'), 'X-Request-ID': requestId };
  return (await request(product.app).post('/associations').set(headers).send({ name, firstPort: 7000 })).body;
}

describe('GET /audit', () => {
  test('lists each write with its token and the values before and after, the newest first', async () => {
    const { warnings: _, ...created } = await create('audited', 'first');
    const path = `/associations/${created.id}`;
    const headers = { Authorization: product.bearer('write'), 'If-Match': '*', 'X-Request-ID': 'second' };
    const patched = await request(product.app).patch(path).set(headers).send({ owner: 'x' });
    const { warnings: _none, ...changed } = patched.body;
    await request(product.app)
      .delete(path)
      .set({ ...headers, 'X-Request-ID': 'third' });
    const { status, body } = await audit(`?id=${created.id}`);
    const rows = body.results.map(({ id: _, event: _event, at: _at, hash: _hash, ...row }: AuditRow) => row);
    const keys = { idempotencyKey: null, requestHash: null, reservationKey: null };
    const { tokenId } = body.results[0];
    assert.match(tokenId, /^token-[0-9a-f]{12}$/);
    const common = { token: 'write', tokenId, kind: 'association', key: created.id, ...keys };
    assert.deepEqual(
      [status, rows],
      [
        200,
        [
          { ...common, requestId: 'third', action: 'delete', before: changed, after: null },
          { ...common, requestId: 'second', action: 'update', before: created, after: changed },
          { ...common, requestId: 'first', action: 'create', before: null, after: created },
        ],
      ],
    );
    const ids = body.results.map(({ id }: { id: number }) => id);
    assert.deepEqual(
      ids,
      ids.toSorted((a: number, b: number) => b - a),
    );
  });

  test('lists token changes without the secret tokens', async () => {
    const { body } = await audit('?id=admin');
    const [row] = body.results;
    const { id, createdAt } = row.after;
    const none = { rotatedAt: null, expiresAt: null, revokedAt: null };
    const after = { id, name: 'admin', scope: 'admin', owners: [], pools: [], hosts: [], createdAt, ...none };
    assert.deepEqual([row.token, row.requestId, row.kind, row.after], ['command line', null, 'token', after]);
  });

  test('has filters and pages', async () => {
    for (const name of ['one', 'two', 'three']) await create(name, `filter-${name}`);
    const names = async (query: string) =>
      (await audit(query)).body.results.map(({ after }: { after: { name: string } | null }) => after?.name ?? null);
    assert.deepEqual(await names('?requestId=filter-two'), ['two']);
    assert.deepEqual(await names('?token=write&limit=2'), ['three', 'two']);
    const page = (await audit('?token=write&limit=2&offset=2')).body;
    assert.equal(page.results[0].after.name, 'one');
    assert.match(page.previous, /^\/audit\?token=write&limit=2&offset=0$/);
    assert.deepEqual(await names('?action=delete&token=nobody'), []);
    const { at } = (await audit('?requestId=filter-two')).body.results[0];
    assert.ok((await names(`?since=${at}`)).includes('two'));
    assert.ok(!(await names(`?until=${at}`)).includes('two'));
    assert.deepEqual(await names('?since=2099-01-01'), []);
    assert.deepEqual(await names('?until=2001-01-01T00:00:00%2B02:00'), []);
  });

  test('refuses invalid times and actions', async () => {
    const time = 'expected a day such as 2026-11-24 or a time such as 2026-11-24T08:30:00Z';
    for (const value of ['yesterday', '2026-02-30', '2026-1-1', '2026-11-24T25:00Z', '1']) {
      const { status, body } = await audit(`?since=${value}`);
      assert.deepEqual([status, body.detail], [400, `Cannot parse since "${value}": ${time}`]);
    }
    const { body } = await audit('?action=drop');
    assert.equal(body.detail, 'Cannot parse action "drop": expected create, update or delete');
  });

  test('requires the scope admin, and is not stored by shared caches', async () => {
    assert.equal((await request(product.app).get('/audit')).status, 401);
    const forbidden = await request(product.app).get('/audit').set('Authorization', product.bearer('write'));
    assert.deepEqual(
      [forbidden.status, forbidden.get('WWW-Authenticate')],
      [403, 'Bearer realm="portolan", error="insufficient_scope", scope="admin"'],
    );
    assert.equal((await audit()).get('Cache-Control'), 'private, no-cache');
  });

  test('is available as text and as CSV', async () => {
    await create('shown', 'shown');
    assert.match(
      (await audit('?requestId=shown&format=text')).text,
      /^[\d-]+T[\d:.]+Z {2}write {2}created {2}shown 7000\/tcp {2}own-\w{12}\n$/,
    );
    assert.match(
      (await audit('?requestId=shown&format=csv')).text,
      /write,shown,create,association,own-\w{12},,"\{""id"":""own-/,
    );
  });
});

/** Writes a list of entries, a change and a pool, each with its request id. */
async function writeEvents(): Promise<void> {
  const headers = (requestId: string, scope: 'write' | 'admin' = 'write') => {
    return { Authorization: product.bearer(scope), 'X-Request-ID': requestId, 'If-Match': '*' };
  };
  const entries = Array.from({ length: 12 }, (_, index) => ({ name: `bulk-${index}`, firstPort: 7200 + index }));
  const { body } = await request(product.app).post('/associations').set(headers('bulk')).send(entries);
  const patch = { firstPort: 7300, lastPort: 7301, owner: 'pay', tags: ['a', 'b'], note: 'one\n<two> \u{1f6a2}' };
  await request(product.app).patch(`/associations/${body.results[0].id}`).set(headers('change')).send(patch);
  const pool = { name: 'audited pool', ranges: ['33000-33009'] };
  await request(product.app).post('/pools').set(headers('pool', 'admin')).send(pool);
}

describe('the events of the audit log', () => {
  before(writeEvents);

  test('are listed whole, whatever the page, with their first writes and the number of all', async () => {
    const { body } = await get('/audit/events?limit=1&offset=2');
    const [{ at, writes, ...event }] = body.results;
    const [{ event: first, tokenId, hash }] = (await audit('?requestId=bulk&limit=1')).body.results;
    assert.deepEqual(event, {
      event: first,
      token: 'write',
      tokenId,
      requestId: 'bulk',
      counts: { create: 12, update: 0, delete: 0 },
      hash,
    });
    assert.deepEqual(
      writes.map(({ after }: { after: { name: string } }) => after.name),
      Array.from({ length: 10 }, (_, index) => `bulk-${index}`),
    );
    assert.equal(writes[0].at, at);
    assert.deepEqual(
      [body.head, body.previous],
      [(await audit('?limit=1')).body.head, '/audit/events?limit=1&offset=1'],
    );
    const { results } = (await audit(`?event=${first}`)).body;
    assert.equal(results.length, 12);
    const { body: one } = await get(`/audit/events?id=${results[0].key}`);
    assert.deepEqual(
      [one.count, one.results[0].counts.create, one.results[0].writes],
      [1, 12, [results[0]]],
      'of the writes, those that match',
    );
  });

  test('are available as CSV, and refuse an invalid event', async () => {
    const { text } = await get('/audit/events?requestId=bulk&format=csv');
    assert.match(
      text,
      /^event,at,token,tokenId,requestId,created,changed,deleted,hash\n\d+,[\dTZ:.-]+,write,token-\w+,bulk,12,0,0,\w{64}\n$/,
    );
    const { status, body } = await get('/audit/events?event=0');
    const detail = 'Cannot parse event "0": expected an integer from 1 to 9007199254740991';
    assert.deepEqual([status, body.detail], [400, detail]);
    assert.equal((await request(product.app).get('/audit/events')).status, 401);
  });

  test('are shown as text with names, ports and the old and new values', async () => {
    const { text } = await get('/audit/events?format=text&limit=3');
    const lines = text
      .replaceAll(/[\d-]+T[\d:.]+Z/g, 'TIME')
      .replaceAll(/own-\w{12}/g, 'ID')
      .split('\n');
    const changes = 'ports: 7200 → 7300-7301; note: none → one <two> \u{1f6a2}; owner: none → pay; tags: none → a, b';
    assert.deepEqual(lines, [
      'TIME  admin  created  pool audited pool',
      `TIME  write  changed  bulk-0 7300-7301/tcp  ID  ${changes}`,
      'TIME  write  12 writes: 12 created',
      ...Array.from({ length: 10 }, (_, index) => `  created  bulk-${index} ${7200 + index}/tcp  ID`),
      '  and 2 more',
      '',
    ]);
  });

  test('are an Atom feed, with the head of the chain after each', async () => {
    const rows: AuditRow[] = (await audit('?limit=3')).body.results;
    const heads = rows.map(({ hash }) => hash) as [string, string, string];
    const event = rows[2]?.event;
    const { status, type, text } = await audit('?format=atom&limit=3');
    assert.deepEqual([status, type], [200, 'application/atom+xml']);
    const shown = text
      .replaceAll(/[\d-]+T[\d:.]+Z/g, 'TIME')
      .replaceAll(/own-\w{12}/g, 'ID')
      .replaceAll(/urn:uuid:[\w-]+/g, 'URN');
    const entry = (title: string, link: string, term: string, summary: string, head: string) => `<entry>
<id>URN</id>
<title>${title}</title>
<updated>TIME</updated>
<link rel="alternate" href="/audit?${link}"/>
<category term="${term}"/>
<summary>${summary}
Head of the hash chain: ${head}</summary>
</entry>
`;
    const changes =
      'ports: 7200 → 7300-7301; note: none → one &lt;two&gt; \u{1f6a2}; owner: none → pay; tags: none → a, b';
    const created = Array.from({ length: 10 }, (_, index) => `created bulk-${index} ${7200 + index}/tcp`);
    assert.equal(
      shown,
      `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>URN</id>
<title>Audit log of Portolan</title>
<updated>TIME</updated>
<author><name>Portolan</name></author>
<generator>Portolan</generator>
<link rel="self" type="application/atom+xml" href="/audit?limit=3&amp;format=atom"/>
<link rel="alternate" type="text/html" href="/audit?limit=3"/>
${entry('admin: created pool audited pool', 'id=audited+pool', 'create', 'created pool audited pool', heads[0])}${entry('write: changed bulk-0 7300-7301/tcp', 'id=ID', 'update', `changed bulk-0 7300-7301/tcp (${changes})`, heads[1])}${entry('write: 12 writes: 12 created', `event=${event}`, 'create', [...created, 'and 2 more'].join('\n'), heads[2])}</feed>
`,
    );
    assert.equal((await request(product.app).get('/audit?format=atom')).status, 401);
  });
});

test('the schema prevents changes, deletion and replacement of audit rows', async () => {
  await create('kept', 'kept');
  const before = (await audit()).body;
  const cases = [
    ["UPDATE audit SET token = 'nobody'", /audit rows are never changed/],
    ['DELETE FROM audit', /audit rows are never deleted/],
    ['REPLACE INTO audit SELECT * FROM audit', /never replaced/],
    ["INSERT INTO audit SELECT * FROM audit WHERE id = 1 ON CONFLICT DO UPDATE SET token = 'nobody'", /never replaced/],
  ] as const;
  for (const [sql, refusal] of cases) assert.throws(() => executeSql(product.database, sql), refusal, sql);
  assert.deepEqual((await audit()).body, before);
});
