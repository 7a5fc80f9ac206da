import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Scope } from '../../src/registry/own/token.ts';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';
import { bearer } from '../support/tokens.ts';

const product = useProduct();

function post(path: string, key: string, body: object | undefined, authorization = product.bearer('write')) {
  const headers = { Authorization: authorization, 'Idempotency-Key': key };
  return request(product.app).post(path).set(headers).send(body);
}

/** Returns what a client sees of a response, without the id of the request. */
function seen({ status, headers, body }: Awaited<ReturnType<typeof post>>) {
  const { location, etag } = headers;
  return { status, location, etag, body };
}

function writesWith(token: string, key: string): number {
  const id = product.registry.tokens().find(({ name }) => name === token)?.id;
  return product.registry.writesWithKey(id ?? '', key).length;
}

describe('a POST with Idempotency-Key', () => {
  const bodies: readonly (readonly [path: string, scope: Scope, body: object, writes: number])[] = [
    ['/associations', 'write', { name: 'once', firstPort: 7100 }, 1],
    [
      '/associations',
      'write',
      [
        { name: 'one', firstPort: 7101 },
        { name: 'two', firstPort: 7102 },
      ],
      2,
    ],
    ['/reservations', 'write', { name: 'reserved', within: '20000-20999' }, 1],
    ['/pools', 'admin', { name: 'once', ranges: ['30000-30009'], owner: 'team' }, 1],
  ];
  for (const [path, scope, body, writes] of bodies) {
    test(`to ${path} with ${JSON.stringify(body)} is answered again without a second write`, async () => {
      const key = `again ${path} ${writes}`;
      const first = await post(path, key, body, product.bearer(scope));
      assert.equal(first.status, 201);
      assert.equal(first.get('Idempotent-Replayed'), undefined);
      const second = await post(path, key, body, product.bearer(scope));
      assert.equal(second.get('Idempotent-Replayed'), 'true');
      assert.deepEqual(seen(second), seen(first));
      assert.equal(writesWith(scope, key), writes);
    });
  }

  test('is answered as at first, after the entry was changed and after it was deleted', async () => {
    const body = { name: 'kept', firstPort: 7110 };
    const first = await post('/associations', 'kept', body);
    const headers = { Authorization: product.bearer('write'), 'If-Match': '*' };
    await request(product.app).patch(`/associations/${first.body.id}`).set(headers).send({ owner: 'x' });
    assert.deepEqual(seen(await post('/associations', 'kept', body)), seen(first));
    await request(product.app).delete(`/associations/${first.body.id}`).set(headers);
    assert.deepEqual(seen(await post('/associations', 'kept', body)), seen(first));
    assert.equal((await request(product.app).get(`/associations/${first.body.id}`)).status, 404);
  });

  test('that approves an entry is answered again, although the entry has changed since', async () => {
    const { body } = await post('/associations', 'to-approve', { name: 'approved', firstPort: 7115 });
    const path = `/associations/${body.id}`;
    const match = { 'If-Match': (await request(product.app).get(path)).get('ETag') ?? '' };
    const admin = product.bearer('admin');
    const first = await post(`${path}/approval`, 'approve', undefined, admin).set(match);
    const second = await post(`${path}/approval`, 'approve', undefined, admin).set(match);
    assert.deepEqual([first.status, first.body.approvedBy, second.get('Idempotent-Replayed')], [200, 'admin', 'true']);
    assert.deepEqual(seen(second), seen(first));
    assert.equal((await post(`${path}/approval`, 'approve again', undefined, admin).set(match)).status, 412);
    await request(product.app).delete(path).set({ Authorization: admin, 'If-Match': '*' });
    assert.deepEqual(seen(await post(`${path}/approval`, 'approve', undefined, admin).set(match)), seen(first));
  });

  test('is a 422 for another body, query or path, and writes nothing', async () => {
    await post('/associations', 'other', { name: 'a', firstPort: 7120 });
    const detail =
      'Cannot write with Idempotency-Key "other": this token has used it for another request; expected a new key';
    for (const [path, body] of [
      ['/associations', { name: 'b', firstPort: 7120 }],
      ['/associations', [{ name: 'a', firstPort: 7120 }]],
      ['/reservations', { name: 'a' }],
    ] as const) {
      const { status, body: problem } = await post(path, 'other', body);
      assert.deepEqual([status, problem.title, problem.detail], [422, 'Unprocessable Entity', detail]);
    }
    assert.equal(writesWith('write', 'other'), 1);
  });

  test('has a key that belongs to its token', async () => {
    const other = bearer(product.source, 'write', { name: 'other-token' });
    const body = { name: 'mine', firstPort: 7130 };
    const mine = await post('/associations', 'shared', body);
    const theirs = await post('/associations', 'shared', body, other);
    assert.deepEqual([mine.status, theirs.status, theirs.get('Idempotent-Replayed')], [201, 201, undefined]);
    assert.notEqual(mine.body.id, theirs.body.id);
  });

  test('stores no refusal', async () => {
    assert.equal((await post('/associations', 'refused', { name: 'x' })).status, 400);
    const taken = { name: 'refused', ranges: ['31000-31009'] };
    const admin = product.bearer('admin');
    await post('/pools', 'holder', taken, admin);
    assert.equal((await post('/pools', 'refused', taken, admin)).status, 409);
    assert.equal((await post('/associations', 'refused', { name: 'x', firstPort: 7140 })).status, 201);
    assert.equal((await post('/pools', 'refused', { ...taken, name: 'b', ranges: ['31100'] }, admin)).status, 201);
  });

  test('takes 1 to 255 printable ASCII characters', async () => {
    const body = { name: 'long', firstPort: 7150 };
    for (const key of [' a b ~', 'x'.repeat(255)]) assert.equal((await post('/associations', key, body)).status, 201);
    const expected = 'expected 1 to 255 printable ASCII characters';
    for (const [key, quoted] of [
      ['', '""'],
      ['x'.repeat(256), `"${'x'.repeat(80)}…"`],
      // Node reads the two bytes of é as Latin-1.
      ['é', '"Ã©"'],
    ] as const) {
      const { status, body: problem } = await post('/associations', key, body);
      assert.deepEqual([status, problem.detail], [400, `Cannot read Idempotency-Key ${quoted}: ${expected}`]);
    }
  });

  test('is written once when it is sent several times at once', async () => {
    const body = { name: 'racing', within: '20200-20200' };
    const answers = await Promise.all(Array.from({ length: 6 }, () => post('/reservations', 'race', body)));
    const [first] = answers;
    assert.deepEqual(
      answers.map((answer) => [answer.status, answer.body]),
      answers.map(() => [201, first?.body]),
    );
    assert.equal(answers.filter((answer) => answer.get('Idempotent-Replayed') === undefined).length, 1);
    assert.equal(writesWith('write', 'race'), 1);
  });

  test('is found in the audit log by its key, with all its writes', async () => {
    await post('/associations', 'lost', [
      { name: 'lost-1', firstPort: 7160 },
      { name: 'lost-2', firstPort: 7161 },
    ]);
    const { body } = await request(product.app)
      .get('/audit?idempotencyKey=lost')
      .set('Authorization', product.bearer('admin'));
    const [second, first] = body.results;
    assert.deepEqual(
      [first, second].map(({ after, event, idempotencyKey }) => [after.name, event, idempotencyKey]),
      [
        ['lost-1', first.id, 'lost'],
        ['lost-2', first.id, null],
      ],
    );
    assert.match(first.requestHash, /^[0-9a-f]{64}$/);
    assert.equal(body.count, 2);
  });
});

