import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import request from 'supertest';
import { withTable } from '../docs/settings-table.ts';
import { bundledLists, DATA_FOLDER } from '../src/cli/actions/bundled.ts';
import { HIGH_BYTES, LOW_BYTES } from '../src/cli/server/save-memory.ts';
import { LIMITS, QUESTION_COSTS } from '../src/graphql/limits.ts';
import { METRICS_PATH } from '../src/http/message/probe-paths.ts';
import { CHART_PATH } from '../src/http/routes/chart.ts';
import { EXPORTS } from '../src/render/export-files.ts';
import { ROUTES } from '../src/rest/routes.ts';
import { IMPORT_PATH } from '../src/rest/write/imports.ts';
import { OBSERVATION_PATH } from '../src/rest/write/snapshots.ts';
import { WRITES } from '../src/rest/write/writes.ts';
import { commandsOf, PAGES } from './support/documented-commands.ts';
import { useProduct } from './support/registry.ts';

const product = useProduct();

/** HTML pages and the contract. */
const HUMAN_PAGES = ['/', '/own', '/about', '/openapi.json', '/docs'];
const ROOT = new URL('../', import.meta.url);

function read(file: string): string {
  return readFileSync(new URL(file, ROOT), 'utf8');
}

/** Returns the cells of a Markdown table whose first header is given, without the header. */
function table(text: string, firstHeader: string): string[][] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${firstHeader} |`));
  assert.ok(start >= 0, `no table that begins with ${firstHeader}`);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  const rows = lines.slice(start + 2, end).map((line) => line.slice(2, -2).split(/(?<!\\) \| /));
  return rows.map((cells) => cells.map((cell) => cell.replaceAll('`', '').replaceAll('\\|', '|').trim()));
}

/** Returns the curl commands of the console blocks, with their documented output. */
function examplesOf(page: string): { readonly command: string; readonly output: string }[] {
  const answered = commandsOf(page).filter(({ command, printed }) => printed !== null && command.startsWith('curl '));
  return answered.map(({ command, printed }) => ({ command, output: printed ?? '' }));
}

for (const page of PAGES.filter((name) => examplesOf(name).length > 0)) {
  describe(`an example of ${page}`, () => {
    for (const { command, output } of examplesOf(page)) {
      test(command, async () => {
        const [, address, body, accept = '*/*'] =
          /^curl '?localhost:7605(\/[^\s']*)'?(?: --json '([^']*)')?(?: -H 'Accept: ([^']*)')?$/.exec(command) ?? [];
        assert.ok(address !== undefined, 'not a command that this test can run');
        const asked = body === undefined ? request(product.app).get(address) : request(product.app).post(address);
        asked.set('Accept', accept);
        const response = await (body === undefined ? asked : asked.type('json').send(body));
        const printed = response.text.endsWith('\n') ? response.text : `${response.text}\n`;
        // An ellipsis at the end replaces the rest.
        if (output.endsWith('…\n')) assert.equal(printed.slice(0, output.length - 2), output.slice(0, -2));
        else assert.equal(printed, output);
      });
    }
  });
}

test('README.md is short, and has examples', () => {
  assert.ok(read('README.md').split('\n').length <= 130);
  assert.ok(examplesOf('README.md').length >= 5);
});

test('docs/graphql.md lists exactly the limits of GraphQL', () => {
  const documented = table(read('docs/graphql.md'), 'limit').map(([limit, most]) => [limit, Number(most)]);
  assert.deepEqual(documented, Object.entries(LIMITS));
});

test('the REST contract has the limits of GraphQL', async () => {
  const { body } = await request(product.app).get('/openapi.json');
  const { description } = body.paths['/graphql'].post;
  for (const most of Object.values(LIMITS)) {
    assert.match(description, new RegExp(`\\b${most.toLocaleString('en')}\\b`));
  }
});

test('the REST contract has the version of the package', async () => {
  const { body } = await request(product.app).get('/openapi.json');
  assert.equal(body.info.version, JSON.parse(read('package.json')).version);
});

