import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ASSIGNMENT_STATES } from '../../src/registry/rows/assignment.ts';
import { CATEGORIES, ORIGINS } from '../../src/registry/rows/association.ts';
import { PORT_RANGES } from '../../src/registry/values/port-range.ts';
import { INFORMAL_ROWS, keyOf, OFFICIAL_ROWS, select } from '../support/bundled-rows.ts';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

const PAGE =
  'totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { ...row } }';
const ASSIGNMENT = 'serviceName firstPort lastPort protocol assignee registrationDate';

const QUERIES = {
  assignments: `query ($filter: AssignmentFilter, $first: Int, $after: String) {
    connection: assignments(filter: $filter, first: $first, after: $after) { ${PAGE} nodes { ...row } }
  }
  fragment row on Assignment { ${ASSIGNMENT} }`,
  associations: `query ($filter: AssociationFilter, $first: Int, $after: String) {
    connection: associations(filter: $filter, first: $first, after: $after) { ${PAGE} nodes { ...row } }
  }
  fragment row on Association { id }`,
  search: `query (
    $text: String!, $origin: Origin, $protocol: TransportProtocol, $range: PortRangeName, $state: AssignmentState,
    $category: Category, $first: Int, $after: String
  ) {
    connection: search(
      text: $text, origin: $origin, protocol: $protocol, range: $range, state: $state, category: $category,
      first: $first, after: $after
    ) {
      suggestions corrected { from to } detail ${PAGE} nodes { ...row }
    }
  }
  fragment row on SearchResult {
    kind port lastPort protocols name description origin prominence
    ... on AssignmentResult { rows { ${ASSIGNMENT} } }
    ... on AssociationResult { rows { id } }
  }`,
};

type Fields = Readonly<Record<string, unknown>>;

interface Connection {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly edges: readonly { readonly cursor: string; readonly node: Fields }[];
  readonly nodes: readonly Fields[];
}

async function ask(list: keyof typeof QUERIES, variables: Fields) {
  const { body } = await request(product.app).post('/graphql').send({ query: QUERIES[list], variables });
  return body;
}

/** Follows a connection from page to page, and checks the position of each. */
async function walk(list: keyof typeof QUERIES, variables: Fields, first: number): Promise<Fields[]> {
  const all: Fields[] = [];
  const cursors = new Set<string>();
  let after: string | null = null;
  for (;;) {
    const page: Connection = (await ask(list, { ...variables, first, after })).data.connection;
    const { totalCount, pageInfo, edges, nodes } = page;
    all.push(...nodes);
    for (const { cursor } of edges) cursors.add(cursor);
    assert.deepEqual(
      edges.map(({ node }) => node),
      nodes,
    );
    assert.deepEqual(pageInfo, {
      hasNextPage: all.length < totalCount,
      hasPreviousPage: after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    });
    if (pageInfo.hasNextPage) after = pageInfo.endCursor;
    else break;
    assert.equal(nodes.length, first);
  }
  assert.equal(cursors.size, all.length, 'every result has a cursor of its own');
  return all;
}

/** Converts the values of a query to those of GraphQL: enum values in capitals, a port as a number. */
function toArguments(query: string): Fields {
  const enums = ['protocol', 'state', 'category', 'origin', 'range'];
  const parameters = [...new URLSearchParams(query)].map(([name, value]) => {
    if (name === 'port') return [name, Number(value)];
    if (name === 'q') return [name, value];
    return [name, enums.includes(name) ? value.toUpperCase().replaceAll('-', '_') : value];
  });
  return Object.fromEntries(parameters);
}

