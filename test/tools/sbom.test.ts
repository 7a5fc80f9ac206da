import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { INHERITED } from '../support/oldest-node.ts';
import { PROJECT } from '../support/portolan-process.ts';

test('npm sbom lists the packages of the lock file, those of the workspace included', () => {
  const json = execFileSync('npm', ['sbom', '--package-lock-only'], { cwd: PROJECT, env: INHERITED, encoding: 'utf8' });
  const { bomFormat, components } = JSON.parse(json);
  assert.equal(bomFormat, 'CycloneDX');
  const listed = new Set(components.map(({ name, version }: Record<string, string>) => `${name} ${version}`));
  const { packages } = JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8'));
  const { dependencies, devDependencies } = packages[''];
  const { dependencies: explorers } = packages['src/web/explorers'];
  // npm 11 leaves out the two that stand for other packages in `overrides`.
  const names = Object.keys({ ...dependencies, ...devDependencies, ...explorers }).filter(
    (name) => !/^(?:react|react-dom|portolan-test-node)$/.test(name),
  );
  assert.deepEqual(
    names.filter((name) => !listed.has(`${name} ${packages[`node_modules/${name}`].version}`)),
    [],
  );
});