test('SECURITY.md has the sizes at which V8 begins and stops to save memory', () => {
  const words = read('SECURITY.md').replaceAll('\n', ' ');
  assert.ok(
    words.includes(`From ${HIGH_BYTES / 1e6} MB on, until it uses less than ${LOW_BYTES / 1e6} MB, V8 collects`),
  );
});

test('docs/graphql.md lists the cost of every query field', () => {
  const documented = table(read('docs/graphql.md'), 'query field').map(([question, ...points]) => [
    question,
    points.map(Number),
  ]);
  const real = Object.entries(QUESTION_COSTS).map(([question, { once = 0, each = 0, words = 0, asOf = 0 }]) => [
    question,
    [once, each, words, asOf],
  ]);
  assert.deepEqual(documented, real);
});

test('docs/rest.md and docs/exports.md list exactly the routes', () => {
  const pages = read('docs/rest.md') + read('docs/exports.md');
  const tables = pages.split('\n').filter((line) => /^\| `(?:GET|POST|PUT|PATCH|DELETE) /.test(line));
  const documented = tables.flatMap((line) =>
    [...line.matchAll(/(?:GET|POST|PUT|PATCH|DELETE) (\/[^\s?,`]*)/g)].map(([, path]) => path),
  );
  const resources = [...ROUTES, ...WRITES].map(({ path }) =>
    path.replace('{:port}', ':port').replaceAll(/:(\w+)/g, '{$1}'),
  );
  const real = [
    ...resources,
    ...EXPORTS.map(({ path }) => path),
    IMPORT_PATH,
    OBSERVATION_PATH.replace(':host', '{host}'),
    '/ports/lookup',
    '/token',
    CHART_PATH,
    ...HUMAN_PAGES,
    '/healthz',
    '/readyz',
    METRICS_PATH,
  ];
  assert.deepEqual([...new Set(documented)].sort(), [...new Set(real)].sort());
});

describe('docs/configuration.md', () => {
  test('has the table of settings that npm run docs generates', () => {
    const page = read('docs/configuration.md');
    assert.equal(page, withTable(page));
  });
});

describe('data/README.md', () => {
  const lists = Object.values(bundledLists());
  const documented = table(read('data/README.md'), 'file');

  test('has the same data as lists.json for every file', () => {
    const known = lists.map((list) => [
      list.file,
      list.source,
      list.date,
      String(list.rows),
      list.licence,
      list.sha256,
    ]);
    assert.deepEqual(documented, known);
  });

  for (const { file, rows, sha256 } of lists) {
    test(`${file} has the documented row count and sha256`, () => {
      const bytes = readFileSync(new URL(file, DATA_FOLDER));
      assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256);
      assert.equal(parse(bytes).length - 1, rows);
    });
  }

  test('lists every file of the folder', () => {
    const files = globSync(['iana/{service-*,prominence}.csv', 'informal/*.csv'], { cwd: DATA_FOLDER });
    assert.deepEqual(files.sort(), lists.map(({ file }) => file).sort());
  });
});

describe('CONTRIBUTING.md', () => {
  test('gives a reason for exactly the run-time dependencies', () => {
    const dependencies = ['package.json', 'src/web/explorers/package.json'].flatMap((file) =>
      Object.keys(JSON.parse(read(file)).dependencies),
    );
    const named = table(read('CONTRIBUTING.md'), 'package').flatMap(([packages = '']) => packages.split(', '));
    assert.deepEqual(named.sort(), dependencies.sort());
  });
});

/** Returns the anchors of the headings of a Markdown file, as GitHub computes them. */
function anchorsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading.toLowerCase());
  return headings.map((heading) => heading.replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-'));
}

test('links between documents have existing targets', () => {
  for (const file of [
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'SECURITY.md',
    'data/README.md',
    ...globSync('docs/*.md', { cwd: ROOT }),
  ]) {
    for (const [, path = '', anchor] of read(file).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)) {
      const link = `${file} links to ${path}#${anchor}`;
      const target = path === '' ? new URL(file, ROOT) : new URL(path, new URL(file, ROOT));
      assert.doesNotThrow(() => readFileSync(target), link);
      if (anchor !== undefined) assert.ok(anchorsOf(readFileSync(target, 'utf8')).includes(anchor), link);
    }
  }
});
