import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { installedDefaults, userDataFolder } from '../../src/cli/commands/installed-defaults.ts';

test('the folder of the user data follows the conventions of the system', () => {
  for (const [platform, environment, expected] of [
    ['linux', {}, '/home/a/.local/share/portolan'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/portolan'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/a/.local/share/portolan'],
    ['freebsd', { XDG_DATA_HOME: '' }, '/home/a/.local/share/portolan'],
    ['darwin', { XDG_DATA_HOME: '/data' }, '/home/a/Library/Application Support/Portolan'],
    ['win32', { LOCALAPPDATA: '/local' }, '/local/Portolan'],
    ['win32', {}, '/home/a/AppData/Local/Portolan'],
  ] as const) {
    assert.equal(userDataFolder(platform, environment, '/home/a'), join(expected));
  }
});

test('a repository keeps its own defaults', () => {
  assert.deepEqual(installedDefaults(), new Map());
});
