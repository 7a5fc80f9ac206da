import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../src', import.meta.url));

/** Which folders and packages the files of a folder may import: the table of CONTRIBUTING.md, as data. */
const MAY_IMPORT: Readonly<Record<string, { folders: string[]; packages: string[] }>> = {
  registry: { folders: [], packages: [] },
  sources: { folders: ['registry'], packages: ['csv-parse', 'saxes', 'yaml', 'undici', 'p-retry'] },
  sqlite: { folders: ['registry'], packages: ['better-sqlite3'] },
  rest: { folders: ['registry'], packages: [] },
  text: { folders: ['registry'], packages: ['csv-stringify'] },
  graphql: {
    folders: ['registry'],
    packages: [
      'graphql',
      '@apollo/server',
      '@apollo/utils.keyvaluecache',
      '@as-integrations/express5',
      'express',
      '@escape.tech/graphql-armor-max-aliases',
      '@escape.tech/graphql-armor-max-depth',
      '@escape.tech/graphql-armor-max-directives',
      'graphql-query-complexity',
    ],
  },
  web: {
    folders: ['registry'],
    packages: ['express', 'yaml', '@remix-run/html-template', 'swagger-ui-dist', 'graphiql', 'react', 'react-dom'],
  },
  http: {
    folders: ['registry', 'rest', 'graphql', 'text', 'web', 'metrics', 'log.ts'],
    packages: [
      'express',
      'helmet',
      'cors',
      'compression',
      'express-rate-limit',
      'rate-limiter-flexible',
      'fresh',
      'lru-cache',
    ],
  },
  cli: {
    folders: ['registry', 'sources', 'sqlite', 'rest', 'text', 'graphql', 'web', 'metrics', 'http', 'config', 'log.ts'],
    packages: ['commander', 'croner', '@bomb.sh/tab', 'cli-progress', 'rate-limiter-flexible'],
  },
  metrics: { folders: ['registry'], packages: ['prom-client'] },
  config: { folders: ['registry'], packages: ['yaml', 'croner'] },
  'log.ts': { folders: ['config'], packages: ['pino', 'pino-pretty'] },
};

/** Names that say nothing of what is inside. */
const FORBIDDEN = /(?:^|[/\\])(?:utils?|helpers?|common|types|index|services|controllers|models)(?:\.ts$|[/\\])/;

const files = globSync('**/*.ts', { cwd: SOURCE });