test('GraphQL refuses a mutation with Idempotency-Key, and answers a query', async () => {
  const headers = { Authorization: product.bearer('write'), 'Idempotency-Key': 'graphql-1' };
  const ask = (query: string) => request(product.app).post('/graphql').set(headers).send({ query });
  const { body } = await ask('mutation { createAssociation(input: { name: "twice", firstPort: 8890 }) { id } }');
  const message =
    'Cannot write with Idempotency-Key over GraphQL: expected a request without it, or a POST of the REST API';
  assert.deepEqual(
    body.errors.map((error: { message: string; extensions: object }) => [error.message, error.extensions]),
    [[message, { code: 'BAD_USER_INPUT' }]],
  );
  const { data } = (await ask('{ associations(filter: { service: "twice" }) { totalCount } }')).body;
  assert.deepEqual(data, { associations: { totalCount: 0 } });
});

describe('an import with Idempotency-Key', () => {
  function importSheet(key: string, query: string, sheet: string) {
    const headers = { Authorization: product.bearer('write'), 'Idempotency-Key': key, 'Content-Type': 'text/csv' };
    return request(product.app).post(`/associations/import${query}`).set(headers).send(sheet);
  }

  async function change(id: string, patch: object): Promise<void> {
    const headers = { Authorization: product.bearer('write'), 'If-Match': '*' };
    await request(product.app).patch(`/associations/${id}`).set(headers).send(patch).expect(200);
  }

  test('is reported again as at first, after its entries were changed and deleted', async () => {
    const first = 'name,firstPort,owner\nstays,7401,importer\nmoves,7402,importer\ngoes,7403,importer\n';
    const query = '?sync=true&owner=importer';
    const created = await importSheet('import-1', query, first);
    assert.deepEqual([created.status, created.body.counts.added], [200, 3]);
    const second = 'name,firstPort,owner\nstays,7401,importer\nnew,7404,importer\nmoves,7412,importer\n';
    const report = await importSheet('import-2', query, second);
    assert.deepEqual(report.body.counts, { added: 1, changed: 0, moved: 1, removed: 1, unchanged: 1 });
    const [stays, added] = report.body.steps;
    await change(stays.entry.id, { firstPort: 7421, name: 'renamed' });
    const headers = { Authorization: product.bearer('write'), 'If-Match': '*' };
    await request(product.app).delete(`/associations/${added.entry.id}`).set(headers).expect(204);
    for (const [key, sheet, answer] of [
      ['import-2', second, report],
      ['import-1', first, created],
    ] as const) {
      const again = await importSheet(key, query, sheet);
      assert.deepEqual([again.status, again.get('Idempotent-Replayed'), again.body], [200, 'true', answer.body]);
    }
    assert.deepEqual([writesWith('write', 'import-1'), writesWith('write', 'import-2')], [3, 3]);
  });

  test('is a 422 for another file or query', async () => {
    const sheet = 'name,firstPort\nonce,7450\n';
    assert.equal((await importSheet('import-3', '', sheet)).status, 200);
    const detail =
      'Cannot write with Idempotency-Key "import-3": this token has used it for another request; expected a new key';
    for (const [query, other] of [
      ['', `${sheet}twice,7451\n`],
      ['?dryRun=true', sheet],
    ] as const) {
      const { status, body } = await importSheet('import-3', query, other);
      assert.deepEqual([status, body.detail], [422, detail]);
    }
  });
});
