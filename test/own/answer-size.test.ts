import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import request from 'supertest';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

/** Each takes a note of the longest kind to every port: a report has some 20 kB of it, 64 of them 1.3 MB, 1,000 20 MB. */
const ENTRIES = 10;

const TOO_LARGE = 'Cannot answer: the rows have more than 8388608 characters; ask for fewer ports or a smaller page';

async function ask(query: string) {
  const { body } = await request(product.app).post('/graphql').send({ query });
  return body;
}

function ports(count: number): string {
  return Array.from({ length: count }, (_, index) => 60_000 + index).join();
}

describe('with long notes', () => {
  before(async () => {
    for (let number = 0; number < ENTRIES; number++) {
      const entry = { name: `everywhere ${number}`, firstPort: 0, lastPort: 65535, note: 'x'.repeat(2_000) };
      const { status } = await request(product.app)
        .post('/associations')
        .set('Authorization', product.bearer('write'))
        .send(entry);
      assert.equal(status, 201);
    }
  });

  test('a list of ports has a maximum total size, regardless of its steps', async () => {
    const few = await request(product.app).get('/ports?ports=60000-60199');
    assert.deepEqual([few.status, few.body.results.length], [200, 200]);
    const many = await request(product.app).get('/ports?ports=60000-60999');
    assert.deepEqual([many.status, many.body.detail], [413, TOO_LARGE]);
  });

  test('a GraphQL document has a maximum total size, regardless of its fields', async () => {
    const few = await ask(`{ ports(numbers: [${ports(200)}]) { number } }`);
    assert.deepEqual([few.errors, few.data.ports.length], [undefined, 200]);
    const field = `ports(numbers: [${ports(200)}]) { number }`;
    for (const query of [
      `{ ports(numbers: [${ports(1000)}]) { number } }`,
      `{ a: ${field} b: ${field} c: ${field} }`,
    ]) {
      const { data, errors } = await ask(query);
      assert.deepEqual([data, errors[0].message, errors[0].extensions], [null, TOO_LARGE, { code: 'TOO_LARGE' }]);
    }
  });
});
