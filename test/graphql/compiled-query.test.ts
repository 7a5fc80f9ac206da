import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { ApolloServer } from '@apollo/server';
import { buildSchema, execute, type GraphQLSchema, isAbstractType, parse, validate } from 'graphql';
import { decode } from '../../src/byte-text.ts';
import { CompiledQueries } from '../../src/graphql/compiled-queries.ts';
import { LIMIT_RULES } from '../../src/graphql/limits.ts';
import { resolvers } from '../../src/graphql/resolvers.ts';
import { AnswerSize } from '../../src/registry/values/answer-size.ts';
import { fc } from '../support/properties.ts';
import { type Draw, drawQuery, HOSTILE_NAMES } from '../support/query-documents.ts';
import { useProduct } from '../support/registry.ts';

type Variables = Record<string, unknown>;

/** Executes a query both ways. The compiled result is undefined where the query is not compiled or has an error. */
async function bothWays(schema: GraphQLSchema, query: string, variables: Variables, context: unknown) {
  const document = parse(query);
  const errors = validate(schema, document, undefined);
  assert.deepEqual(errors, [], query);
  const queries = new CompiledQueries();
  queries.add(query, schema, document);
  const run = queries.find({ query, operationName: null, variables });
  const compiled = await Promise.resolve(run?.(context)).then(
    (data) => data && `{"data":${decode(data)}}`,
    () => undefined,
  );
  const expected = await execute({ schema, document, variableValues: variables, contextValue: context });
  return { isCompiled: run !== undefined, compiled, expected };
}

function assertSame({ compiled, expected }: Awaited<ReturnType<typeof bothWays>>, message: string): void {
  if (expected.errors === undefined) assert.equal(compiled, JSON.stringify(expected), message);
  else assert.equal(compiled, undefined, message);
}

describe('queries of the schema', () => {
  const product = useProduct();
  let schema: GraphQLSchema;

  before(async () => {
    const typeDefs = readFileSync(new URL('../../schema/portolan.graphql', import.meta.url), 'utf8');
    const serverWillStart = async (server: { schema: GraphQLSchema }) => {
      schema = server.schema;
    };
    const server = new ApolloServer({
      typeDefs,
      resolvers: resolvers as never,
      plugins: [{ serverWillStart }],
      stopOnTerminationSignals: false,
    });
    await server.start();
    await server.stop();
  });

  function context() {
    return {
      registry: product.registry,
      work: { run: async (step: () => unknown) => step(), turn: async () => {}, startLarge: async () => {} },
      size: new AnswerSize(),
      markCacheable: () => {},
      onLookups: () => {},
    };
  }

  test('a compiled query has the same result as with graphql-js', async () => {
    let compiled = 0;
    let withErrors = 0;
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (gen) => {
        const { query, variables } = drawQuery(schema, (arbitrary) => gen(() => arbitrary));
        fc.pre(validate(schema, parse(query), LIMIT_RULES).length === 0);
        const result = await bothWays(schema, query, variables, context());
        const message = `${query} ${JSON.stringify(variables)}`;
        if (result.isCompiled) {
          compiled++;
          if (result.expected.errors !== undefined) withErrors++;
          assertSame(result, message);
        }
      }),
      { numRuns: 100, endOnFailure: true },
    );
    assert.ok(compiled > 50, `only ${compiled} queries were compiled`);
    assert.ok(withErrors > 5, `only ${withErrors} queries had errors`);
  });

  test('hostile names are not run as code', async () => {
    for (const name of HOSTILE_NAMES) {
      const query = `query ${name}($${name}: Int!) { ${name}: port(number: $${name}) { ...${name} } }
        fragment ${name} on Port { ${name}: summary states { ${name}: tcp } }`;
      const result = await bothWays(schema, query, JSON.parse(`{"${name}":22}`), context());
      // It would set the prototype of an object: graphql-js executes it.
      assert.equal(result.isCompiled, name !== '__proto__', name);
      if (result.isCompiled) assertSame(result, name);
    }
  });

  test('hostile strings are not run as code', async () => {
    for (const text of [
      '`$'.concat('{process.exit()}`'),
      '");process.exit();//',
      '\u2028\u2029\0',
      '"\\',
      '\u{10ffff}\u202e',
      '</script>',
    ]) {
      for (const query of [
        'query ($text: String!) { search(text: $text) { totalCount nodes { __typename } } service(name: $text) { name } }',
        `{ search(text: ${JSON.stringify(text)}) { totalCount } service(name: ${JSON.stringify(text)}) { name } }`,
      ]) {
        const result = await bothWays(schema, query, query.startsWith('query') ? { text } : {}, context());
        assert.ok(result.isCompiled);
        assertSame(result, JSON.stringify(text));
      }
    }
  });

  test('queries that cannot be compiled run in graphql-js', async () => {
    const fields = Array.from({ length: 30 }, (_, index) => `p${index}: port(number: ${index}) { ...All }`);
    const large = `{ ${fields.join(' ')} } fragment All on Port { ${Array.from({ length: 40 }, (_, i) => `n${i}: number`).join(' ')} }`;
    const queries = [
      '{ __schema { queryType { name } } }',
      '{ __type(name: "Port") { name } ranges { name } }',
      'mutation { deleteAssociation(id: "own-000000000000", revision: 1) { id } }',
      'query A { ranges { name } } query B { ranges { name } }',
      'query ($number: Int!) { port(number: $number) { number } }',
      // Many fields, and a large answer.
      large,
      '{ ports(numbers: [1]) { number } search(text: "a", first: 1000) { nodes { __typename } } }',
    ];
    for (const query of queries) {
      const kept = new CompiledQueries();
      kept.add(query, schema, parse(query));
      assert.equal(kept.find({ query, operationName: null, variables: { number: 'x' } }), undefined, query);
    }
  });

  test('operationName may name the operation, and no other', () => {
    const query = 'query A { ranges { name } }';
    const queries = new CompiledQueries();
    queries.add(query, schema, parse(query));
    const found = [null, 'A', 'B', ''].map((operationName) => queries.find({ query, operationName, variables: null }));
    assert.deepEqual(
      found.map((run) => run !== undefined),
      [true, true, false, false],
    );
  });

  test('the last 200 documents are kept', () => {
    const queries = new CompiledQueries();
    const documents = Array.from({ length: 201 }, (_, index) => `query Q${index} { ranges { name } }`);
    for (const query of documents) queries.add(query, schema, parse(query));
    const isKept = (query = '') => queries.find({ query, operationName: null, variables: null }) !== undefined;
    assert.deepEqual([isKept(documents[0]), isKept(documents[1]), isKept(documents[200])], [false, true, true]);
  });

  test('a cost that depends on variables is checked for each value', () => {
    const query = 'query ($first: Int, $text: String!) { search(text: $text, first: $first) { totalCount } }';
    const queries = new CompiledQueries();
    queries.add(query, schema, parse(query));
    const isCompiled = (first: number) =>
      queries.find({ query, operationName: null, variables: { first, text: 'a' } }) !== undefined;
    // 5,000, and 11 for each result: at most 10,000.
    assert.deepEqual([10, 1000, 300, 500, 10].map(isCompiled), [true, false, true, false, true]);
  });
});

