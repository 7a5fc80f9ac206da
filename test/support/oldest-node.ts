import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './portolan-process.ts';

/** The environment, for access to npm's registry, without the variables that npm and the test runner set. */
export const INHERITED = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(?:npm_|node_(?!extra))/i.test(name)),
);

/**
 * Installs the minimum Node version of package.json, with patch version 0.
 *
 * @param folder - An existing folder.
 * @returns The version, such as `v22.18.0`; the program is `node_modules/.bin/node` in the folder.
 */
export function installOldestNode(folder: string): string {
  const { engines } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  const version = `${engines.node.replace('>=', '')}.0`;
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const name = `node-${process.platform}-${process.arch}`;
  const install = ['install', '--no-save', '--no-audit', '--prefer-offline', `${name}@${version}`];
  execFileSync('npm', install, { cwd: folder, env: INHERITED, stdio: ['ignore', 'ignore', 'pipe'] });
  return execFileSync(join(folder, 'node_modules/.bin/node'), ['--version'], { encoding: 'utf8' }).trim();
}
