import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../src', import.meta.url));

/** The folders and packages that the files of a folder may import. */
interface Permissions {
  readonly folders: readonly string[];
  readonly packages: readonly string[];
}

/** The table of CONTRIBUTING.md: a row is the folder, the folders and the packages. */
const MAY_IMPORT: ReadonlyMap<string, Permissions> = new Map(
  [...readFileSync(join(SOURCE, '../CONTRIBUTING.md'), 'utf8').matchAll(/^\| `([\w./-]+)` \| (.*?) \| (.*?) ?\|$/gm)]
    .filter(([, folder = '']) => existsSync(join(SOURCE, folder)))
    .map(([, folder = '', folders = '', packages = '']) => [
      folder,
      {
        folders: [...folders.matchAll(/`([\w./-]+)`/g)].map(([, name = '']) => name),
        packages: packages.split(', ').filter((name) => name !== ''),
      },
    ]),
);

/** The most files of a folder. */
const MOST_FILES = 18;

/** Names that do not describe the content of a file. */
const FORBIDDEN = /(?:^|[/\\])(?:utils?|helpers?|common|types|index|services|controllers|models)(?:\.ts$|[/\\])/;

const files = globSync('**/*.ts', { cwd: SOURCE });

/** Returns the folder of `src` of a file, or the file itself if it is directly in `src`. */
function folderOf(file: string): string {
  const folder = dirname(file).replaceAll(sep, '/');
  return folder === '.' ? file : folder;
}

/** Returns the specifiers that a file imports, type imports included. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(SOURCE, file), 'utf8');
  return [...text.matchAll(/(?<!')(?:from|import\(?)\s*'([^'\n]+)'/g)].map(([, specifier]) => specifier ?? '');
}

/** Returns the files of `src` that a file imports. */
function importedFiles(file: string): string[] {
  return importsOf(file)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => normalize(join(dirname(file), specifier)));
}

test('the table of CONTRIBUTING names every folder of src, and no other', () => {
  assert.deepEqual([...new Set(files.map(folderOf))].sort(), [...MAY_IMPORT.keys()].sort());
});

test('a folder has at most 18 files', () => {
  const counts = Map.groupBy(globSync('**/*.*', { cwd: SOURCE }), folderOf);
  const large = [...counts].filter(([, { length }]) => length > MOST_FILES).map(([folder]) => folder);
  assert.deepEqual(large, []);
});

for (const [folder, { folders, packages }] of MAY_IMPORT) {
  test(`${folder} imports only what the table allows`, () => {
    const isAllowed = (target: string): boolean =>
      target === folder || folders.some((allowed) => target === allowed || isBelow(target, allowed));
    // A folder that has the top folder in its row may import all folders below it. Its own siblings are named one by one.
    const isBelow = (target: string, allowed: string): boolean =>
      allowed !== folder.split('/')[0] && target.startsWith(`${allowed}/`);
    for (const file of files.filter((name) => folderOf(name) === folder)) {
      for (const target of importedFiles(file)) {
        assert.ok(isAllowed(folderOf(target)), `${file} imports ${target}`);
      }
      for (const specifier of importsOf(file).filter((name) => !name.startsWith('.'))) {
        if (specifier.startsWith('node:')) {
          assert.ok(!folder.startsWith('registry'), `${file} imports ${specifier}`);
          continue;
        }
        const name = specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/');
        assert.ok(packages.includes(name), `${file} imports ${specifier}`);
      }
    }
  });
}

test('imports have no cycles, neither of files nor of folders', () => {
  const ofFiles = new Map(files.map((file) => [file, importedFiles(file)]));
  const ofFolders = Map.groupBy(files, folderOf);
  const circles = [
    ...circlesIn(ofFiles),
    ...circlesIn(
      new Map(
        [...ofFolders].map(([folder, members]) => [
          folder,
          members
            .flatMap(importedFiles)
            .map(folderOf)
            .filter((target) => target !== folder),
        ]),
      ),
    ),
  ];
  assert.deepEqual(circles, []);
});

/** Finds the cycles of a graph by depth-first search: the nodes of each, in order. */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): void => {
    const start = path.indexOf(node);
    if (start >= 0) circles.push([...path.slice(start), node]);
    if (start >= 0 || done.has(node)) return;
    for (const next of graph.get(node) ?? []) visit(next, [...path, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return circles;
}

test('every property test gets its seed from one module', () => {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const tests = globSync('{*,!(clients)/**/*}.ts', { cwd: folder }).filter((file) =>
    /(?:from|import\(?)\s*'fast-check'/.test(readFileSync(join(folder, file), 'utf8')),
  );
  assert.deepEqual(tests, [join('support', 'properties.ts')]);
});

function withoutComments(file: string): string {
  return readFileSync(join(SOURCE, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}

test('only the command line uses process', () => {
  const touching = files.filter((file) => /\bprocess\b\./.test(withoutComments(file)));
  assert.deepEqual(
    touching.filter((file) => !file.startsWith(`cli${sep}`)),
    [],
  );
});

/** Words that begin a statement of one or more lines, and the methods that take one. */
const SQL =
  /\b(?:SELECT|INSERT|UPDATE|DELETE\s+FROM|CREATE|DROP|ALTER|PRAGMA|ATTACH|VACUUM|BEGIN IMMEDIATE)\b|\.(?:prepare|pragma)\(/;

test('only the folders of the two databases contain SQL', () => {
  for (const [text, isSql] of [
    ['`SELECT port\n  FROM assignment`', true],
    ['`WITH best AS (SELECT 1) UPDATE port\nSET a = 1`', true],
    ['db.pragma(name)', true],
    ['`DELETE\n  FROM assignment`', true],
    ["// SQLite selects from tables\nroute('DELETE', '/pools/:name')", false],
  ] as const)
    assert.equal(SQL.test(text), isSql, text);
  const holding = files.filter((file) => SQL.test(readFileSync(join(SOURCE, file), 'utf8')));
  assert.deepEqual([...new Set(holding.map((file) => file.split(sep)[0]))].sort(), ['postgres', 'sqlite']);
});

test('handlers name the part of the registry that they query', () => {
  const whole = join('registry', 'registry.ts');
  const naming = files.filter((file) => !/^(?:registry|sqlite)/.test(file) && importedFiles(file).includes(whole));
  // The table of routes, the app and the tools of MCP pass the registry on; the other routes check it, open snapshots or read one state.
  assert.deepEqual(naming.map((file) => file.replaceAll(sep, '/')).sort(), [
    'http/app.ts',
    ...['batch', 'exports', 'health', 'own-pages', 'pages', 'resources'].map((route) => `http/routes/${route}.ts`),
    'http/work/read-in-two-steps.ts',
    'mcp/registry-runner.ts',
    'rest/route.ts',
    'rest/routes.ts',
  ]);
});

test('no file is a catch-all, a barrel or a default export', () => {
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

/** Returns the quoted names in the part of a text that matches a pattern. */
function quoted(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name);
}

test('npm test and CI together run every test file once', () => {
  const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  const commands = readFileSync(join(PROJECT, '.ci/run'), 'utf8').split('\n');
  // Settings may precede the command.
  const scriptLines = commands.filter((line) => /^(?:\w+=\S+ )*(?:npm run|side_by_side) /.test(line));
  const isRun = (script: string) => script === 'test' || scriptLines.some((line) => line.split(' ').includes(script));
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
