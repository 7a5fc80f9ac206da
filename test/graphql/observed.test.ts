import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

const PAGE = 'totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
const OBSERVATIONS = `query ($filter: ObservationFilter, $first: Int, $after: String) {
  observations(filter: $filter, first: $first, after: $after) {
    ${PAGE} nodes { host source environment scope protocol port process firstSeen lastSeen goneAt }
  }
}`;
const DRIFT = `query ($filter: DriftFilter, $first: Int, $after: String) {
  drift(filter: $filter, first: $first, after: $after) {
    ${PAGE} nodes {
      kind detail host environment protocol port lastPort processes scopes
      entry { id name owner environment firstPort lastPort protocols }
      pool missingHosts officialNames knownNames firstSeen lastSeen since proposedName
    }
  }
}`;

async function ask(query: string, variables: object = {}, Authorization: string | null = product.bearer('read')) {
  const response = await request(product.app)
    .post('/graphql')
    .set(Authorization === null ? {} : { Authorization })
    .send({ query, variables });
  assert.equal(response.headers['cache-control'], 'no-store');
  return response.body;
}

async function refusal(query: string, variables: object = {}, Authorization?: string | null) {
  const { data, errors } = await ask(query, variables, Authorization);
  return [data ?? null, errors[0].extensions.code, errors[0].message];
}

async function rest(path: string) {
  const { status, body } = await request(product.app).get(path).set('Authorization', product.bearer('read'));
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/** Writes the words of enums as REST does. */
function inLowerCase(nodes: readonly object[]): unknown {
  const words = /"(kind|source|scope|protocol)":"([A-Z_]+)"/g;
  const text = JSON.stringify(nodes).replaceAll(words, (_all, name, word) => {
    const lower = word.toLowerCase();
    return `"${name}":"${name === 'kind' ? lower : lower.replaceAll('_', '-')}"`;
  });
  const lists = /"(scopes|protocols)":(\[[^\]]*\])/g;
  return JSON.parse(
    text.replaceAll(lists, (_all, name, list) => `"${name}":${list.toLowerCase().replaceAll('_', '-')}`),
  );
}

