import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { buildSchema, getIntrospectionQuery, parse } from 'graphql';
import { getComplexity } from 'graphql-query-complexity';
import request from 'supertest';
import { costOf, LIMITS } from '../../src/graphql/limits.ts';
import { EVERY_FIELD } from '../support/agreement.ts';
import { createTestApp, useProduct } from '../support/registry.ts';

const product = useProduct();

async function ask(query: string, variables: Record<string, unknown> = {}, app = product.app) {
  const { body, status } = await request(app).post('/graphql').send({ query, variables });
  return { ...body, status };
}

const THOUSAND = Array.from({ length: 1000 }, (_, index) => index);
const COSTLY = EVERY_FIELD.replace(
  /\}\s*$/,
  ' more: ports(numbers: $more) { number summary range { name } } }',
).replace('(', '($more: [Int!]!, ');

function repeat(count: number, part: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => part(index)).join(' ');
}

/** Returns nested fields, which validation refuses for another reason than their depth. */
function deep(depth: number): string {
  return `{ ${'port { '.repeat(depth - 1)} number ${'} '.repeat(depth - 1)} }`;
}

/** Returns a document with a number of tokens: two lists of ports, which have 24 around the numbers. */
function long(tokens: number): string {
  const numbers = tokens - 26;
  return `{ a: ${ports(Math.floor(numbers / 2))} b: ${ports(Math.ceil(numbers / 2))} }`;
}

function ports(count: number): string {
  return `ports(numbers: [${Array(count).fill(99)}]) { number }`;
}

