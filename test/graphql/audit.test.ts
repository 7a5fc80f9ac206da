import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

const FIELDS =
  'id event at token tokenId requestId idempotencyKey requestHash reservationKey action kind key before after hash';
const QUERY = `query ($filter: AuditFilter, $first: Int, $after: String) {
  audit(filter: $filter, first: $first, after: $after) { totalCount head pageInfo { hasNextPage endCursor } nodes { ${FIELDS} } }
}`;

async function ask(variables: object = {}, authorization = product.bearer('admin')) {
  const headers: Record<string, string> = authorization === '' ? {} : { Authorization: authorization };
  const { body } = await request(product.app).post('/graphql').set(headers).send({ query: QUERY, variables });
  return body;
}

async function rest(query: string) {
  const { body } = await request(product.app).get(`/audit?${query}`).set('Authorization', product.bearer('admin'));
  return body;
}

/** Converts a row of REST to that of GraphQL: words in capitals, values as JSON. */
function toGraphql({ action, kind, before: old, after, ...row }: Record<string, unknown>) {
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
  return {
    ...row,
    action: String(action).toUpperCase(),
    kind: String(kind).toUpperCase(),
    before: json(old),
    after: json(after),
  };
}

describe('audit', () => {
  before(async () => {
    for (const name of ['one', 'two', 'three']) {
      await request(product.app)
        .post('/associations')
        .set('Authorization', product.bearer('write'))
        .send({ name: `audit ${name}`, firstPort: 26700 })
        .expect(201);
    }
  });

  test('lists the rows of REST, page by page', async () => {
    const all = await rest('token=write');
    const first = (await ask({ filter: { token: 'write' }, first: 2 })).data.audit;
    assert.deepEqual([first.totalCount, first.head, first.pageInfo.hasNextPage], [all.count, all.head, true]);
    const { endCursor: after } = first.pageInfo;
    const second = (await ask({ filter: { token: 'write' }, first: 2, after })).data.audit;
    assert.deepEqual([...first.nodes, ...second.nodes], all.results.map(toGraphql));
  });

  test('has the filters of REST', async () => {
    const [{ event, key, requestId, at }] = (await rest('token=write')).results;
    for (const [filter, query] of [
      [{ action: 'CREATE' }, 'action=create'],
      [{ event }, `event=${event}`],
      [{ id: key }, `id=${key}`],
      [{ requestId }, `requestId=${requestId}`],
      [{ since: at }, `since=${at}`],
      [{ until: at, token: 'write' }, `until=${at}&token=write`],
      [{ reservationKey: 'none' }, 'reservationKey=none'],
    ] as const) {
      const { data } = await ask({ filter });
      assert.deepEqual(data.audit.nodes, (await rest(query)).results.map(toGraphql), query);
    }
    const { errors } = await ask({ filter: { event: 0 } });
    assert.match(errors[0].message, /^Cannot parse event "0"/);
  });

  test('needs the scope admin', async () => {
    for (const [authorization, code] of [
      ['', 'UNAUTHENTICATED'],
      [product.bearer('write'), 'FORBIDDEN'],
    ] as const) {
      const { errors, data } = await ask({}, authorization);
      assert.deepEqual([errors[0].extensions.code, data], [code, null]);
    }
  });
});
