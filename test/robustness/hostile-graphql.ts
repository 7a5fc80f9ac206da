import { anyText } from './hostile-text.ts';
import type { Random } from './random.ts';

const FIELDS = [
  'port',
  'ports',
  'service',
  'ranges',
  'ephemeralRanges',
  'registry',
  'search',
  'assignments',
  'associations',
  'nodes',
  'edges',
  'node',
  'number',
  'states',
  'tcp',
  'name',
  'pageInfo',
  'hasNextPage',
  'totalCount',
  '__typename',
  '__schema',
  '__type',
  'harbour',
] as const;
const ARGUMENTS = ['number', 'numbers', 'protocol', 'name', 'text', 'first', 'after', 'filter', 'origin', 'x'] as const;
const WHOLE = [
  '{ port(number: 80) { number summary assignments { serviceName references { title url } } } }',
  '{ ports(numbers: [1, 2, 3]) { number states { tcp } } }',
  '{ search(text: "ssh", first: 10) { totalCount edges { cursor node { kind } } suggestions } }',
  '{ assignments(first: 5) { nodes { serviceName } pageInfo { endCursor } } }',
  'query Q($n: Int!) { port(number: $n) { number } }',
  '{ __schema { types { name fields { name type { name ofType { name } } } } } }',
  'fragment A on Query { ...B } fragment B on Query { ...A } { ...A }',
  'mutation { __typename }',
  'subscription { __typename }',
  '{ ports(numbers: [99999999999]) { number } }',
  '{ __typename @skip(if: true) @include(if: false) }',
] as const;

/**
 * Creates a GraphQL request: valid, nearly valid, deep, wide, or not GraphQL at all.
 *
 * @param random - The source of randomness.
 */
export function anyGraphql(random: Random): { query: string; variables: unknown } {
  const variables = random.chance(0.7)
    ? { n: random.pick<unknown>([80, -1, 65_536, 2 ** 40, 1.5, null, '80', [], {}, anyText(random)]) }
    : random.pick<unknown>([null, [], 'x', 1, { n: 80, __proto__: 1 }]);
  return { query: anyDocument(random), variables };
}

function anyDocument(random: Random): string {
  return random.pick<() => string>([
    () => random.pick(WHOLE),
    () => corrupt(random, random.pick(WHOLE)),
    () => selection(random, 0),
    () => `{${'a{'.repeat(random.integer(1, 3000))}`,
    () => `{${'port(number:80){'.repeat(20)}number${'}'.repeat(20)}}`,
    () => `{${random.several(1, 1000, () => `a${random.integer(0, 9999)}:__typename`).join(' ')}}`,
    () => `{__typename ${'@skip(if:false)'.repeat(random.integer(1, 500))}}`,
    () => `{ports(numbers:${'['.repeat(random.integer(1, 1000))}1}`,
    () => `{service(name:${JSON.stringify(anyText(random))}){name}}`,
    () => `{search(text:${JSON.stringify(anyText(random))}, first: ${random.integer(-5, 2000)}){totalCount}}`,
    () => `{search(text:"ssh", after:${JSON.stringify(anyText(random))}){totalCount}}`,
    () => `{ports(numbers:[${random.several(0, 1200, () => random.integer(0, 65_535)).join()}]){number}}`,
    () =>
      `${Array.from(
        { length: 100 },
        (_, number) => `fragment F${number} on Query{...F${number + 1} ...F${number + 1}}`,
      ).join(' ')}fragment F100 on Query{__typename} {...F0}`,
    () => anyText(random),
  ])();
}

function selection(random: Random, depth: number): string {
  const field = (): string => {
    const values = random.several(0, 2, () => `${random.pick(ARGUMENTS)}: ${JSON.stringify(anyText(random))}`);
    const alias = random.chance(0.2) ? `a${random.integer(0, 3)}: ` : '';
    const inner = depth < 6 && random.chance(0.6) ? selection(random, depth + 1) : '';
    return `${alias}${random.pick(FIELDS)}${values.length > 0 ? `(${values.join(', ')})` : ''}${inner}`;
  };
  return `{ ${random.several(1, 4, field).join(' ')} }`;
}

/** Deletes or inserts characters at a random position. */
function corrupt(random: Random, text: string): string {
  const at = random.integer(0, text.length);
  return (
    text.slice(0, at) +
    random.pick(['', anyText(random), '}', '{', '"', '"""', '\\u{110000}', '#']) +
    text.slice(at + random.integer(0, 5))
  );
}