/** Fragments that each use the next one twice: each further one doubles the number of visits. */
function bushy(count: number): string {
  const fragments = repeat(count, (index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`);
  return `{ ...F0 } ${fragments} fragment F${count} on Query { ranges { name } }`;
}

describe('a document within the limits', () => {
  test('may select every field of 1,000 ports, as literals or as variables', async () => {
    const beside = await ask(EVERY_FIELD, { numbers: THOUSAND });
    assert.deepEqual([beside.status, beside.errors, beside.data.ports.length], [200, undefined, 1000]);
    const within = await ask(EVERY_FIELD.replace(/^[^{]*/, '').replace(/\(.*\)/, `(numbers: [${THOUSAND}])`));
    assert.deepEqual([within.status, within.errors, within.data.ports], [200, undefined, beside.data.ports]);
  });

  test('may select every field of 1,000 ports as of a day', async () => {
    const asOf = product.registry.info().date;
    const past = EVERY_FIELD.replace('protocol: $protocol', `protocol: $protocol, asOf: "${asOf}"`);
    const { status, errors, data } = await ask(past, { numbers: THOUSAND });
    assert.deepEqual([status, errors], [200, undefined]);
    // The time of the snapshot is a little earlier than the time of the import.
    const cells = ({ data }: { data: { ports: { registry: unknown }[] } }) =>
      data.ports.map((port) => ({ ...port, registry: null }));
    assert.deepEqual(cells({ data }), cells(await ask(EVERY_FIELD, { numbers: THOUSAND })));
  });

  test('may query the schema, as GraphiQL does', async () => {
    const everything = { schemaDescription: true, inputValueDeprecation: true, specifiedByUrl: true, oneOf: true };
    const { status, errors } = await ask(getIntrospectionQuery({ ...everything, directiveIsRepeatable: true }));
    assert.deepEqual([status, errors], [200, undefined]);
  });

  test('may reach each limit', async () => {
    const directives = repeat(LIMITS.directives, () => 'name @include(if: true)');
    for (const query of [
      `{ ${repeat(LIMITS.aliases, (index) => `p${index}: port(number: ${index}) { number }`)} }`,
      `{ ranges { ${directives} } }`,
      `{ ${repeat(LIMITS.repeats, () => 'port(number: 22) { number }')} }`,
      long(LIMITS.tokens),
      bushy(9),
    ]) {
      const { status, errors } = await ask(query);
      assert.deepEqual([status, errors], [200, undefined], query.slice(0, 80));
    }
    assert.deepEqual(limitErrors(await ask(deep(LIMITS.depth))), []);
    // 1,000 ports with all their fields cost 91,000, and each of 2,266 more 15: number, summary, range, name, itself and its report.
    const most = { numbers: THOUSAND, more: Array(2266).fill(22) };
    const { errors } = await ask(COSTLY, most);
    assert.equal(errors[0].message, 'Cannot answer for more than 1000 ports at once: got 2266');
  });
});

function limitErrors({ errors }: { errors?: { message: string }[] }): string[] {
  return (errors ?? []).map(({ message }) => message).filter((message) => /limit/i.test(message));
}

describe('a document beyond a limit is refused with the limit', () => {
  const cases = [
    [
      'aliases',
      `{ ${repeat(51, (i) => `p${i}: port(number: ${i}) { number }`)} }`,
      'Aliases limit of 50 exceeded, found 51.',
    ],
    [
      'aliases in a fragment',
      `{ a: port(number: 1) { ...F } b: port(number: 2) { ...F } } fragment F on Port { ${repeat(25, (i) => `n${i}: number`)} }`,
      'Aliases limit of 50 exceeded, found 52.',
    ],
    [
      'repeats',
      `{ ${repeat(101, () => 'port(number: 22) { number }')} }`,
      'Repeats limit of 100 exceeded, found 101 of the field "port".',
    ],
    [
      'repeats of an alias in fragments',
      `{ port(number: 22) { ...F ...G } } ${['F', 'G'].map((name) => `fragment ${name} on Port { ${repeat(55, () => 'a: range { name }')} }`).join(' ')}`,
      'Repeats limit of 100 exceeded, found 110 of the field "a".',
    ],
    ['depth', deep(11), 'Query depth limit of 10 exceeded, found 11.'],
    [
      'directives',
      `{ ranges { ${repeat(51, () => 'name @skip(if: false)')} } }`,
      'Directives limit of 50 exceeded, found 51.',
    ],
    ['tokens', long(2001), 'Tokens limit of 2000 exceeded.'],
    [
      'comparisons',
      `{ ranges { ${'name '.repeat(1100)} } }`,
      'Cannot check the document: comparing its fields takes more than the limit of 500000 steps',
    ],
    ['selections', bushy(14), 'Selections limit of 10000 exceeded.'],
  ] as const;
  for (const [name, query, message] of cases) {
    test(name, async () => {
      const answer = await ask(query);
      assert.equal(answer.status, 400);
      assert.deepEqual(limitErrors(answer), [message]);
      const { extensions } = answer.errors.find((error: { message: string }) => error.message === message);
      assert.deepEqual(extensions, { code: name === 'tokens' ? 'GRAPHQL_PARSE_FAILED' : 'GRAPHQL_VALIDATION_FAILED' });
    });
  }

  test('cost, counted with the values of the variables', async () => {
    const answer = await ask(COSTLY, { numbers: THOUSAND, more: Array(2267).fill(22) });
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.errors, [
      {
        message: 'Query cost limit of 125000 exceeded, found 125005.',
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ]);
    const page = `search(text: "s", first: $first) { edges { node { name } } nodes { name } }`;
    const pages = `query ($first: Int) { ${repeat(17, (index) => `s${index}: ${page}`)} }`;
    assert.equal(
      (await ask(pages, { first: 1000 })).errors[0].message,
      'Query cost limit of 125000 exceeded, found 357000.',
    );
    assert.equal((await ask(pages, { first: null })).status, 200);
  });

  test('cost, although another value does not fit', async () => {
    const query = `query ($number: Int = 1, $numbers: [Int!]!) {
      port(number: $number) { number } ${repeat(40, (index) => `p${index}: ports(numbers: $numbers) { number summary }`)}
    }`;
    const { errors } = await ask(query, { number: null, numbers: THOUSAND });
    assert.equal(errors[0].message, 'Query cost limit of 125000 exceeded, found 520000.');
  });
});

describe('the cost of a query follows its work', () => {
  const typeDefs = readFileSync(new URL('../../schema/portolan.graphql', import.meta.url), 'utf8');
  const schema = buildSchema(typeDefs);
  const cost = (query: string, variables: Record<string, unknown> = {}): number =>
    getComplexity({ schema, query: parse(query), variables, estimators: [costOf] });

  const cases = [
    ['{ ranges { name } }', 2],
    ['{ port(number: 22) { number } }', 12],
    ['{ port(number: 22, asOf: "2024-01-01") { number } }', 32],
    ['{ ports(numbers: [22, 23, 24]) { number summary } }', 39],
    ['{ ports(numbers: [22, 23, 24], asOf: "2024-01-01") { number summary } }', 99],
    ['{ service(name: "ssh") { name } }', 1002],
    ['{ suitability(number: 22) { verdict } }', 302],
    ['{ suggestions { count } }', 5360],
    ['{ suggestions(count: 100) { results { number } } }', 12300],
    ['{ search(text: "ssh") { totalCount } }', 5240],
    ['{ search(text: "ssh", first: 1000) { nodes { name } } }', 18000],
    ['{ assignments { totalCount } }', 1350],
    ['{ assignments(filter: { port: 22 }) { totalCount } }', 1350],
    ['{ assignments(filter: { q: "ssh" }) { totalCount } }', 5350],
    ['{ associations(filter: { q: "ssh" }, first: 1) { totalCount } }', 5007],
    ['{ changes(first: 10) { totalCount } }', 2220],
    ['{ snapshots(first: 1) { totalCount } }', 352],
    ['{ __schema { types { name } } }', 3],
  ] as const;
  for (const [query, points] of cases) {
    test(`${query}: ${points}`, () => assert.equal(cost(query), points));
  }

  test('counted with the values of the variables', () => {
    const query = 'query ($filter: AssignmentFilter) { assignments(filter: $filter, first: 1) { totalCount } }';
    const values = [{}, { filter: null }, { filter: { q: null } }, { filter: { q: '' } }];
    assert.deepEqual(
      values.map((variables) => cost(query, variables)),
      [1007, 1007, 1007, 5007],
    );
  });

  test('so that fifty searches in one document are refused', async () => {
    const text = '\uFDFA'.repeat(198);
    const { status, errors } = await ask(
      `query ($text: String!) { ${repeat(50, (index) => `s${index}: search(text: $text) { totalCount }`)} }`,
      { text },
    );
    assert.deepEqual([status, errors[0].message], [400, 'Query cost limit of 125000 exceeded, found 262000.']);
  });
});

test('several requests in one are refused', async () => {
  const one = { query: '{ ranges { name } }' };
  const { status, body } = await request(product.app).post('/graphql').send([one, one]);
  assert.deepEqual([status, body.errors[0].message], [400, 'Operation batching disabled.']);
});

describe('introspection', () => {
  const NAMES = '{ __schema { types { name } } }';

  test('is on by default', async () => {
    assert.equal((await ask(NAMES)).status, 200);
  });

  test('is refused with the reason when it is off, and errors suggest no names', async () => {
    const app = await createTestApp(product.registry, { INTROSPECTION: 'off' });
    const { status, errors } = await ask(NAMES, {}, app);
    assert.deepEqual(
      [status, errors[0].message, errors[0].extensions],
      [400, 'Cannot show the schema: introspection is off on this server', { code: 'GRAPHQL_VALIDATION_FAILED' }],
    );
    const typo = await ask('{ ports(number: 1) { numbr } }', {}, app);
    assert.doesNotMatch(JSON.stringify(typo.errors), /Did you mean/);
    assert.equal((await ask('{ port(number: 22) { number } }', {}, app)).status, 200);
  });
});
