import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ASSIGNMENT_STATES } from '../../src/registry/rows/assignment.ts';
import { CATEGORIES, ORIGINS } from '../../src/registry/rows/association.ts';
import { TRANSPORT_PROTOCOLS } from '../../src/registry/values/transport-protocol.ts';
import { type BundledRow, INFORMAL_ROWS, keyOf, OFFICIAL_ROWS, select } from '../support/bundled-rows.ts';
import { request } from '../support/contract.ts';
import { fc } from '../support/properties.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

const LISTS = { assignments: OFFICIAL_ROWS, associations: INFORMAL_ROWS } as const;
type List = keyof typeof LISTS;

async function ask(path: string) {
  return (await request(product.app).get(path)).body;
}

/** Follows a list from page to page, and checks on each that the total and the links are right. */
async function walk(list: List, filters: URLSearchParams, limit: number): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  let path: string | null = `/${list}?${new URLSearchParams([...filters, ['limit', String(limit)]])}`;
  let before: string | null = null;
  let count: number | undefined;
  while (path !== null) {
    const page = await ask(path);
    assert.equal(page.count, count ?? page.count, 'the total stays the same');
    const offset: string | null =
      page.previous && new URL(page.previous, 'http://localhost').searchParams.get('offset');
    assert.equal(offset, before, 'the page before is the one that led here');
    before = String(rows.length);
    count = page.count;
    rows.push(...page.results);
    path = page.next;
  }
  assert.equal(rows.length, count);
  return rows;
}

function keysOf(rows: readonly BundledRow[]): string[] {
  return rows.map(({ key }) => key);
}

const FILTERS: readonly (readonly [List, string])[] = [
  ['assignments', ''],
  ['assignments', 'port=80'],
  ['assignments', 'port=6010'],
  ['assignments', 'port=6010&protocol=udp'],
  ['assignments', 'port=7775'],
  ['assignments', 'port=60257'],
  ['assignments', 'protocol=dccp'],
  ['assignments', 'protocol=SCTP&state=assigned'],
  ['assignments', 'service=SSH'],
  ['assignments', 'service=sql*net'],
  ['assignments', 'service='],
  ['assignments', 'service=nosuchservice'],
  ...ASSIGNMENT_STATES.map((state) => ['assignments', `state=${state}`] as const),
  ['assignments', 'origin=iana&state=recorded'],
  ['assignments', 'origin=informal'],
  ['assignments', 'origin=own'],
  ['assignments', 'q=window'],
  ['assignments', 'q=window+sys'],
  ['assignments', 'q=z39.50'],
  ['assignments', 'q=forte&port=4413&protocol=tcp&state=assigned&origin=iana&service=vision-mon'],
  ['assignments', 'q='],
  ['assignments', 'q=%25'],
  ['associations', ''],
  ['associations', 'port=60257'],
  ['associations', 'port=60257&protocol=udp'],
  ['associations', 'protocol=sctp'],
  ['associations', 'service=xsan+FILESYSTEM+access'],
  ...CATEGORIES.map((category) => ['associations', `category=${category}`] as const),
  ['associations', 'origin=informal&category=os'],
  ['associations', 'origin=iana'],
  ['associations', 'origin=own'],
  ['associations', 'q=apple'],
  ['associations', 'q=apple+xs&port=50000&category=storage'],
];

