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

test('only the sqlite folder holds SQL', () => {
  const sql = /\b(?:SELECT\s.+\sFROM|INSERT INTO|DELETE FROM|PRAGMA)\b/;
  const holding = files.filter((file) => sql.test(readFileSync(join(SOURCE, file), 'utf8')));
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
  const bare = files.flatMap((file) => {
    const lines = readFileSync(join(SOURCE, file), 'utf8').split('\n');
    return lines.flatMap((line, number) => {
      const isDeclaration = /^export (?:async )?(?:function|class|interface|const|type \w+(?:<.*>)? =)/.test(line);
      const before = lines[number - 1] ?? '';
      // A type derived from the list of words right above it is told of there.
      const isDerived = /^export type \w+ = \(typeof /.test(line) && before.endsWith('as const;');
      return isDeclaration && !isDerived && !before.trimEnd().endsWith('*/') ? [`${file}:${number + 1} ${line}`] : [];
    });
  });
  assert.deepEqual(bare, []);
});
