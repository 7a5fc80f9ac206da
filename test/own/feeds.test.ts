import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import plain from 'supertest';
import { SEARCHED_WRITES } from '../../src/registry/own/own-change.ts';
import { request } from '../support/contract.ts';
import { executeSql } from '../support/database-content.ts';
import { createTestApp, useProduct } from '../support/registry.ts';

const product = useProduct();

interface Change {
  readonly id: number;
  readonly action: string;
  readonly entry: { readonly id: string; readonly name: string };
  readonly changes: readonly string[];
}

async function create(entry: Readonly<Record<string, unknown>>): Promise<string> {
  const sent = request(product.app).post('/associations').set('Authorization', product.bearer('write'));
  return (await sent.send(entry).expect(201)).body.id;
}

async function update(id: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
  const sent = request(product.app).patch(`/associations/${id}`);
  await sent
    .set({ Authorization: product.bearer('write'), 'If-Match': '*' })
    .send(fields)
    .expect(200);
}

async function remove(id: string): Promise<void> {
  const headers = { Authorization: product.bearer('write'), 'If-Match': '*' };
  await request(product.app).delete(`/associations/${id}`).set(headers).expect(204);
}

async function changes(query = ''): Promise<Change[]> {
  return (await request(product.app).get(`/associations/changes${query}`).expect(200)).body.results;
}

/** Returns the titles, summaries and ids of a feed. */
async function feed(path: string) {
  const { text, headers } = await request(product.app).get(path).expect(200);
  assert.match(headers['content-type'] ?? '', /^application\/atom\+xml/);
  const all = (name: string) =>
    [...text.matchAll(new RegExp(`<entry>[^]*?<${name}>([^]*?)</${name}>`, 'g'))].map(([, value = '']) =>
      value.replaceAll('&#39;', "'"),
    );
  return { text, ids: all('id'), titles: all('title'), summaries: all('summary'), times: all('updated') };
}

