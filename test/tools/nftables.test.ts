import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROJECT } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Runs a command of the product, and returns its standard output. */
function portolan(database: string, input: string, ...args: string[]): string {
  return execFileSync(process.execPath, ['bin/portolan.js', ...args], {
    cwd: PROJECT,
    env: { ...process.env, DATABASE: database },
    input,
    encoding: 'utf8',
  });
}

test('nft accepts the sets of own entries, with ports and without', async (t) => {
  const database = await seededDatabase(t);
  const entries = [
    { name: '} flush ruleset {', firstPort: 8000, lastPort: 8009, protocols: ['tcp', 'udp'], owner: 'web' },
    { name: 'next', firstPort: 8010, note: '# x' },
    { name: 'inside', firstPort: 8001, lastPort: 8002 },
    { name: 'first', firstPort: 0 },
    { name: 'last', firstPort: 65_535, protocols: ['sctp', 'dccp'] },
  ];
  portolan(database, JSON.stringify(entries), 'own', 'import', '-', '--format', 'json');
  const file = join(temporaryFolder(t), 'portolan.nft');
  for (const args of [[], ['--owner', 'web'], ['--owner', 'nobody']]) {
    writeFileSync(file, portolan(database, '', 'export', 'nftables', ...args));
    const { status, stderr } = spawnSync('nft', ['-c', '-f', file], { encoding: 'utf8' });
    assert.deepEqual([status, stderr], [0, ''], args.join(' '));
  }
});