describe('the connections of rows have the matching rows of the files', () => {
  const LISTS = { assignments: OFFICIAL_ROWS, associations: INFORMAL_ROWS } as const;
  const cases = [
    ['assignments', '', 1000],
    ['assignments', 'port=80', 3],
    ['assignments', 'port=6010&protocol=udp', 1],
    ['assignments', 'service=SSH', 2],
    ['assignments', 'state=deregistered', 4],
    ['assignments', 'state=recorded&origin=iana', 50],
    ['assignments', 'origin=own', 50],
    ['assignments', 'q=window+sys', 1],
    ['assignments', 'protocol=dccp&state=assigned&q=e', 20],
    ['associations', '', 100],
    ['associations', 'port=60257&protocol=udp', 1],
    ['associations', 'category=web-dev', 7],
    ['associations', 'origin=informal&q=apple+xs', 50],
    ['associations', 'origin=iana', 50],
    ['associations', 'service=xsan+FILESYSTEM+access', 50],
  ] as const;
  for (const [list, query, first] of cases) {
    test(`${list}, filtered by "${query}", ${first} a page`, async () => {
      const found = await walk(list, { filter: toArguments(query) }, first);
      const expected = select(LISTS[list], new URLSearchParams(query)).map(({ key }) => key);
      assert.deepEqual(found.map(keyOf), expected);
    });
  }
});

describe('the connection of a search has the same results as REST', () => {
  const cases = [
    ['q=ssh', 5],
    ['q=http&protocol=dccp', 20],
    ['q=6010', 1],
    ['q=sql+net&origin=iana', 4],
    ['q=server&origin=informal&protocol=udp', 3],
    ...PORT_RANGES.map(({ name }) => [`q=manager&range=${name}`, 100] as const),
    ...ASSIGNMENT_STATES.map((state) => [`q=re&state=${state}`, 1000] as const),
    ...CATEGORIES.map((category) => [`q=server&category=${category}`, 20] as const),
    ...ORIGINS.map((origin) => [`q=server&origin=${origin}`, 1000] as const),
    ['q=mysql&category=database&origin=informal&protocol=tcp&range=user', 20],
    ['q=server&category=database&state=assigned', 20],
    ['q=sssh', 20],
    ['q=%25', 20],
  ] as const;
  for (const [query, first] of cases) {
    test(`${query}, ${first} a page`, async () => {
      const { q: text, ...filter } = toArguments(query);
      const { body } = await request(product.app).get(`/search?${query}&limit=1000`);
      const inCapitals = (key: string, value: unknown) =>
        ['kind', 'origin'].includes(key) && typeof value === 'string' ? value.toUpperCase() : value;
      const cut = ({ rows, protocols, ...result }: Fields) => ({
        ...result,
        protocols: (protocols as string[]).map((protocol) => protocol.toUpperCase()),
        rows: (rows as Fields[]).map(keyOf),
      });
      const expected = JSON.parse(JSON.stringify(body.results.map(cut)), inCapitals);
      assert.deepEqual((await walk('search', { text, ...filter }, first)).map(cut), expected);
      const { suggestions, corrected, detail } = (await ask('search', { text, ...filter })).data.connection;
      assert.deepEqual(
        { suggestions, corrected, detail },
        { suggestions: body.suggestions, corrected: body.corrected, detail: body.detail },
      );
    });
  }
});

test('a page has 1 to 1,000 results, and starts after a cursor of this server', async () => {
  const cases = [
    [{ first: 0 }, 'Cannot parse first "0": expected an integer from 1 to 1000'],
    [{ first: 1001 }, 'Cannot parse first "1001": expected an integer from 1 to 1000'],
    [{ first: -1 }, 'Cannot parse first "-1": expected an integer from 1 to 1000'],
    [{ after: '50' }, 'Cannot parse after "50": expected a cursor of an earlier page'],
    [{ after: '' }, 'Cannot parse after "": expected a cursor of an earlier page'],
    [{ filter: { port: 65536 } }, 'Cannot parse port number "65536": expected an integer from 0 to 65535'],
  ] as const;
  for (const [variables, message] of cases) {
    for (const list of ['assignments', 'associations'] as const) {
      const [error] = (await ask(list, variables)).errors;
      assert.deepEqual([error.message, error.extensions.code], [message, 'BAD_USER_INPUT']);
    }
  }
  const usual = (await ask('assignments', { first: null, after: null, filter: null })).data.connection;
  assert.equal(usual.nodes.length, 50);
  const far = Buffer.from('after:999999').toString('base64url');
  const past = (await ask('associations', { after: far })).data.connection;
  const pageInfo = { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null };
  assert.deepEqual(past, { totalCount: INFORMAL_ROWS.length, pageInfo, edges: [], nodes: [] });
});
