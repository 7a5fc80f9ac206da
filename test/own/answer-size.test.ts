import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import request from 'supertest';
import { startHttp } from '../support/http-server.ts';
import { connectRaw } from '../support/raw-connection.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

/** Each adds a note of the maximum length to every port: a report has some 20 kB of it, 64 of them 1.3 MB, 1,000 20 MB. */
const ENTRIES = 10;

const TOO_LARGE = 'Cannot answer: the rows have more than 8388608 characters; ask for fewer ports or a smaller page';

async function ask(query: string) {
  const { body } = await request(product.app).post('/graphql').send({ query });
  return body;
}

/** Returns the sizes of the chunks of a response, in bytes: one for each part that the server has composed. */
function chunkSizes(response: string): number[] {
  const sizes: number[] = [];
  for (let at = response.indexOf('\r\n\r\n') + 4; at < response.length; ) {
    const end = response.indexOf('\r\n', at);
    const size = Number.parseInt(response.slice(at, end), 16);
    sizes.push(size);
    at = end + 2 + size + 2;
  }
  return sizes;
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

  test('a batch and an export are composed in parts of limited size', async (t) => {
    const url = await startHttp(t, product.app);
    const lookup = (format: string) =>
      `POST /ports/lookup?format=${format} HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: 11\r\n`;
    // The exported ports are those of entries for at most 256 ports.
    const narrow = { name: 'narrow', firstPort: 60_000, lastPort: 60_099 };
    const created = await request(product.app)
      .post('/associations')
      .set('Authorization', product.bearer('write'))
      .send(narrow);
    assert.equal(created.status, 201);
    for (const [start, count] of [
      [lookup('json'), 500],
      [lookup('ndjson'), 500],
      ['GET /export/ndjson?origin=own HTTP/1.1\r\n', 100],
    ] as const) {
      const body = start.startsWith('POST') ? '60000-60499' : '';
      const { closed } = await connectRaw(url, `${start}Host: x\r\nConnection: close\r\n\r\n${body}`);
      const sizes = chunkSizes(await closed);
      const total = sizes.reduce((sum, size) => sum + size, 0);
      assert.ok(Math.max(...sizes) < 400_000, `${start}: a part of ${Math.max(...sizes)} bytes`);
      assert.ok(total > count * ENTRIES * 2_000, `${start}: ${total} bytes`);
    }
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
