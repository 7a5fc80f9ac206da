import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import Database from 'better-sqlite3';
import { request } from '../support/contract.ts';
import { executeSql } from '../support/database-content.ts';
import { assertFails } from '../support/portolan-process.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

function send(method: 'post' | 'patch' | 'delete', path: string, body?: unknown, match?: string) {
  const headers = { Authorization: product.bearer('write'), ...(match !== undefined && { 'If-Match': match }) };
  return request(product.app)
    [method](path)
    .set(headers)
    .send(body as object);
}

const full = (port: number, cannot: string) => {
  return `Cannot ${cannot}: port ${port} has 1000 own entries already, the most that one port may have`;
};

async function assertFull(answer: ReturnType<typeof send>, detail: string): Promise<void> {
  const { status, body } = await answer;
  assert.deepEqual([status, body.detail, body.errors], [409, detail, undefined]);
}

async function create(entries: readonly object[]): Promise<string[]> {
  const { status, body, text } = await send('post', '/associations', entries);
  assert.equal(status, 201, text);
  return body.results.map(({ id }: { id: string }) => id);
}

/** Counts the notes that the server reads. */
function countNotes(t: TestContext): () => number {
  let count = 0;
  // All statements have one prototype.
  const statement = Object.getPrototypeOf(new Database(':memory:').prepare('SELECT 1'));
  const { iterate } = statement;
  t.mock.method(statement, 'iterate', function* (this: unknown, ...values: unknown[]) {
    for (const row of iterate.apply(this, values)) {
      if (typeof row.note === 'string') count++;
      yield row;
    }
  });
  return () => count;
}

async function tagOf(id: string): Promise<string> {
  return (await request(product.app).get(`/associations/${id}`)).headers.etag ?? '';
}

