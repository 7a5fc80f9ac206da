import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

function reserve(body: object) {
  return request(product.app)
    .post('/reservations')
    .set('Authorization', product.bearer('write'))
    .send({ name: 'billing-api', ...body });
}

function change(id: string) {
  const headers = { Authorization: product.bearer('write'), 'If-Match': '*' };
  return {
    patch: (body: object) => request(product.app).patch(`/associations/${id}`).set(headers).send(body),
    remove: () => request(product.app).delete(`/associations/${id}`).set(headers),
  };
}

describe('a reservation with a key', () => {
  test('gives the entry that holds the key, as it is now, and writes nothing', async () => {
    const body = { key: 'held', within: '20000-20099' };
    const first = await reserve(body);
    assert.equal(first.status, 201);
    const again = await reserve(body);
    assert.deepEqual([again.status, again.body, again.get('ETag')], [200, first.body, first.get('ETag')]);
    assert.equal(again.get('Location'), undefined);
    const { body: moved } = await change(first.body.id).patch({ firstPort: 20050, owner: 'billing' });
    const other = await reserve({ key: 'held', within: '30000-30009', name: 'other' });
    assert.deepEqual([other.status, other.body], [200, moved]);
    const { body: audit } = await request(product.app)
      .get('/audit?reservationKey=held')
      .set('Authorization', product.bearer('admin'));
    assert.deepEqual(
      audit.results.map(({ key, action }: { key: string; action: string }) => [key, action]),
      [[first.body.id, 'create']],
    );
  });

  test('reserves another port after the entry was deleted or retired', async () => {
    const body = { key: 'released', within: '20100-20101' };
    const first = (await reserve(body)).body;
    await change(first.id).remove();
    const second = await reserve(body);
    assert.deepEqual([second.status, second.body.firstPort], [201, 20101]);
    await change(second.body.id).patch({ status: 'retired' });
    const third = await reserve(body);
    assert.deepEqual([third.status, third.body.firstPort, (await reserve(body)).body], [201, 20100, third.body]);
  });

  test('is refused when only the earlier port is left', async () => {
    const body = { key: 'only', within: '20200-20200' };
    const { id } = (await reserve(body)).body;
    await change(id).remove();
    const { status, body: problem } = await reserve(body);
    assert.deepEqual(
      [status, problem.detail],
      [
        409,
        'Cannot reserve a port: 0 of 1 ports are suitable; requested: 1. The key had 20200 before, which it does not get again.',
      ],
    );
    assert.equal((await reserve({ ...body, key: 'another' })).status, 201);
  });

  test('is one entry for clients that ask at the same time, whatever their tokens', async () => {
    const ask = (scope: 'write' | 'admin') =>
      request(product.app)
        .post('/reservations')
        .set('Authorization', product.bearer(scope))
        .send({ name: 'racing', key: 'race', within: '20300-20399' });
    const answers = await Promise.all([ask('write'), ask('admin'), ask('write'), ask('admin')]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 201]);
    assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1);
  });

  test('is available in GraphQL', async () => {
    const query = `mutation { reservePort(input: { name: "g", key: "graphql", within: "20400-20499" }) { id firstPort } }`;
    const ask = async () =>
      (await request(product.app).post('/graphql').set('Authorization', product.bearer('write')).send({ query })).body;
    const first = await ask();
    assert.equal(first.data.reservePort.firstPort, 20400);
    assert.deepEqual(await ask(), first);
  });

  test('takes a key of 1 to 255 characters', async () => {
    const expected = 'expected a text of 1 to 255 characters without control or invisible characters';
    for (const [key, quoted] of [
      ['', '""'],
      ['x'.repeat(256), `"${'x'.repeat(80)}…"`],
    ] as const) {
      const { status, body } = await reserve({ key });
      assert.deepEqual(
        [status, body.errors],
        [400, [{ parameter: 'key', detail: `Cannot read key ${quoted}: ${expected}` }]],
      );
    }
  });
});