describe('values of any kind', () => {
  const schema = buildSchema(`
    interface Named { name: String! }
    enum Kind { A B }
    type Leaf { value: Float! }
    union Both = Node | Leaf
    type Node implements Named {
      name: String! id: ID count: Int flag: Boolean kind: Kind child: Node children: [Node!] rows: [[Int!]] both: Both
    }
    type Query { node: Node nodeOrFail: Node! nodes: [Node] nodesOrFail: [Node!]! named: Named }
  `);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) type.resolveType = (value: { readonly of?: string }) => value.of;
  }
  const fields = schema.getQueryType()?.getFields() ?? {};

  /** Draws a node of the tree that resolvers return: promises, functions, and sometimes a value of a wrong type. */
  function drawNode(draw: Draw, depth = 0): unknown {
    const drawOne = <T>(...values: readonly T[]): T => draw(fc.constantFrom(...values));
    const isRare = () => draw(fc.integer({ min: 0, max: 299 })) === 0;
    const perhaps = (value: unknown): unknown => {
      if (isRare()) return drawOne<unknown>(null, undefined, new Error('a value'), 'text', 1.5, [], {});
      if (isRare()) {
        return async () => {
          throw new Error('late');
        };
      }
      const form = draw(fc.integer({ min: 0, max: 9 }));
      if (form === 0) return async () => value;
      return form === 1 ? () => value : value;
    };
    const next = () => (depth === 3 ? null : drawNode(draw, depth + 1));
    return {
      // A leaf is not Named.
      of: depth === 0 ? 'Node' : drawOne('Node', 'Leaf'),
      value: 0.5,
      name: perhaps(draw(fc.string({ unit: 'binary', maxLength: 5 }))),
      id: perhaps(drawOne<unknown>('a', 7)),
      count: perhaps(drawOne(0, -1, 2 ** 31 - 1)),
      flag: perhaps(drawOne(true, false)),
      kind: perhaps(drawOne('A', 'B')),
      child: perhaps(next()),
      children: perhaps(drawOne(0, 1, 2) === 0 ? [] : [next()].filter((value) => value !== null)),
      rows: perhaps(drawOne<unknown>([], [[1, 2]], [null, [3]])),
      both: perhaps(next()),
    };
  }

  const QUERY = `
    fragment Some on Node { id name count flag kind rows child { name } }
    query ($with: Boolean!, $without: Boolean = true) {
      node { ...Some children { ...Some child { ...Some __typename } } }
      nodeOrFail @include(if: $with) { name both { __typename ... on Leaf { value } ... on Node { ...Some } } }
      nodes { ...Some @skip(if: $with) child { kind } name }
      nodesOrFail @skip(if: $without) { name }
      named { __typename name ... on Node { count @include(if: $with) name } }
    }`;

  test('have the same result as with graphql-js, which also handles every error', async () => {
    const outcomes = { same: 0, failed: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.gen(),
        fc.boolean(),
        fc.option(fc.boolean(), { nil: undefined }),
        async (gen, isWith, without) => {
          const draw: Draw = (arbitrary) => gen(() => arbitrary);
          const node = drawNode(draw);
          // graphql-js leaves rejected promises unhandled where one of several items that may not be null has an error.
          const nodes = [node, drawNode(draw, 2), ...draw(fc.constantFrom<unknown[]>([], [null]))];
          const values: Record<string, unknown> = { nodesOrFail: [node], nodes: [Promise.resolve(node), ...nodes] };
          for (const [name, field] of Object.entries(fields)) {
            field.resolve = () => values[name] ?? node;
          }
          const variables = { with: isWith, ...(without !== undefined && { without }) };
          const result = await bothWays(schema, QUERY, variables, {});
          assert.ok(result.isCompiled);
          assertSame(result, 'values');
          outcomes[result.expected.errors === undefined ? 'same' : 'failed']++;
        },
      ),
      { numRuns: 200, endOnFailure: true },
    );
    assert.ok(outcomes.same > 30 && outcomes.failed > 30, JSON.stringify(outcomes));
  });
});