describe('the changes of own entries', () => {
  test('are the differences of writes in words, newest first, and name no author', async () => {
    const entry = { name: 'billing-api', firstPort: 8443, owner: 'payments', environment: 'production', tags: ['web'] };
    const id = await create(entry);
    await update(id, { firstPort: 9443, lastPort: 9443, owner: null, note: 'a\nb' });
    const approval = request(product.app).post(`/associations/${id}/approval`);
    await approval.set({ Authorization: product.bearer('admin'), 'If-Match': '*' }).expect(200);
    await remove(id);
    const found = await changes();
    const approvedAt = /^approved at: none → \d{4}-\d\d-\d\dT[\d:.]+Z$/;
    assert.match(found[1]?.changes[0] ?? '', approvedAt);
    const whole = ['protocols: tcp', 'category: other', 'confidence: documented'];
    assert.deepEqual(
      found.map(({ action, changes: differences }) => [
        action,
        differences.filter((text) => !/^approved at/.test(text)),
      ]),
      [
        ['delete', ['ports: 9443', ...whole, 'note: a b', 'environment: production', 'tags: web', 'status: active']],
        ['update', []],
        ['update', ['ports: 8443 → 9443', 'note: none → a b', 'owner: payments → none']],
        [
          'create',
          ['ports: 8443', ...whole, 'owner: payments', 'environment: production', 'tags: web', 'status: active'],
        ],
      ],
    );
    const bodies = await Promise.all(
      ['json', 'text', 'csv', 'atom'].map((format) =>
        request(product.app).get(`/associations/changes?format=${format}`).expect(200),
      ),
    );
    // The tokens have the names of their scopes.
    for (const { text } of bodies) assert.doesNotMatch(text, /\badmin\b|\bwrite\b|approvedBy/);
  });

  test('have the same content as text, CSV and feed', async () => {
    const id = await create({ name: 'ledger', firstPort: 9001, protocols: ['udp', 'tcp'] });
    await update(id, { owner: 'ops' });
    const [last] = (await request(product.app).get(`/associations/changes?id=${id}`).expect(200)).body.results;
    const { text } = await request(product.app).get(`/associations/changes?id=${id}&format=text&limit=1`).expect(200);
    assert.equal(text, `${last.at} changed ledger 9001/tcp,udp: owner: none → ops\n`);
    const csv = (await request(product.app).get(`/associations/changes?id=${id}&format=csv&limit=1`).expect(200)).text;
    const line = `${last.id},${last.at},update,${id},ledger,9001,9001,tcp udp,ops,,owner: none → ops`;
    assert.equal(csv.trimEnd().split('\n').at(-1)?.trimEnd(), line);
    const { titles, summaries, times } = await feed(`/associations/changes?id=${id}&format=atom`);
    assert.deepEqual(titles, ['ledger 9001/tcp,udp: changed', 'ledger 9001/tcp,udp: created']);
    assert.deepEqual([summaries[0], times[0]], ['owner: none → ops', last.at]);
  });

  test('have a page with filters, and an invalid filter keeps the form', async () => {
    const hostile = '<b>"moved"&';
    const id = await create({ name: hostile, firstPort: 7_900, owner: 'page' });
    await update(id, { note: '<script>' });
    const { text } = await request(product.app).get('/associations/changes?owner=page').set('Accept', 'text/html');
    assert.match(text, /<title>Changes of our ports: page · Portolan<\/title>/);
    assert.match(text, /<caption>2 changes, the newest first<\/caption>/);
    assert.ok(text.includes('&lt;b&gt;&quot;moved&quot;&amp;') && text.includes('note: none → &lt;script&gt;'));
    assert.doesNotMatch(text, /<script>|<b>/);
    assert.match(
      text,
      /<link rel="alternate" type="application\/atom\+xml"[^>]* href="\/associations\/changes\?owner=page&amp;format=atom"/,
    );
    const invalid = await request(product.app).get('/associations/changes?port=65536').set('Accept', 'text/html');
    assert.equal(invalid.status, 400);
    assert.match(invalid.text, /value="65536"/);
  });

  test('match a filter if the entry before or after does', async () => {
    const id = await create({ name: 'moved', firstPort: 0, owner: 'a', environment: 'x', tags: ['t'] });
    await update(id, {
      firstPort: 65_535,
      lastPort: 65_535,
      owner: 'b',
      environment: 'y',
      tags: [],
      status: 'retired',
    });
    const of = async (query: string) =>
      (await changes(query)).filter(({ entry }) => entry.id === id).map(({ action }) => action);
    for (const query of ['?owner=a', '?environment=x', '?tag=t', '?port=0', '?status=active']) {
      assert.deepEqual(await of(query), ['update', 'create'], query);
    }
    for (const query of ['?owner=b', '?environment=y', '?port=65535', '?status=retired', '?action=update']) {
      assert.deepEqual(await of(query), ['update'], query);
    }
    for (const query of ['?owner=A', '?environment=z', '?tag=u', '?port=1', '?protocol=udp', '?action=delete']) {
      assert.deepEqual(await of(query), [], query);
    }
    assert.deepEqual(await of('?protocol=TCP&owner=a&tag=t&action=create'), ['create']);
    assert.deepEqual(await of('?since=2999-01-01'), []);
    assert.deepEqual(await of('?since=2020-01-01'), ['update', 'create']);
  });

  test('of a pool are those of entries on its ports', async () => {
    const pool = { name: 'feed-pool', ranges: ['1023-1024', '49151-49152'], protocols: ['tcp'] };
    const created = request(product.app).post('/pools').set('Authorization', product.bearer('admin'));
    await created.send(pool).expect(201);
    for (const firstPort of [1022, 1023, 1024, 1025, 49_150, 49_151, 49_152, 49_153]) {
      await create({ name: `pool-${firstPort}`, firstPort });
    }
    await create({ name: 'pool-udp', firstPort: 1023, protocols: ['udp'] });
    await create({ name: 'pool-wide', firstPort: 1000, lastPort: 2000 });
    const names = (await changes('?pool=feed-pool')).map(({ entry }) => entry.name);
    assert.deepEqual(names, ['pool-wide', 'pool-49152', 'pool-49151', 'pool-1024', 'pool-1023']);
    const { body } = await request(product.app).get('/associations/changes?pool=feed-poool').expect(400);
    assert.deepEqual([body.detail, body.suggestions], ['Cannot find pool "feed-poool": no such pool', ['feed-pool']]);
  });

  test('have the same content over GraphQL', async () => {
    const query = `query ($filter: OwnChangeFilter, $after: String) {
      ownChanges(filter: $filter, first: 2, after: $after) {
        totalCount
        pageInfo { endCursor }
        nodes { id at action entry { id name firstPort lastPort protocols owner environment } changes }
      }
    }`;
    const upper = (word: string) => word.toUpperCase();
    const ask = async (variables: object) =>
      (await request(product.app).post('/graphql').send({ query, variables }).expect(200)).body;
    const filter = { action: 'UPDATE', status: 'RETIRED', port: 65_535, protocol: 'TCP', since: '2020-01-01' };
    for (const [asked, rest] of [
      [{}, ''],
      [filter, '&action=update&status=retired&port=65535&protocol=tcp&since=2020-01-01'],
    ] as const) {
      const { body } = await request(product.app).get(`/associations/changes?limit=2${rest}`).expect(200);
      const { ownChanges } = (await ask({ filter: asked })).data;
      assert.equal(ownChanges.totalCount, body.count);
      const expected = body.results.map((change: Change & { readonly entry: { readonly protocols: string[] } }) => {
        const entry = { ...change.entry, protocols: change.entry.protocols.map(upper) };
        return { ...change, action: upper(change.action), entry };
      });
      assert.deepEqual(ownChanges.nodes, expected);
    }
    const first = (await ask({})).data.ownChanges;
    const second = (await ask({ after: first.pageInfo.endCursor })).data.ownChanges;
    assert.deepEqual(
      [...first.nodes, ...second.nodes].map(({ id }) => id),
      (await changes('?limit=4')).map(({ id }) => id),
    );
    const { errors } = await ask({ filter: { pool: 'feed-poool' } });
    assert.equal(errors[0].message, 'Cannot find pool "feed-poool": no such pool');
  });

  test('have pages', async () => {
    const path = '/associations/changes?limit=2&offset=1';
    const { body } = await request(product.app).get(path).expect(200);
    const all = await changes('?limit=1000');
    assert.deepEqual([body.count, body.results], [all.length, all.slice(1, 3)]);
    assert.deepEqual(
      [body.previous, body.next],
      ['/associations/changes?limit=2&offset=0', '/associations/changes?limit=2&offset=3'],
    );
  });

  test('refuse invalid filters', async () => {
    for (const [query, detail] of [
      ['port=65536', 'Cannot parse port number "65536": expected an integer from 0 to 65535'],
      ['action=write', 'Cannot parse action "write": expected create, update or delete'],
      [
        'since=soon',
        'Cannot parse since "soon": expected a day such as 2026-11-24 or a time such as 2026-11-24T08:30:00Z',
      ],
      ['token=ci', 'Unknown query parameter "token": '],
    ] as const) {
      const { body } = await request(product.app).get(`/associations/changes?${query}`);
      assert.ok(body.detail.startsWith(detail), body.detail);
    }
  });

  test('need a token where reading does, in the header field', async () => {
    const closed = await createTestApp(product.registry, { REQUIRE_TOKEN: 'read' }, undefined, product.own);
    for (const path of ['/associations/changes?format=atom', '/conflicts?format=atom']) {
      assert.equal((await plain(closed).get(path)).status, 401, path);
      const { status } = await plain(closed).get(path).set('Authorization', product.bearer('read'));
      assert.equal(status, 200, path);
    }
  });
});

