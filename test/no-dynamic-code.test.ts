import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PROJECT } from './support/portolan-process.ts';

/** All code of an installation: the program and the scripts for browsers. */
const FILES = globSync(['bin/**/*.js', 'src/**/*.{ts,js}'], { cwd: PROJECT });

/** Ways to run text as code, or another program. `node:cluster` starts this program again, and no other. */
const FORBIDDEN: Readonly<Record<string, RegExp>> = {
  'runs text as code': /\beval\s*\(|\bnew\s+Function\b|(?<![\w.])Function\s*\(|\.constructor\s*\(\s*['"`]/,
  'runs text as code later': /\bset(?:Timeout|Interval|Immediate)\s*\(\s*['"`]|javascript:/,
  'runs a program or another context':
    /['"](?:node:)?(?:child_process|vm|repl|inspector)['"]|['"]node:module['"]|process\.(?:binding|execve)|dlopen/,
  'loads what a variable names': /\b(?:import|require)\s*\(\s*(?!['"])/,
  'loads native code or text given to Node': /createRequire|loadExtension|data:text\/javascript/,
};

/** Node's compile cache is configured by a module that can also run code. */
const ALLOWED = /^.*\{ (?:enableCompileCache|getCompileCacheDir) \}.*node:module.*$/gm;

/** The launcher replaces itself by the same Node, with the flags and the environment of the server. */
const RESTART = 'process.execve(process.execPath, [process.execPath, ...SERVER_FLAGS, ...process.argv.slice(1)], {';

/** Removes comments and types, which do not run. */
function codeOf(file: string): string {
  const text = readFileSync(`${PROJECT}/${file}`, 'utf8');
  return text
    .replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|^import type .*$/gm, '')
    .replaceAll(ALLOWED, '')
    .replace(RESTART, '');
}

for (const [what, pattern] of Object.entries(FORBIDDEN)) {
  test(`no installed file ${what}`, () => {
    const found = FILES.flatMap((file) => {
      const match = pattern.exec(codeOf(file));
      return match === null ? [] : [`${file}: ${match[0]}`];
    });
    assert.deepEqual(found, []);
  });
}

test('the patterns find their examples', () => {
  const samples: Readonly<Record<string, string>> = {
    'runs text as code': 'const add = new Function("a", "return a")',
    'runs text as code later': 'setTimeout("stop()", 5)',
    'runs a program or another context': "import { exec } from 'node:child_process';",
    'loads what a variable names': 'await import(name)',
    'loads native code or text given to Node': 'db.loadExtension("x")',
  };
  assert.deepEqual(
    Object.entries(FORBIDDEN).map(([what, pattern]) => [what, pattern.test(samples[what] ?? '')]),
    Object.keys(FORBIDDEN).map((what) => [what, true]),
  );
  assert.ok(FILES.length > 150, `${FILES.length} files`);
});
