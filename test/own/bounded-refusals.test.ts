import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

/** The largest error response: 100 faults, each with quotes of at most 80 characters. */
const LONGEST_REFUSAL = 100_000;

/** Ten times the CPU time of the slowest one, in microseconds. */
const MOST_CPU_US = 2_000_000;

/** The deepest valid nesting of a value, without the levels around it. */
const DEEP = `${'['.repeat(60)}${']'.repeat(60)}`;
const DEEP_OBJECT = `${'{"a":'.repeat(60)}1${'}'.repeat(60)}`;
const BRACKETS = `"${'['.repeat(60)}${']'.repeat(20)}…"`;
const TOO_DEEP = 'Cannot parse the body: expected at most 64 levels of nesting';

/** The routes of writes with a body. */
const WRITES = ['/associations', '/reservations', '/pools'] as const;

async function refusal(path: string, body: string, method: 'post' | 'patch' = 'post', headers = {}) {
  const Authorization = product.bearer('admin');
  const fields = { Authorization, 'Content-Type': 'application/json', ...headers };
  const response = await request(product.app)[method](path).set(fields).send(body);
  assert.ok(response.text.length < LONGEST_REFUSAL, `${path} answers ${response.text.length} characters`);
  return { status: response.status, ...response.body };
}

describe('the size of an error is bounded', () => {
  test('for values nested more than 64 deep', async () => {
    for (const levels of [65, 100_000]) {
      for (const deep of ['['.repeat(levels) + ']'.repeat(levels), `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`]) {
        for (const path of [...WRITES, '/graphql']) {
          // A body of GraphQL has at most 100 kB.
          const { status, detail } = await refusal(path, deep.slice(0, 90_000));
          assert.deepEqual([status, detail], [400, TOO_DEEP], path);
        }
      }
    }
  });

  test('for an array of 60 levels', async () => {
    for (const path of WRITES) {
      const { status, detail } = await refusal(path, DEEP);
      const what = path === '/associations' ? 'entry [0]' : 'the body';
      assert.equal(status, 400);
      assert.ok(detail.startsWith(`Cannot read ${what}: expected an object such as {`), detail);
    }
  });

  test('for fields of 60 levels', async () => {
    for (const [path, field] of [
      ['/associations', 'note'],
      ['/associations', 'sources'],
      ['/reservations', 'count'],
      ['/reservations', 'avoid'],
      ['/pools', 'ranges'],
    ] as const) {
      const { status, errors } = await refusal(path, `{"name":"x","firstPort":1,"${field}":${DEEP}}`);
      const [fault] = errors.filter(({ parameter }: { parameter: string }) => parameter === field);
      assert.equal(status, 400);
      assert.ok(fault.detail.startsWith(`Cannot read ${field} ${BRACKETS}: expected `), fault.detail);
      assert.equal((await refusal(path, `{"name":"x","${field}":${DEEP_OBJECT}}`)).status, 400);
    }
    const { body, headers } = await request(product.app)
      .post('/associations')
      .set('Authorization', product.bearer('write'))
      .send({ name: 'deep', firstPort: 1 });
    const match = { 'If-Match': headers.etag ?? '' };
    const patched = await refusal(`/associations/${body.id}`, `{"owner":${DEEP}}`, 'patch', match);
    assert.deepEqual([patched.status, patched.errors.length], [400, 1]);
  });

  test('for as many unknown fields as fit in a body', async () => {
    const tooMany = Array.from({ length: 300_000 }, (_, index) => `"f${index}":1`).join(',');
    const refused = await refusal('/associations', `{${tooMany}}`);
    const expected = 'Cannot parse the body: it has more than 100000 fields, objects and lists';
    assert.deepEqual([refused.status, refused.detail], [400, expected]);
    const fields = Array.from({ length: 99_000 }, (_, index) => `"f${index}":1`).join(',');
    for (const path of WRITES) {
      const { status, detail, errors } = await refusal(path, `{"name":"x","firstPort":1,"ranges":["9"],${fields}}`);
      assert.deepEqual([status, errors.length], [400, 100]);
      const others = path === '/reservations' ? 99_001 : 99_000;
      assert.match(detail, new RegExp(`^Unknown field "(?:ranges|firstPort)": .*; and ${others} more faults$`));
    }
  });

  test('for 1,000 entries with every field invalid', async () => {
    const wrong = { name: '', firstPort: '\u0001'.repeat(200), note: 7, sources: 'x', tags: [''], link: 'x' };
    const body = JSON.stringify(Array.from({ length: 1000 }, () => wrong));
    const { status, errors, detail } = await refusal('/associations', body);
    assert.deepEqual([status, errors.length], [400, 100]);
    assert.match(detail, /; and 5999 more faults$/);
  });

  test('for a field name or value as long as a body', async () => {
    const long = 'x'.repeat(1_000_000);
    const name = `${'x'.repeat(80)}…`;
    const unknown = await refusal('/associations', JSON.stringify({ name: 'x', firstPort: 1, [long]: 1 }));
    assert.deepEqual(
      unknown.errors.map(({ parameter }: { parameter: string }) => parameter),
      [name],
    );
    const value = await refusal('/associations', JSON.stringify({ name: long, firstPort: 1, category: long }));
    assert.deepEqual(
      value.errors.map(({ detail }: { detail: string }) => detail.split(': ')[0]),
      [`Cannot read name "${name}"`, `Cannot read category "${name}"`],
    );
  });

  test('for GraphQL variables', async () => {
    const query = 'mutation ($input: AssociationInput!) { createAssociation(input: $input) { id } }';
    const ask = async (input: string) => {
      const { text, body } = await request(product.app)
        .post('/graphql')
        .set({ Authorization: product.bearer('write'), 'Content-Type': 'application/json' })
        .send(`{"query":${JSON.stringify(query)},"variables":{"input":${input}}}`);
      assert.ok(text.length < LONGEST_REFUSAL, `${text.length} characters`);
      return body.errors[0].extensions.code;
    };
    // Its bodies have at most 100 kB.
    const long = '\\u0001'.repeat(8_000);
    const deep = `${'['.repeat(60)}${']'.repeat(60)}`;
    for (const input of [
      deep,
      `{"name":"x","firstPort":1,"tags":${deep}}`,
      `{"name":"x","firstPort":"${long}"}`,
      `{"name":"${long}","firstPort":1}`,
      `{"name":"x","firstPort":1,"tags":["${long}","${long}"],"lastPort":["x"]}`,
      `{"name":"x","firstPort":1,${Array.from({ length: 8_000 }, (_, index) => `"f${index}":1`).join(',')}}`,
    ]) {
      const start = process.cpuUsage();
      assert.equal(await ask(input), 'BAD_USER_INPUT');
      // An error for each of 8,000 fields, each of which quotes all of them, would take 30 s of CPU.
      const { user } = process.cpuUsage(start);
      assert.ok(user < MOST_CPU_US, `${user / 1000} ms for ${input.slice(0, 40)}`);
    }
  });
});