/** The folder of `src` in which a file lies, or the file itself where it lies in `src`. */
function roomOf(file: string): string {
  return file.split(sep)[0] ?? file;
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(SOURCE, file), 'utf8');
  return [...text.matchAll(/(?<!')(?:from|import\(?)\s*'([^']+)'/g)].map(([, specifier]) => specifier ?? '');
}

test('every folder of src stands in the table', () => {
  assert.deepEqual([...new Set(files.map(roomOf))].sort(), Object.keys(MAY_IMPORT).sort());
});

for (const [room, { folders, packages }] of Object.entries(MAY_IMPORT)) {
  test(`${room} imports only what it may`, () => {
    for (const file of files.filter((name) => roomOf(name) === room)) {
      for (const specifier of importsOf(file)) {
        if (specifier.startsWith('.')) {
          const target = roomOf(normalize(join(dirname(file), specifier)));
          assert.ok(target === room || folders.includes(target), `${file} imports ${specifier}`);
        } else if (specifier.startsWith('node:')) {
          assert.notEqual(room, 'registry', `${file} imports ${specifier}`);
        } else {
          const name = specifier
            .split('/')
            .slice(0, specifier.startsWith('@') ? 2 : 1)
            .join('/');
          assert.ok(packages.includes(name), `${file} imports ${specifier}`);
        }
      }
    }
  });
}

test('every property test has its seed from one place', () => {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const tests = globSync('{*,!(clients)/**/*}.ts', { cwd: folder }).filter((file) =>
    /(?:from|import\(?)\s*'fast-check'/.test(readFileSync(join(folder, file), 'utf8')),
  );
  assert.deepEqual(tests, [join('support', 'properties.ts')]);
});

test('only the command line touches process', () => {
  const touching = files.filter((file) => /\bprocess\b\./.test(readFileSync(join(SOURCE, file), 'utf8')));
  assert.deepEqual(
    touching.map(roomOf).filter((room) => room !== 'cli'),
    [],
  );
});

/** Words that begin a statement, on however many lines it goes on, and the methods that take one. */
const SQL =
  /\b(?:SELECT|INSERT|UPDATE|DELETE\s+FROM|CREATE|DROP|ALTER|PRAGMA|ATTACH|VACUUM|BEGIN IMMEDIATE)\b|\.(?:prepare|pragma)\(/;

test('only the sqlite folder holds SQL', () => {
  for (const [text, isSql] of [
    ['`SELECT port\n  FROM assignment`', true],
    ['`WITH best AS (SELECT 1) UPDATE port\nSET a = 1`', true],
    ['db.pragma(name)', true],
    ['`DELETE\n  FROM assignment`', true],
    ["// SQLite selects from tables\nroute('DELETE', '/pools/:name')", false],
  ] as const)
    assert.equal(SQL.test(text), isSql, text);
  const holding = files.filter((file) => SQL.test(readFileSync(join(SOURCE, file), 'utf8')));
  assert.deepEqual([...new Set(holding.map(roomOf))], ['sqlite']);
});

test('no file is a drawer, a barrel or a default export', () => {
  for (const file of files) {
    assert.doesNotMatch(file, FORBIDDEN);
    const text = readFileSync(join(SOURCE, file), 'utf8');
    assert.doesNotMatch(text, /^export default|^export \*|^(?:export )?enum /m, file);
  }
});

test('every exported declaration has a doc comment', () => {
  for (const [text, count] of [
    ['/** Documented. */\nexport type A = 1;', 0],
    ['/**\n * Documented.\n */\nexport abstract class A {}', 0],
    ['/** The words. */\nexport const A = [1] as const;\nexport type One = (typeof A)[number];', 0],
    ['export type A<\n  T,\n> = T;', 1],
    ['const a = 1; /* no doc comment */\nexport async function* b() {}', 1],
    ['/** Of something else. */\nconst a = 1;\nexport interface B {}', 1],
    ['export abstract class A {}\nexport let b = 1;\nexport declare const c: 1;\nexport { d };', 4],
  ] as const)
    assert.equal(bareExports(text).length, count, text);
  const bare = files.flatMap((file) =>
    bareExports(readFileSync(join(SOURCE, file), 'utf8')).map((line) => `${file}: ${line}`),
  );
  assert.deepEqual(bare, []);
});

/** Finds the lines that export something without a doc comment right above. */
function bareExports(text: string): string[] {
  return [...text.matchAll(/^export\b.*$/gm)].flatMap(({ 0: line, index }) => {
    const before = text.slice(0, index).trimEnd();
    // The type derived from the list of words right above is documented there.
    const isDerived = /^export type \w+ = \(typeof /.test(line) && before.endsWith('as const;');
    const doc = before.slice(Math.max(0, before.lastIndexOf('/**')));
    const isDocumented = doc.startsWith('/**') && doc.indexOf('*/') === doc.length - 2;
    return isDerived || isDocumented ? [] : [line];
  });
}

const PROJECT = join(SOURCE, '..');

/** The names in quotes of a text that a pattern finds. */
function quoted(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name);
}

test('npm test and CI together run every file of tests once', () => {
  const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  const commands = readFileSync(join(PROJECT, '.ci/run'), 'utf8').split('\n');
  // Settings may stand before the command.
  const isRun = (script: string) => script === 'test' || commands.some((line) => line.endsWith(`npm run ${script}`));
  const globs = Object.keys(scripts)
    .filter(isRun)
    .flatMap((script) => quoted(scripts[script], /'(test\/[^']*)'/g));
  const run = globs.flatMap((glob) => globSync(glob, { cwd: PROJECT }));
  const isAggregate = (file: string) => dirname(file) === join('test', 'aggregate');
  const imported = run
    .filter(isAggregate)
    .flatMap((file) => quoted(readFileSync(join(PROJECT, file), 'utf8'), /'(\w+)'/g))
    .flatMap((folder) => globSync(`test/${folder}/*.test.ts`, { cwd: PROJECT }));
  const all = globSync('test/**/*.test.ts', { cwd: PROJECT, exclude: ['**/node_modules'] });
  const tests = (files: readonly string[]) => files.filter((file) => !isAggregate(file)).sort();
  assert.deepEqual(tests([...run, ...imported]), tests(all));
});
