import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

async function ask(query: string, variables: Record<string, unknown> = {}) {
  const { body, status } = await request(product.app).post('/graphql').send({ query, variables });
  return { ...body, status };
}

test('a port has only the requested fields', async () => {
  const { data, status } = await ask(
    `query ($number: Int!) {
      port(number: $number, protocol: UDP) {
        number range { name } states { tcp udp sctp dccp } blockedByBrowsers
        assignments { serviceName firstPort lastPort protocol state aliasOf }
        associations { id category confidence origin protocols }
      }
    }`,
    { number: 6667 },
  );
  assert.equal(status, 200);
  assert.deepEqual(data, {
    port: {
      number: 6667,
      range: { name: 'user' },
      states: { tcp: 'ASSIGNED', udp: 'RESERVED', sctp: 'UNLISTED', dccp: 'UNLISTED' },
      blockedByBrowsers: true,
      assignments: [
        { serviceName: null, firstPort: 6665, lastPort: 6669, protocol: 'UDP', state: 'RESERVED', aliasOf: null },
      ],
      associations: [
        {
          id: 'tuya-device-discovery',
          category: 'IOT_INDUSTRIAL',
          confidence: 'OBSERVED',
          origin: 'INFORMAL',
          protocols: ['UDP'],
        },
      ],
    },
  });
});

test('words with a hyphen are enum values with an underscore', async () => {
  const { data } = await ask('{ port(number: 5173) { associations { id category confidence origin protocols } } }');
  assert.deepEqual(data.port.associations, [
    { id: 'vite-dev-server', category: 'WEB_DEV', confidence: 'DOCUMENTED', origin: 'INFORMAL', protocols: ['TCP'] },
  ]);
});

test('many ports are in request order', async () => {
  const { data } = await ask('{ ports(numbers: [443, 22, 443]) { number } }');
  assert.deepEqual(data.ports, [{ number: 443 }, { number: 22 }, { number: 443 }]);
});

test('one informal or own use by its id, or null', async () => {
  const { data, errors } = await ask(`{
    found: association(id: "xsan-filesystem-access") { id name firstPort sources { title url } }
    none: association(id: "nothing-of-this-id") { id }
  }`);
  const { body } = await request(product.app).get('/associations/xsan-filesystem-access');
  const { id, name, firstPort, sources } = body;
  assert.deepEqual([errors, data], [undefined, { found: { id, name, firstPort, sources }, none: null }]);
});

test('services, ranges, ephemeral ranges and the registry', async () => {
  const { data } = await ask(`{
    service(name: "AirPlay") { name assignments { firstPort protocol } associations { id } otherNameOf { origin firstPort } }
    none: service(name: "nosuchservice") { name }
    ranges { name firstPort lastPort }
    ephemeralRanges { system current source { title url } }
    registry { date origins { list origin rows } }
  }`);
  assert.deepEqual(data.service, {
    name: 'airplay',
    assignments: [
      { firstPort: null, protocol: 'TCP' },
      { firstPort: null, protocol: 'UDP' },
    ],
    associations: [{ id: 'airplay-7000' }, { id: 'airplay-receiver-5000' }, { id: 'shairport-sync-airplay-1' }],
    otherNameOf: [
      { origin: 'INFORMAL', firstPort: 7000 },
      { origin: 'INFORMAL', firstPort: 5000 },
      { origin: 'INFORMAL', firstPort: 5000 },
    ],
  });
  assert.equal(data.none, null);
  assert.deepEqual(
    data.ranges.map(({ name }: { name: string }) => name),
    ['system', 'user', 'dynamic'],
  );
  assert.ok(
    data.ephemeralRanges.some(
      ({ system, current }: { system: string; current: boolean }) => system === 'linux' && current,
    ),
  );
  assert.deepEqual(data.registry.origins[0], { list: 'assignments', origin: 'IANA', rows: 14270 });
});

