import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { serverAudits } from 'graphql-http';
import { useListening } from '../support/listening.ts';
import { useProduct } from '../support/registry.ts';

const origin = useListening(useProduct());
const audits = serverAudits({ url: async () => `${await origin()}/graphql` });

describe('GraphQL over HTTP passes the audits of graphql-http', () => {
  for (const { id, name, fn } of audits) {
    test(`${id} ${name}`, async () => {
      const result = await fn();
      assert.equal(result.status, 'ok', 'reason' in result ? result.reason : '');
    });
  }

  test('has at least 61 audits', () => assert.ok(audits.length >= 61, `found only ${audits.length}`));
});

describe('a request that cannot be run', () => {
  const bad = [
    ['{', 'GRAPHQL_PARSE_FAILED'],
    ['{ harbour }', 'GRAPHQL_VALIDATION_FAILED'],
    ['query ($number: Int!) { port(number: $number) { number } }', 'BAD_USER_INPUT'],
    ['query A { ranges { name } } query B { ranges { name } }', 'OPERATION_RESOLUTION_FAILURE'],
  ] as const;
  const accepting = [
    [undefined, 400, 'application/json'],
    ['*/*', 400, 'application/json'],
    ['application/json', 200, 'application/json'],
    ['Application/JSON;q=0.9, */*;q=0.1', 200, 'application/json'],
    ['application/graphql-response+json', 400, 'application/graphql-response+json'],
    ['application/graphql-response+json, application/json;q=0.9', 400, 'application/graphql-response+json'],
    ['application/json, application/graphql-response+json', 400, 'application/json'],
  ] as const;

  for (const [accept, status, type] of accepting) {
    test(`is a ${status} where Accept is ${accept}`, async () => {
      for (const [query, code] of bad) {
        const response = await fetch(`${await origin()}/graphql`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', ...(accept !== undefined && { Accept: accept }) },
          body: JSON.stringify({ query }),
        });
        const { data, errors } = (await response.json()) as { data?: unknown; errors: [{ extensions: unknown }] };
        assert.deepEqual([response.status, response.headers.get('content-type')], [status, `${type}; charset=utf-8`]);
        assert.deepEqual([data, errors[0].extensions], [undefined, { code }]);
      }
    });
  }

  test('is a 400 for any Accept if it is not a GraphQL request, and a 405 for a mutation by GET', async () => {
    const headers = { Accept: 'application/json', 'Content-Type': 'application/json' };
    for (const body of ['{}', '[]', '{"query":1}', '[{"query":"{ranges{name}}"}]']) {
      const response = await fetch(`${await origin()}/graphql`, { method: 'POST', headers, body });
      assert.equal(response.status, 400, body);
    }
    const get = await fetch(`${await origin()}/graphql?query=mutation{__typename}`, { headers });
    assert.deepEqual([get.status, get.headers.get('allow')], [405, 'POST']);
  });
});