describe('a port with the maximum number of own entries', () => {
  test('accepts no further entry by any write, until one is deleted', async () => {
    // 400 on the port alone, 600 on ranges with it: 999 are stored, and one will be created.
    const alone = await create(Array.from({ length: 400 }, () => ({ name: 'a', firstPort: 8080 })));
    const below = Array.from({ length: 300 }, () => ({ name: 'b', firstPort: 8000, lastPort: 8080 }));
    const above = Array.from({ length: 299 }, () => ({
      name: 'c',
      firstPort: 8080,
      lastPort: 8200,
      protocols: ['udp'],
    }));
    await create([...below, ...above]);
    const [elsewhere = ''] = await create([{ name: 'd', firstPort: 8300 }]);
    await assertFull(
      send('post', '/associations', [
        { name: 'e', firstPort: 8079 },
        { name: 'e', firstPort: 8080 },
        { name: 'e', firstPort: 8080 },
      ]),
      full(8080, 'create the entries'),
    );
    assert.equal((await request(product.app).get('/associations?service=e')).body.count, 0);
    await create([{ name: 'last', firstPort: 8080 }]);
    await assertFull(send('post', '/associations', { name: 'e', firstPort: 8080 }), full(8080, 'create the entry'));
    await assertFull(
      send('post', '/associations', { name: 'e', firstPort: 0, lastPort: 65535 }),
      full(8080, 'create the entry'),
    );
    const move = { firstPort: 7000, lastPort: 9000 };
    await assertFull(
      send('patch', `/associations/${elsewhere}`, move, await tagOf(elsewhere)),
      full(8080, 'change the entry'),
    );
    const query = 'mutation { createAssociation(input: {name: "e", firstPort: 8080}) { id } }';
    const { errors } = (await send('post', '/graphql', { query })).body;
    assert.deepEqual(
      errors.map(({ message, extensions }: { message: string; extensions: object }) => ({ message, extensions })),
      [{ message: full(8080, 'create the entry'), extensions: { code: 'CONFLICT' } }],
    );
    // Entries beside it, and changes without other ports.
    await create([
      { name: 'beside', firstPort: 8081 },
      { name: 'beside', firstPort: 8079 },
    ]);
    const [first = '', second = ''] = alone;
    assert.equal((await send('patch', `/associations/${first}`, { owner: 'x' }, await tagOf(first))).status, 200);
    assert.equal((await send('delete', `/associations/${second}`, undefined, await tagOf(second))).status, 204);
    await create([{ name: 'room', firstPort: 8080 }]);
  });

  test('has a page with 50 entries, and links to the others', async (t) => {
    const entry = { name: 'long', firstPort: 9800, lastPort: 9804, note: '&'.repeat(2_000) };
    await create(Array.from({ length: 1_000 }, () => entry));
    const notes = countNotes(t);
    const { status, text } = await request(product.app).get('/ports/9802').set('Accept', 'text/html');
    assert.equal(status, 200);
    // Of the neighbours, only names and states are read.
    assert.equal(notes(), 1_000);
    const neighbours = [9800, 9801, 9803, 9804].map(
      (port) => `<li><a href="/ports/${port}">${port}</a> <span><bdi>long</bdi></span></li>\n`,
    );
    assert.ok(text.includes(`<ol class="neighbours">\n${neighbours.join('')}</ol>`));
    assert.equal(text.split(' aria-label="Change long"').length - 1, 50);
    assert.equal(text.split('<li id="use-own-').length - 1, 1_000);
    assert.match(text, /<summary>950 more on this port<\/summary>/);
  });

  test('has the same JSON and CSV alone, rendered in steps, as in a list of ports', async () => {
    await create(
      Array.from({ length: 1_000 }, (_, index) => ({
        name: `=${index} é`,
        firstPort: 9810,
        note: '"\n',
        tags: ['a', 'b'],
      })),
    );
    const read = async (path: string): Promise<string> => (await request(product.app).get(path)).text;
    const [json, csv] = await Promise.all([read('/ports/9810/tcp'), read('/ports/9810/tcp?format=csv')]);
    const { assignments, associations } = JSON.parse(json);
    assert.equal(associations.length, 1_000);
    const list = { count: 1, next: null, previous: null };
    assert.equal(await read('/ports?ports=9810/tcp'), `${JSON.stringify(list).slice(0, -1)},"results":[${json}]}`);
    assert.equal(csv.split('\n').length, 1 + assignments.length + 1_000 + 1);
    assert.equal(await read('/ports?ports=9810/tcp&format=csv'), csv);
    // In a batch, between ports without entries.
    const lookUp = async (format: string): Promise<string> => {
      const body = ['22', '9810/tcp', '99999', '9809', '9811'];
      return (await request(product.app).post(`/ports/lookup?format=${format}`).send(body)).text;
    };
    const [batch, lines, table] = await Promise.all(['json', 'ndjson', 'csv'].map(lookUp));
    const results: { query: string; report?: object }[] = JSON.parse(batch ?? '').results;
    assert.deepEqual(results[1], { query: '9810/tcp', report: JSON.parse(json) });
    assert.ok(batch?.includes(json));
    assert.equal(lines, results.map((result) => `${JSON.stringify(result)}\n`).join(''));
    assert.ok(table?.includes(csv.slice(csv.indexOf('\n') + 1)));
    const alone = await Promise.all(['22', '9809', '9811'].map((port) => read(`/ports?ports=${port}&format=csv`)));
    for (const file of alone) assert.ok(table?.includes(file.slice(file.indexOf('\n') + 1)));
  });

  test('has a name of which the page shows 50 entries, and the other formats all', async () => {
    const ports = Array.from({ length: 1_000 }, (_, index) => 30_000 + index);
    await create(ports.map((firstPort) => ({ name: 'same-name', firstPort, otherNames: ['same'] })));
    const { body } = await request(product.app).get('/services/SAME-NAME');
    const found = body.associations.map(({ firstPort }: { firstPort: number }) => firstPort);
    assert.deepEqual(found, ports);
    const csv = await request(product.app).get('/services/same-name?format=csv');
    assert.equal(csv.text.trimEnd().split('\n').length, 1_001);
    const lines = await request(product.app).get('/services/same-name?format=text');
    assert.equal(lines.text.trimEnd().split('\n').length, 1_000);
    const page = await request(product.app).get('/services/same-name').set('Accept', 'text/html');
    assert.equal(page.text.split(' aria-label="Change same-name"').length - 1, 50);
    assert.ok(page.text.includes('<a href="/associations?service=same-name">All 1,000 uses</a>'));
    // Large answers wait for each other.
    const several = await Promise.all(ports.slice(0, 20).map(() => request(product.app).get('/services/same-name')));
    for (const { text } of several) assert.equal(text, JSON.stringify(body));
    const twice = '{ a: service(name: "same-name") { name } b: service(name: "same-name") { name } }';
    const asked = ports.slice(0, 20).map(() => request(product.app).post('/graphql').send({ query: twice }));
    for (const { body } of await Promise.all(asked))
      assert.deepEqual(body, { data: { a: { name: 'same-name' }, b: { name: 'same-name' } } });
    await create(ports.slice(0, 50).map((firstPort) => ({ name: 'fifty', firstPort })));
    const fifty = await request(product.app).get('/services/fifty').set('Accept', 'text/html');
    assert.equal(fifty.text.split(' aria-label="Change fifty"').length - 1, 50);
    assert.match(fifty.text, /<\/ul>\n<\/section>/);
    const query = '{ service(name: "same-name") { associations { id } } }';
    const answer = await request(product.app).post('/graphql').send({ query });
    assert.deepEqual(answer.body.data.service, {
      associations: body.associations.map(({ id }: { id: string }) => ({ id })),
    });
  });

  test('refuses a file as a whole', async () => {
    const folder = dirname(product.database);
    const file = join(folder, 'many.csv');
    const rows = Array.from({ length: 501 }, (_, index) => `x${index},9000,9001\ny${index},9001,9002\n`);
    writeFileSync(file, `name,firstPort,lastPort\n${rows.join('')}`);
    for (const flag of [[], ['--dry-run']])
      await assertFails(['own', 'import', file, ...flag], product.environment, full(9001, 'import the entries'));
    assert.equal((await request(product.app).get('/associations?port=9001&origin=own')).body.count, 0);
  });

  test('accepts a file whose result fits, whatever the order of its rows', async () => {
    const onPort = (port: number) =>
      Array.from({ length: 1_000 }, (_, index) => ({ name: `p${index}`, firstPort: port }));
    const [other = ''] = await create(onPort(9700));
    const [moved = ''] = await create(onPort(9701).map((entry) => ({ ...entry, owner: 'ops', environment: 'test' })));
    // The first row moves to a full port, which the second one leaves for another full port, which the third one leaves.
    const table = `id,name,port\n,new,9700\n${other},p0,9701\n${moved},p0,9702\n`;
    const type = { Authorization: product.bearer('write'), 'Content-Type': 'text/csv' };
    const { status, body } = await request(product.app).post('/associations/import').set(type).send(table);
    assert.deepEqual([status, body.counts], [200, { added: 1, changed: 0, moved: 2, removed: 0, unchanged: 0 }]);
    // The owner has 999 more entries: all are removed after the first row has moved to their port.
    const sync = '/associations/import?sync=true&owner=ops';
    const rows = Array.from({ length: 999 }, (_, index) => `n${index},9701\n`).join('');
    const synced = await request(product.app).post(sync).set(type).send(`name,port\n${rows}`);
    const { counts } = synced.body;
    assert.deepEqual(
      [synced.status, counts],
      [200, { added: 999, changed: 0, moved: 0, removed: 1_000, unchanged: 0 }],
    );
    const full = await request(product.app).post(sync).set(type).send(`name,port\n${rows}n999,9701\n`);
    assert.equal(full.status, 409);
  });

  test('keeps entries from before the limit, which can be moved to another port', async () => {
    executeSql(
      product.database,
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1002)
       INSERT INTO association (id, name, first_port, last_port, protocols, category, confidence, origin, sources, revision)
       SELECT 'own-' || printf('%012x', i), 'old', 9500, 9500, '["tcp"]', 'other', 'documented', 'own', '[]', 1 FROM n`,
    );
    await create([
      { name: 'f', firstPort: 9499 },
      { name: 'f', firstPort: 9501 },
    ]);
    await assertFull(send('post', '/associations', { name: 'f', firstPort: 9500 }), full(9500, 'create the entry'));
    assert.equal(
      (await send('delete', '/associations/own-000000000001', undefined, await tagOf('own-000000000001'))).status,
      204,
    );
  });
});
