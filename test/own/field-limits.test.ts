import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CONTRACT, request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

/** The limits of a field in the contract. */
interface Bounds {
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly items?: Bounds;
  readonly pattern?: string;
}

type Schemas = Readonly<Record<string, { readonly properties: Readonly<Record<string, Bounds>> }>>;
const { schemas } = CONTRACT.components as { readonly schemas: Schemas };

/** Creates an entry that has a field of a given length. */
type Make = (length: number) => Readonly<Record<string, unknown>>;

/** Returns a text of a length in characters, each of two UTF-16 code units; an address is plain. */
function textOf(length: number, { pattern }: Bounds): string {
  return pattern === undefined ? '😀'.repeat(length) : 'https://x.example/'.padEnd(length, 'a');
}

function fieldsOf(schema: string): [name: string, bounds: Bounds][] {
  return Object.entries(schemas[schema]?.properties ?? {});
}

const CASES: readonly (readonly [field: string, most: number | undefined, make: Make])[] = [
  ...fieldsOf('OwnEntry').flatMap(([name, bounds]) => {
    const { maxLength, maxItems, items = {} } = bounds;
    const list = (length: number) => Array.from({ length }, (_, index) => `${index}`);
    const sources = (length: number) => list(length).map((title) => ({ title, url: null }));
    return [
      [name, maxLength, (length: number) => ({ [name]: textOf(length, bounds) })],
      [`${name}, how many`, maxItems, (length: number) => ({ [name]: (name === 'sources' ? sources : list)(length) })],
      [`${name}, each`, items.maxLength, (length: number) => ({ [name]: [textOf(length, items)] })],
    ] as const;
  }),
  ...fieldsOf('OwnReference').map(([name, bounds]) => {
    const make: Make = (length) => ({ sources: [{ title: 'x', [name]: textOf(length, bounds) }] });
    return [`sources, ${name}`, bounds.maxLength, make] as const;
  }),
].filter(([, most]) => most !== undefined);

describe('a field of an own entry accepts exactly what the contract allows', () => {
  test('these fields have a limit', () => {
    assert.deepEqual(
      CASES.map(([field, most]) => `${field}: ${most}`),
      [
        'name: 100',
        'usedBy: 100',
        'note: 2000',
        'sources, how many: 20',
        'owner: 100',
        'contact: 200',
        'environment: 100',
        'link: 2000',
        'tags, how many: 20',
        'tags, each: 50',
        'otherNames, how many: 100',
        'otherNames, each: 100',
        'justification: 2000',
        'hosts, how many: 100',
        'hosts, each: 253',
        'sources, title: 200',
        'sources, url: 2000',
      ],
    );
  });

  for (const [field, most = 0, make] of CASES) {
    test(field, async () => {
      const write = (length: number) =>
        request(product.app)
          .post('/associations')
          .set('Authorization', product.bearer('write'))
          .send({ name: 'x', firstPort: 9, ...make(length) });
      assert.equal((await write(most)).status, 201);
      assert.equal((await write(most + 1)).status, 400);
    });
  }
});