describe('the feed of conflicts', () => {
  test('has the newest first, with detail and remedy, and the filters of the list', async () => {
    const entry = { owner: 'feed', environment: 'feed' };
    const first = await create({ ...entry, name: 'one', firstPort: 7811 });
    await create({ ...entry, name: 'two', firstPort: 7811 });
    await create({ ...entry, name: 'gate', firstPort: 5432 });
    const { body } = await request(product.app).get('/conflicts?owner=feed').expect(200);
    assert.deepEqual(
      body.results.map(({ kind }: { kind: string }) => kind),
      ['overlap', 'assigned'],
    );
    const before = await feed('/conflicts?owner=feed&format=atom');
    assert.deepEqual(before.titles, ['5432/tcp gate: assigned', '7811/tcp one and two: overlap']);
    assert.deepEqual(
      before.summaries,
      [body.results[1], body.results[0]].map(({ detail, remedy }) => `${detail} ${remedy}`),
    );
    await update(first, { note: 'later' });
    const after = await feed('/conflicts?owner=feed&format=atom');
    assert.deepEqual(after.ids, [...before.ids].reverse());
    assert.ok((after.times[0] ?? '') > (before.times[0] ?? ''));
    const none = await feed('/conflicts?owner=feed&kind=pool&format=atom');
    assert.deepEqual(none.titles, []);
    assert.deepEqual((await feed('/conflicts?owner=feed&limit=1&offset=1&format=atom')).titles, [after.titles[1]]);
  });

  test('has another entry when a further entry joins a conflict', async () => {
    const before = await feed('/conflicts?owner=feed&kind=overlap&format=atom');
    await create({ owner: 'feed', environment: 'feed', name: 'three', firstPort: 7811 });
    const after = await feed('/conflicts?owner=feed&kind=overlap&format=atom');
    assert.deepEqual(after.titles, ['7811/tcp one and 2 others: overlap']);
    assert.notDeepEqual(after.ids, before.ids);
  });
});

// Last: it adds many writes.
test('only the newest writes are searched', async () => {
  const after = (await request(product.app).get('/associations?origin=own&limit=1').expect(200)).body.results[0];
  executeSql(
    product.database,
    `INSERT INTO audit (id, event, at, token, action, kind, key, "before", "after", hash)
     SELECT max_id + value, max_id + value, '2999-01-01T00:00:00.000Z', 'x', 'create', 'association', 'own-1', NULL,
       '${JSON.stringify({ ...after, name: 'many' })}', printf('%064d', max_id + value)
     FROM (WITH RECURSIVE one(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM one LIMIT ${SEARCHED_WRITES})
       SELECT value FROM one), (SELECT max(id) AS max_id FROM audit)`,
  );
  const { body } = await request(product.app).get('/associations/changes?limit=1').expect(200);
  assert.deepEqual([body.count, body.results[0].entry.name], [SEARCHED_WRITES, 'many']);
  assert.deepEqual(await changes('?owner=feed'), []);
});
