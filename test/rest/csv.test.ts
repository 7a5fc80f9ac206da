import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { type Association, NO_OWN_DETAILS } from '../../src/registry/rows/association.ts';
import { runAllSteps } from '../../src/registry/values/run-step.ts';
import { rowsCsv, searchCsv } from '../../src/text/csv.ts';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

type Fields = Readonly<Record<string, unknown>>;

async function table(path: string): Promise<Record<string, string>[]> {
  const { text, type } = await request(product.app).get(path).set('Accept', 'text/csv');
  assert.equal(type, 'text/csv');
  return parse(text, { columns: true });
}

async function json(path: string) {
  return (await request(product.app).get(path)).body;
}

/** Converts a row of JSON to cells: without what a cell cannot contain. */
function cellsOf(row: Fields): Record<string, string> {
  const isUse = 'id' in row;
  const sources = (isUse ? row.sources : row.references) as { title: string; url: string | null }[];
  const cells = {
    kind: isUse ? 'association' : 'assignment',
    name: isUse ? row.name : row.serviceName,
    firstPort: row.firstPort,
    lastPort: row.lastPort,
    protocol: isUse ? (row.protocols as string[]).join(' ') : row.protocol,
    state: row.state,
    origin: isUse ? row.origin : 'iana',
    description: isUse ? row.usedBy : row.description,
    category: row.category,
    confidence: row.confidence,
    aliasOf: row.aliasOf,
    sources: sources.map(({ title, url }) => url ?? title).join(' '),
    owner: row.owner,
    environment: row.environment,
    link: row.link,
    tags: isUse ? (row.tags as string[]).join(' ') : null,
    status: row.status,
  };
  return asTexts(cells);
}

function asTexts(cells: Fields): Record<string, string> {
  const texts = Object.entries(cells).map(([name, cell]) => [
    name,
    String(cell ?? '').replace(/^(?=[=+\-@\t\r])/, "'"),
  ]);
  return Object.fromEntries(texts);
}

test('lists of rows have the same rows as JSON, one per line', async () => {
  for (const path of ['/assignments?limit=1000', '/assignments?limit=1000&offset=13500', '/associations?limit=1000']) {
    const { results } = await json(path);
    assert.deepEqual(await table(path), results.map(cellsOf), path);
  }
  const found = (await json('/search?q=http&limit=1000')).results.flatMap(({ rows }: { rows: Fields[] }) =>
    rows.map(cellsOf),
  );
  assert.deepEqual(await table('/search?q=http&limit=1000'), found);
  const { assignments, associations } = await json('/services/ssh');
  assert.deepEqual(await table('/services/ssh'), [...assignments, ...associations].map(cellsOf));
  assert.deepEqual(await table('/associations/wake-on-lan'), [cellsOf(await json('/associations/wake-on-lan'))]);
  assert.deepEqual(await table('/search?q=qqqqqqq'), []);
});

test('a report has one line per row, starting with the query, its summary once, and one line if it has no rows', async () => {
  const path = '/ports?ports=80,60257/udp,1/dccp,6000-6001';
  const asked = ['80', '60257/udp', '1/dccp', '6000', '6001'];
  const expected = (await json(path)).results.flatMap((report: Fields, index: number) => {
    const rows = [...(report.assignments as Fields[]), ...(report.associations as Fields[])];
    return (rows.length === 0 ? [null] : rows).map((row, line) => {
      const lead = { query: asked[index], number: String(report.number), summary: line === 0 ? report.summary : '' };
      const otherNames = line === 0 ? (report.otherNames as { name: string }[]).map(({ name }) => name).join('|') : '';
      return { ...lead, ...(row && cellsOf(row)), otherNames, error: '' };
    });
  });
  const lines = await table(path);
  assert.deepEqual(
    lines.filter(({ kind }) => kind !== ''),
    expected.filter(({ kind }: Fields) => kind !== undefined),
  );
  assert.equal(lines.length, expected.length);
  assert.deepEqual(
    lines.map(({ query }) => query),
    expected.map(({ query }: Fields) => query),
  );
  assert.deepEqual(
    await table('/ports/80'),
    lines.filter(({ query }) => query === '80'),
  );
});

test('ranges and lists have the fields of JSON', async () => {
  assert.deepEqual(await table('/ranges'), (await json('/ranges')).results.map(asTexts));
  assert.deepEqual(await table('/registry'), (await json('/registry')).origins.map(asTexts));
  const ranges = (await json('/ephemeral-ranges')).results.map(({ source, ...range }: { source: { url: string } }) =>
    asTexts({ ...range, source: source.url }),
  );
  assert.deepEqual(await table('/ephemeral-ranges'), ranges);
});

test('no cell is run as a formula by a spreadsheet, and none breaks its line', () => {
  const use: Association = {
    id: 'evil',
    name: '=HYPERLINK("http://evil.example","x")',
    usedBy: "+cmd|' /C calc'!A0",
    firstPort: 1,
    lastPort: 1,
    protocols: ['tcp', 'udp'],
    category: 'other',
    confidence: 'disputed',
    prominence: 3,
    origin: 'own',
    note: null,
    sources: [{ title: '@SUM(1)', url: null }],
    ...NO_OWN_DETAILS,
  };
  const cases = ['=1', '+1', '-1', '@x', '\t=1', '\r=1'];
  for (const name of cases) {
    const [row] = parse(runAllSteps(rowsCsv([], [{ ...use, name }])), { columns: true }) as Record<string, string>[];
    assert.equal(row?.name, `'${name}`);
  }
  const hostile = 'a,"b"\r\nc\n;d\u2028';
  const text = runAllSteps(rowsCsv([], [use, { ...use, name: hostile, usedBy: ' -1' }]));
  const rows = parse(text, { columns: true }) as Record<string, string>[];
  assert.deepEqual(
    rows.map(({ name, description, sources }) => [name, description, sources]),
    [
      [`'${use.name}`, `'${use.usedBy}`, "'@SUM(1)"],
      [hostile, ' -1', "'@SUM(1)"],
    ],
  );
  assert.equal(runAllSteps(searchCsv([])).split('\n').length, 2);
});