describe('an invalid query', () => {
  test('for an invalid port number has the code BAD_USER_INPUT', async () => {
    const detail = (number: string) => `Cannot parse port number "${number}": expected an integer from 0 to 65535`;
    for (const number of ['65536', '-1', '70000']) {
      const { errors, data } = await ask(`{ port(number: ${number}) { number } }`);
      assert.deepEqual(
        [data, errors[0].message, errors[0].extensions],
        [null, detail(number), { code: 'BAD_USER_INPUT' }],
      );
    }
    const { errors } = await ask('{ ports(numbers: [22, 65536]) { number } }');
    assert.deepEqual([errors[0].message, errors[0].extensions], [detail('65536'), { code: 'BAD_USER_INPUT' }]);
  });

  test('for more than 1,000 ports is refused', async () => {
    const numbers = Array.from({ length: 1001 }, (_, index) => index);
    const { errors } = await ask('query ($numbers: [Int!]!) { ports(numbers: $numbers) { number } }', { numbers });
    assert.equal(errors[0].message, 'Cannot answer for more than 1000 ports at once: got 1001');
    assert.equal(errors[0].extensions.code, 'BAD_USER_INPUT');
  });

  test("that does not match the schema is a 400 in GraphQL's format", async () => {
    const cases = [
      ['{ port(number: "80") { number } }', 'GRAPHQL_VALIDATION_FAILED'],
      ['{ port(number: 80, protocol: ICMP) { number } }', 'GRAPHQL_VALIDATION_FAILED'],
      ['{ harbour { name } }', 'GRAPHQL_VALIDATION_FAILED'],
      ['{ port(', 'GRAPHQL_PARSE_FAILED'],
    ];
    for (const [query = '', code] of cases) {
      const { errors, status } = await ask(query);
      assert.deepEqual([status, errors[0].extensions.code], [400, code]);
      assert.equal(errors[0].extensions.stacktrace, undefined);
    }
  });

  test('that is not JSON, too large or of another type is a problem', async () => {
    const post = () => request(product.app).post('/graphql');
    const noJson = await post().set('Content-Type', 'application/json').send('{');
    assert.deepEqual([noJson.status, noJson.body.detail], [400, 'Cannot parse the body: expected JSON']);
    const large = await post().send({ query: `{ ports(numbers: [${'1,'.repeat(60_000)}1]) { number } }` });
    assert.deepEqual([large.status, large.type], [413, 'application/problem+json']);
    const text = await post().set('Content-Type', 'text/plain').send('{ registry { date } }');
    assert.deepEqual(
      [text.status, text.body.detail],
      [415, 'Cannot read the body: expected Content-Type application/json'],
    );
  });
});

test('a query can be sent by GET', async () => {
  const { body } = await request(product.app).get('/graphql').query({ query: '{ port(number: 22) { number } }' });
  assert.deepEqual(body, { data: { port: { number: 22 } } });
});

test('a search has the text in q, as in REST, or in text', async () => {
  const count = async (given: string) => (await ask(`{ search(${given}) { totalCount } }`)).data?.search.totalCount;
  assert.ok((await count('q: "ssh"')) > 0);
  assert.equal(await count('q: "ssh", text: null'), await count('text: "ssh"'));
  for (const [given, message] of [
    ['', 'Cannot search without q: expected one of q and text'],
    ['(q: "ssh", text: "ssh")', 'Cannot search with q and text: expected one of q and text'],
  ]) {
    const { errors, data } = await ask(`{ search${given} { totalCount } }`);
    assert.deepEqual([data, errors[0].message, errors[0].extensions.code], [null, message, 'BAD_USER_INPUT']);
  }
});

test('the ports to avoid are an enum', async () => {
  const { data } = await ask(
    '{ suggestions(avoid: [LINUX, OWN], within: "20000-20999", count: 3) { results { number } } }',
  );
  const { body } = await request(product.app).get('/suggestions?avoid=linux,own&within=20000-20999&count=3');
  assert.deepEqual(
    data.suggestions.results,
    body.results.map(({ number }: { number: number }) => ({ number })),
  );
  const { errors } = await ask('{ suggestions(avoid: ["linux"]) { count } }');
  assert.match(errors[0].message, /Enum "Avoidable" cannot represent non-enum value/);
  const { data: types } = await ask('{ __type(name: "Avoidable") { enumValues { name } } }');
  assert.deepEqual(
    types.__type.enumValues.map(({ name }: { name: string }) => name),
    ['LINUX', 'WINDOWS', 'MACOS', 'KUBERNETES', 'BROWSERS', 'OWN'],
  );
});
