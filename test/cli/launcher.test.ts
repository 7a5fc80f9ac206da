import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from 'node:test';
import { runPortolan } from '../support/portolan-process.ts';

/** Returns the launcher's outcome on a Node that is too old. */
function refusal(version: string) {
  const remedy =
    'install a newer one, or run "npm ci" without --omit=dev, which installs Node 24, and then "npm start".';
  return { code: 1, stdout: '', stderr: `Portolan needs Node 22.18 or newer, this is ${version}: ${remedy}\n` };
}

/** Makes Node 24 report another version. */
function pretend(version: string): { nodeOptions: string[] } {
  const versions = `{...process.versions,node:${JSON.stringify(version)}}`;
  const script = `Object.defineProperty(process,'versions',{value:${versions}})`;
  return { nodeOptions: ['--import', `data:text/javascript,${encodeURIComponent(script)}`] };
}

/** Finds an installed Node that is too old: it may precede the project's own in PATH. */
function findOldNode(): { path: string; version: string } | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  for (const path of folders.map((folder) => join(folder, 'node')).filter((file) => existsSync(file))) {
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim().slice(1);
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major >= 14 && (major < 22 || (major === 22 && minor < 18))) return { path, version };
  }
  return undefined;
}

describe('the launcher', () => {
  for (const version of ['14.21.3', '18.20.8', '20.20.2', '22.0.0', '22.17.1']) {
    test(`stops on Node ${version} with one sentence`, async () => {
      assert.deepEqual(await runPortolan(['--help'], pretend(version)), refusal(version));
    });
  }

  for (const version of ['22.18.0', '23.0.0', '24.0.0', '100.0.0']) {
    test(`starts the program on Node ${version}`, async () => {
      const { code, stdout } = await runPortolan(['--help'], pretend(version));
      assert.deepEqual([code, stdout.split('\n')[0]], [0, 'Usage: portolan [options] [command]']);
    });
  }

  test('runs on an old Node: the installed one, if any', async () => {
    const { path = process.execPath, version = '20.0.0' } = findOldNode() ?? {};
    const options = path === process.execPath ? pretend(version) : { node: path };
    assert.deepEqual(await runPortolan(['serve'], options), refusal(version));
  });
});
