import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { NODE } from '../bench/contenders/portolan.ts';
import { COMMAND } from './robustness/run.ts';

function textOf(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
}

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
  const command = ['env', 'MALLOC_ARENA_MAX=1', process.execPath, ...options.split(' ')];
  assert.deepEqual(NODE, command);
  assert.deepEqual(COMMAND, [...command, 'bin/portolan.js', 'serve']);
});

test('every way to start the server gives the allocator one arena', () => {
  const places = {
    'package.json': 1,
    'deploy/Dockerfile': 1,
    'deploy/portolan.service': 1,
    'docs/install-from-source.md': 2,
  };
  for (const [path, count] of Object.entries(places))
    assert.equal(textOf(path).split('MALLOC_ARENA_MAX=1').length - 1, count, path);
  assert.match(textOf('bin/portolan.js'), /MALLOC_ARENA_MAX: '1'/);
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
