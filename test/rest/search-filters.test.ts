import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ASSIGNMENT_STATES } from '../../src/registry/rows/assignment.ts';
import { CATEGORIES, ORIGINS } from '../../src/registry/rows/association.ts';
import { PORT_RANGES } from '../../src/registry/values/port-range.ts';
import { TRANSPORT_PROTOCOLS } from '../../src/registry/values/transport-protocol.ts';
import { INFORMAL_ROWS, keyOf, OFFICIAL_ROWS, select } from '../support/bundled-rows.ts';
import { request } from '../support/contract.ts';
import { fc } from '../support/properties.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();
const ALL_ROWS = [...OFFICIAL_ROWS, ...INFORMAL_ROWS];

interface Found {
  readonly count: number;
  readonly next: string | null;
  readonly previous: string | null;
  readonly results: readonly { readonly rows: readonly Readonly<Record<string, unknown>>[] }[];
  readonly suggestions: readonly string[];
}

async function ask(path: string): Promise<Found> {
  return (await request(product.app).get(path)).body;
}

/** Returns the keys of the rows of each result. */
function keysOf(results: Found['results']): string[][] {
  return results.map(({ rows }) => rows.map(keyOf));
}

/** Checks that each result of a search has a matching row, and that all matching rows are found. */
function checkRows(query: URLSearchParams, results: readonly string[][]): void {
  const expected = select(ALL_ROWS, query).map(({ key }) => key);
  const filters = new URLSearchParams([...query].filter(([name]) => name !== 'q'));
  const allowed = new Set(select(ALL_ROWS, filters).map(({ key }) => key));
  for (const keys of results) assert.ok(keys.length === 0 || keys.some((key) => allowed.has(key)), String(keys));
  const found = new Set(results.flat());
  assert.deepEqual(
    expected.filter((key) => !found.has(key)),
    [],
  );
}

/** Returns the results of a search, page by page; each page is requested by the link on the one before. */
async function walk(query: URLSearchParams, limit: number): Promise<string[][]> {
  const keys: string[][] = [];
  let path: string | null = `/search?${new URLSearchParams([...query, ['limit', String(limit)]])}`;
  let count: number | undefined;
  while (path !== null) {
    const page: Found = await ask(path);
    assert.equal(page.count, count ?? page.count, 'the total stays the same');
    assert.equal(page.previous === null, keys.length === 0);
    count = page.count;
    keys.push(...keysOf(page.results));
    path = page.next;
  }
  assert.equal(keys.length, count);
  return keys;
}

describe('a filter returns only matching rows', () => {
  const cases = [
    ...ORIGINS.map((origin) => `q=server&origin=${origin}`),
    ...TRANSPORT_PROTOCOLS.map((protocol) => `q=server&protocol=${protocol}`),
    ...PORT_RANGES.map(({ name }) => `q=server&range=${name}`),
    ...ASSIGNMENT_STATES.map((state) => `q=re&state=${state}`),
    ...CATEGORIES.map((category) => `q=server&category=${category}`),
    'q=server&protocol=TCP&origin=IANA&range=User',
    'q=server&state=assigned&origin=informal',
    'q=server&category=database&origin=iana',
    'q=server&category=database&state=assigned',
    'q=mysql&category=database&origin=informal&protocol=tcp&range=user',
    'q=unassigned&state=unassigned&range=system',
  ];
  for (const query of cases) {
    test(query, async () => {
      const parameters = new URLSearchParams(query);
      checkRows(parameters, await walk(parameters, 1000));
    });
  }

  test('filters can be combined in any way', async () => {
    const query = fc.record(
      {
        q: fc.constantFrom('net', 'server', 'http', 's', 'control pro', 'reserved', 'tcp', 'oracle'),
        origin: fc.constantFrom(...ORIGINS),
        protocol: fc.constantFrom(...TRANSPORT_PROTOCOLS),
        range: fc.constantFrom(...PORT_RANGES.map(({ name }) => name)),
        state: fc.constantFrom(...ASSIGNMENT_STATES),
        category: fc.constantFrom(...CATEGORIES),
      },
      { requiredKeys: ['q'] },
    );
    await fc.assert(
      fc.asyncProperty(query, async (asked) => {
        const parameters = new URLSearchParams(asked as Record<string, string>);
        const { count, results } = await ask(`/search?${parameters}&limit=1000&literal=true`);
        assert.equal(results.length, Math.min(count, 1000));
        if (count <= 1000) checkRows(parameters, keysOf(results));
      }),
      { numRuns: 150 },
    );
  });

  test('an unknown value is a 400 that lists the valid ones', async () => {
    const cases = [
      ['origin=ours', 'Cannot parse origin "ours": expected iana, informal or own'],
      ['range=private', 'Cannot parse range "private": expected system, user or dynamic'],
      ['protocol=icmp', 'Cannot parse transport protocol "icmp": expected tcp, udp, sctp or dccp'],
      ['state=free', 'Cannot parse state "free": expected assigned, recorded, reserved, deregistered or unassigned'],
    ];
    for (const [filter, detail] of cases) {
      const { status, body } = await request(product.app).get(`/search?q=ssh&${filter}`);
      assert.deepEqual([status, body.detail], [400, detail]);
    }
    const { body } = await request(product.app).get('/search?origin=iana');
    assert.equal(body.detail, 'Missing query parameter "q": expected words to search for');
  });
});

describe('the pages of a search', () => {
  test('of any size contain every result once, in the same order', async () => {
    const queries = ['q=ssh', 'q=server&origin=informal', 'q=6010', 'q=printer', 'q=80&protocol=tcp'];
    const asked = fc.tuple(fc.constantFrom(...queries), fc.integer({ min: 2, max: 1000 }));
    await fc.assert(
      fc.asyncProperty(asked, async ([query, limit]) => {
        const parameters = new URLSearchParams(query);
        const keys = await walk(parameters, limit);
        assert.deepEqual(keys, await walk(parameters, 1000));
        if (!/\d/.test(query)) checkRows(parameters, keys);
      }),
      { numRuns: 20 },
    );
  });

  test('past the end are empty, with the correct count and no suggestions', async () => {
    const { count } = await ask('/search?q=ssh');
    for (const offset of [count, count + 1, 9007199254740991]) {
      assert.deepEqual(await ask(`/search?q=ssh&limit=10&offset=${offset}`), {
        count,
        next: null,
        previous: `/search?q=ssh&limit=10&offset=${count - 10}`,
        results: [],
        corrected: null,
        detail: null,
        suggestions: [],
        retired: [],
      });
    }
  });
});