describe('the filters of a list', () => {
  for (const [list, query] of FILTERS) {
    test(`/${list}?${query} returns only the matching rows of the file, in its order`, async () => {
      const filters = new URLSearchParams(query);
      const expected = select(LISTS[list], filters);
      if (query === '') assert.ok(expected.length > 400);
      assert.deepEqual((await walk(list, filters, 1000)).map(keyOf), keysOf(expected));
    });
  }

  test('can be combined in any way', async () => {
    const word = fc.constantFrom('net', 'server', 'http', 'sun', 'x11', 'control pro', 'oracle', 'web');
    const shared = {
      port: fc.oneof(fc.constantFrom(22, 80, 3478, 6010, 7775, 8080, 27005, 60257), fc.nat(65535)).map(String),
      protocol: fc.constantFrom(...TRANSPORT_PROTOCOLS),
      origin: fc.constantFrom(...ORIGINS),
      service: fc.constantFrom(...[...OFFICIAL_ROWS, ...INFORMAL_ROWS].map(({ name }) => name)),
      q: word,
    };
    const query = fc.oneof(
      fc.tuple(
        fc.constant<List>('assignments'),
        fc.record({ ...shared, state: fc.constantFrom(...ASSIGNMENT_STATES) }, { requiredKeys: [] }),
      ),
      fc.tuple(
        fc.constant<List>('associations'),
        fc.record({ ...shared, category: fc.constantFrom(...CATEGORIES) }, { requiredKeys: [] }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(query, async ([list, asked]) => {
        const filters = new URLSearchParams(asked as Record<string, string>);
        const expected = select(LISTS[list], filters);
        const { count, results } = await ask(`/${list}?${filters}`);
        assert.equal(count, expected.length);
        assert.deepEqual(results.map(keyOf), keysOf(expected.slice(0, 50)));
      }),
      { numRuns: 200 },
    );
  });
});

describe('the pages of a list', () => {
  test('of any size contain every row once', async () => {
    const filters = new URLSearchParams('q=sun');
    const expected = keysOf(select(OFFICIAL_ROWS, filters));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 3, max: 1000 }), async (limit) => {
        assert.deepEqual((await walk('assignments', filters, limit)).map(keyOf), expected);
      }),
      { numRuns: 15 },
    );
  });

  test('start at offset 0 by default', async () => {
    const results = async (query: string) => (await ask(`/associations?limit=2${query}`)).results;
    assert.deepEqual(await results('&offset=0'), await results(''));
  });

  test('past the end are empty, with the correct count', async () => {
    for (const [offset, previous] of [
      [INFORMAL_ROWS.length, INFORMAL_ROWS.length - 50],
      [INFORMAL_ROWS.length + 1, INFORMAL_ROWS.length - 50],
      [9007199254740991, INFORMAL_ROWS.length - 50],
    ]) {
      assert.deepEqual(await ask(`/associations?offset=${offset}`), {
        count: INFORMAL_ROWS.length,
        next: null,
        previous: `/associations?limit=50&offset=${previous}`,
        results: [],
      });
    }
  });
});

test('every use has its own URL', async () => {
  const pages = Array.from({ length: Math.ceil(INFORMAL_ROWS.length / 1000) }, (_, index) => index * 1000);
  const results = [];
  for (const offset of pages) results.push(...(await ask(`/associations?limit=1000&offset=${offset}`)).results);
  // Every tenth row: a request for each row would take 13 s.
  for (const row of results.filter((_, index) => index % 10 === 0))
    assert.deepEqual(await ask(`/associations/${row.id}`), row);
  assert.equal(results.length, INFORMAL_ROWS.length);
  for (const id of ['xsan', 'XSAN-FILESYSTEM-ACCESS', '%25', '1', '%00']) {
    const { status, body } = await request(product.app).get(`/associations/${id}`);
    const quoted = JSON.stringify(decodeURIComponent(id));
    assert.deepEqual([status, body.detail], [404, `Cannot find association ${quoted}: no such id`]);
  }
});

test('an invalid filter is a 400 that names the expected values', async () => {
  const cases = [
    ['/assignments?port=65536', 'port', 'Cannot parse port number "65536": expected an integer from 0 to 65535'],
    [
      '/assignments?protocol=icmp',
      'protocol',
      'Cannot parse transport protocol "icmp": expected tcp, udp, sctp or dccp',
    ],
    [
      '/assignments?state=free',
      'state',
      'Cannot parse state "free": expected assigned, recorded, reserved, deregistered or unassigned',
    ],
    ['/associations?origin=ours', 'origin', 'Cannot parse origin "ours": expected iana, informal or own'],
    [
      '/associations?state=assigned',
      'state',
      'Unknown query parameter "state": expected one of category, owner, environment, tag, pool, status, sort, port, protocol, service, origin, q, limit, offset, format, wide',
    ],
  ] as const;
  for (const [path, parameter, detail] of cases) {
    const { status, body } = await request(product.app).get(path);
    assert.deepEqual([status, body.detail, body.errors], [400, detail, [{ parameter, detail }]], path);
  }
});
