import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { PROJECT } from '../support/portolan-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runTool } from '../support/tools.ts';

const SERVICES = ['portolan.service', 'portolan-backup.service'];
const UNITS = [...SERVICES, 'portolan-backup.timer'].map((name) => join(PROJECT, 'deploy', name));

/** The memory limit of each unit. */
const MEMORY: Readonly<Record<string, string>> = { 'portolan.service': '2G', 'portolan-backup.service': '512M' };

/** The largest exposure of a service, in tenths of the score of systemd-analyze: 0 is safe, 100 is not. */
const MOST_EXPOSED = '20';

/** Returns all values of a directive, in the order of the file. */
function valuesOf(unit: string, directive: string): string[] {
  const lines = readFileSync(join(PROJECT, 'deploy', unit), 'utf8').split('\n');
  return lines.filter((line) => line.startsWith(`${directive}=`)).map((line) => line.slice(directive.length + 1));
}

describe('the systemd units', () => {
  test('are accepted without warnings', async () => {
    const { code, stdout, stderr } = await runTool('systemd-analyze', ['verify', '--man=no', ...UNITS]);
    // Only messages about these units count.
    const ours = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('portolan'));
    assert.deepEqual({ code, ours }, { code: 0, ours: [] });
  });

  for (const name of SERVICES) {
    test(`${name} has an exposure level below 2.0`, async (t) => {
      const unit = UNITS.find((path) => path.endsWith(`/${name}`)) ?? '';
      const args = ['security', '--offline=true', '--no-pager', `--threshold=${MOST_EXPOSED}`, unit];
      const { code, stdout, stderr } = await runTool('systemd-analyze', args);
      const [overall = ''] = /Overall exposure level .*/.exec(stdout) ?? [];
      t.diagnostic(overall);
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' }, stdout);
      assert.ok(Number(/: (\d+\.\d)/.exec(overall)?.[1]) < Number(MOST_EXPOSED) / 10, overall);
    });

    test(`${name} has a memory limit, and writes no core dump`, () => {
      assert.deepEqual(valuesOf(name, 'MemoryMax'), [MEMORY[name]]);
      assert.deepEqual(valuesOf(name, 'LimitCORE'), ['0']);
    });

    test(`${name} can write only its state`, () => {
      assert.deepEqual(valuesOf(name, 'ProtectSystem'), ['strict']);
      assert.deepEqual(valuesOf(name, 'ReadWritePaths'), []);
      assert.deepEqual(valuesOf(name, 'User'), ['portolan']);
      assert.ok(valuesOf(name, 'StateDirectory')[0]?.split(' ').includes('portolan'));
      assert.ok(valuesOf(name, 'Environment')[0]?.includes('DATABASE=/var/lib/portolan/portolan.db'));
    });
  }

  test('have an account created by systemd-sysusers', async (t) => {
    const root = temporaryFolder(t);
    mkdirSync(join(root, 'etc'));
    const { code } = await runTool('systemd-sysusers', ['--root', root, join(PROJECT, 'deploy/portolan.sysusers')]);
    assert.equal(code, 0);
    const [account] = readFileSync(join(root, 'etc/passwd'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('portolan:'));
    assert.match(account ?? '', /^portolan:x:\d+:\d+:[^:]+:\/var\/lib\/portolan:\/usr\/sbin\/nologin$/);
  });
});
