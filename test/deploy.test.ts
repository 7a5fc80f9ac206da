import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { NODE } from '../bench/contenders/portolan.ts';
import { COMMAND } from './robustness/run.ts';

function textOf(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
}

/** The limits of glibc's allocator. */
const TUNABLES = 'GLIBC_TUNABLES=glibc.malloc.arena_max=1:glibc.malloc.mmap_threshold=2097152';

test('every way to start the server gives node the same options', () => {
  const startsIn = (path: string): string[] =>
    [...textOf(path).matchAll(/\bnode[`"',]* +((?:["']?--[\w=-]+["']?,? +)+)["']?\S*bin\/portolan\.js/g)].map(
      ([, options = '']) => options.replaceAll(/["',]/g, '').trim(),
    );
  const [options = assert.fail()] = startsIn('package.json');
  for (const path of ['deploy/Dockerfile', 'deploy/portolan.service', 'docs/install-from-source.md'])
    assert.deepEqual(startsIn(path), [options], path);
  const [, launcher = ''] = /SERVER_FLAGS = \[(.*)\]/.exec(textOf('bin/portolan.js')) ?? [];
  assert.equal(launcher.replaceAll(/[',]/g, ''), options);
  // The benchmark and the load tests run the same command.
  const command = ['env', TUNABLES, process.execPath, ...options.split(' ')];
  assert.deepEqual(NODE, command);
  assert.deepEqual(COMMAND, [...command, 'bin/portolan.js', 'serve']);
});

test('every way to start the server gives the allocator the same limits', () => {
  const places = {
    'package.json': 1,
    'deploy/Dockerfile': 1,
    'deploy/portolan.service': 1,
    'docs/install-from-source.md': 1,
  };
  for (const [path, count] of Object.entries(places))
    assert.equal(textOf(path).split(TUNABLES).length - 1, count, path);
  const [name, value] = TUNABLES.split(/=(.*)/);
  assert.ok(textOf('bin/portolan.js').includes(`${name}: '${value}'`));
});

test('deploy and docs name the image and the package by the version of the program', () => {
  const { version } = JSON.parse(textOf('package.json'));
  const files = globSync(['README.md', 'docs/*.md', 'deploy/*.yaml'], { cwd: new URL('..', import.meta.url) });
  const named = files.flatMap((file) =>
    [...textOf(file).matchAll(/\bportolan[-:](\d+\.\d+\.\d+)/g)].map(([, found]) => `${file} ${found}`),
  );
  assert.ok(named.length > 5);
  assert.deepEqual(
    named.filter((name) => !name.endsWith(` ${version}`)),
    [],
  );
});