describe('what hosts have reported', () => {
  before(async () => {
    for (const entry of [
      { name: 'shop', firstPort: 443, protocols: ['tcp'], environment: 'production' },
      { name: 'vault', firstPort: 8200, protocols: ['tcp', 'udp'], environment: 'production' },
    ]) {
      const created = await request(product.app)
        .post('/associations')
        .set('Authorization', product.bearer('write'))
        .send(entry);
      assert.equal(created.status, 201);
    }
    const line = (address: string, process: string) =>
      `tcp LISTEN 0 128 ${address} 0.0.0.0:* users:(("${process}",pid=7,fd=3))\n`;
    const sent = await request(product.app)
      .put('/observations/web-1?environment=production')
      .set({ Authorization: product.bearer('observe'), 'Content-Type': 'text/plain' })
      .send(line('0.0.0.0:443', 'nginx') + line('[fe80::1%eth0]:6379', 'redis'));
    assert.equal(sent.status, 200);
  });

  test('is the same as over REST', async () => {
    const observations = (await ask(OBSERVATIONS)).data.observations;
    const listed = await rest('/observations');
    assert.deepEqual([inLowerCase(observations.nodes), observations.totalCount], [listed.results, 2]);
    for (const [filter, query] of [
      [{ days: 0 }, '?days=0'],
      [{}, ''],
      [{ days: 0, kind: 'DECLARED_NOT_SEEN' }, '?days=0&kind=declared_not_seen'],
      [{ host: 'WEB-1', environment: 'production' }, '?host=web-1&environment=production'],
      [{ kind: null, days: null, host: null, environment: null }, ''],
    ] as const) {
      const { nodes, totalCount } = (await ask(DRIFT, { filter })).data.drift;
      const { results, count } = await rest(`/drift${query}`);
      assert.deepEqual([inLowerCase(nodes), totalCount], [results, count], query);
    }
  });

  test('has filters and pages', async () => {
    const ports = async (filter: object) =>
      (await ask(OBSERVATIONS, { filter })).data.observations.nodes.map(({ port }: { port: number }) => port);
    assert.deepEqual(await ports({ port: 443 }), [443]);
    assert.deepEqual(await ports({ process: 'redis', protocol: 'TCP', host: 'web-1', since: '2020-01-01' }), [6379]);
    assert.deepEqual(await ports({ state: 'GONE' }), []);
    assert.deepEqual(await ports({ since: '9999-01-01' }), []);
    const first = (await ask(DRIFT, { filter: { days: 0 }, first: 1 })).data.drift;
    const second = (await ask(DRIFT, { filter: { days: 0 }, first: 2, after: first.pageInfo.endCursor })).data.drift;
    const kinds = [...first.nodes, ...second.nodes].map(({ kind }: { kind: string }) => kind);
    assert.deepEqual(kinds, ['SEEN_NOT_DECLARED', 'DECLARED_NOT_SEEN', 'DECLARED_AND_SEEN']);
    assert.deepEqual([first.totalCount, first.pageInfo.hasNextPage, second.pageInfo.hasNextPage], [3, true, false]);
  });

  test('needs a token with read or more, however often the query is asked', async () => {
    const none = 'A token is needed: expected the header field Authorization: Bearer TOKEN';
    const small = 'The token "observe" has the scope observe: expected read';
    for (const query of [OBSERVATIONS, DRIFT]) {
      for (let time = 0; time < 3; time++) {
        assert.equal((await ask(query)).errors, undefined);
        assert.deepEqual(await refusal(query, {}, null), [null, 'UNAUTHENTICATED', none]);
        assert.deepEqual(await refusal(query, {}, product.bearer('observe')), [null, 'FORBIDDEN', small]);
      }
    }
  });

  test('refuses invalid arguments', async () => {
    const days = 'Cannot parse days "91": expected an integer from 0 to 90';
    assert.deepEqual(await refusal(DRIFT, { filter: { days: 91 } }), [null, 'BAD_USER_INPUT', days]);
    const host =
      'Cannot parse host "a_b": expected labels of letters, digits and hyphens, separated by dots, such as web-1.example.org';
    assert.deepEqual(await refusal(DRIFT, { filter: { host: 'a_b' } }), [null, 'BAD_USER_INPUT', host]);
    assert.deepEqual(await refusal(OBSERVATIONS, { filter: { host: 'a_b' } }), [null, 'BAD_USER_INPUT', host]);
    const port = 'Cannot parse port number "65536": expected an integer from 0 to 65535';
    assert.deepEqual(await refusal(OBSERVATIONS, { filter: { port: 65536 } }), [null, 'BAD_USER_INPUT', port]);
    const since = 'Cannot parse since "now": expected a day such as 2026-11-24 or a time such as 2026-11-24T08:30:00Z';
    assert.deepEqual(await refusal(OBSERVATIONS, { filter: { since: 'now' } }), [null, 'BAD_USER_INPUT', since]);
    const first = 'Cannot parse first "1001": expected an integer from 1 to 1000';
    assert.deepEqual(await refusal(DRIFT, { first: 1001 }), [null, 'BAD_USER_INPUT', first]);
  });

  test('costs as much as it takes', async () => {
    const twice = `{ a: drift { totalCount } b: drift { totalCount } c: drift { totalCount } }`;
    const [data, code, message] = await refusal(twice);
    assert.deepEqual([data, code], [null, 'GRAPHQL_VALIDATION_FAILED']);
    assert.match(message, /^Query cost limit of 125000 exceeded/);
    assert.equal((await ask(DRIFT, { first: 1000 })).errors, undefined);
    assert.equal((await ask(OBSERVATIONS, { first: 1000 })).errors, undefined);
  });
});
