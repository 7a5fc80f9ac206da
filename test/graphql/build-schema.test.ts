import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildSchema as buildPlain, graphql, parse, printSchema } from 'graphql';
import { buildSchema } from '../../src/graphql/build-schema.ts';

const TEXT = `
  enum Word { FIRST_WORD SECOND_WORD }
  input Filter { word: Word = SECOND_WORD, words: [Word!] = [FIRST_WORD] }
  type One { word: Word }
  type Two { words: [Word!] }
  union Either = One | Two
  type Query { either(filter: Filter = {}, word: Word = FIRST_WORD): Either }
`;

const RESOLVERS = {
  Word: { FIRST_WORD: 'first-word', SECOND_WORD: 'second-word' },
  Either: { __resolveType: (value: object) => ('word' in value ? 'One' : 'Two') },
  Query: {
    either: (_root: unknown, { filter, word }: { filter: { words: string[]; word: string }; word: string }) =>
      word === 'first-word' ? { word: filter.word } : { words: filter.words },
  },
};

test('resolvers get and return the words of enums, also as default values', async () => {
  const schema = buildSchema(parse(TEXT), RESOLVERS);
  const source = `{
    one: either { ... on One { word } }
    two: either(word: SECOND_WORD) { ... on Two { words } }
    three: either(filter: { word: FIRST_WORD }) { __typename ... on One { word } }
  }`;
  const { data, errors } = await graphql({ schema, source });
  assert.equal(errors, undefined);
  assert.deepEqual(JSON.parse(JSON.stringify(data)), {
    one: { word: 'SECOND_WORD' },
    two: { words: ['FIRST_WORD'] },
    three: { __typename: 'One', word: 'FIRST_WORD' },
  });
  assert.equal(printSchema(schema), printSchema(buildPlain(TEXT)));
});

test('a resolver of something that the schema does not have is an error', () => {
  for (const resolvers of [{ Other: { a: 1 } }, { Query: { a: () => 1 } }, { Word: { THIRD: 'third' } }]) {
    assert.throws(
      () => buildSchema(parse(TEXT), resolvers),
      /^Error: the schema has no (Other\.a|Query\.a|Word\.THIRD)$/,
    );
  }
});
