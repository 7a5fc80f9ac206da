import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { PROJECT } from '../support/portolan-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runTool } from '../support/tools.ts';

const WRITTEN = readFileSync(join(PROJECT, 'deploy/compose.yaml'), 'utf8');

/** Lets Compose parse the file, which needs no engine. Debian's version does not support `name:`. */
async function readByCompose(t: TestContext, text: string) {
  const folder = join(temporaryFolder(t), 'deploy');
  mkdirSync(folder);
  cpSync(join(PROJECT, 'deploy/Dockerfile'), join(folder, 'Dockerfile'));
  const file = join(folder, 'compose.yaml');
  writeFileSync(file, text.replace(/^name: portolan\n/m, ''));
  return { folder, ...(await runTool('docker-compose', ['--file', file, 'config'])) };
}

test('Compose accepts all of deploy/compose.yaml', async (t) => {
  const { folder, code, stdout, stderr } = await readByCompose(t, WRITTEN);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  const { portolan } = parse(stdout).services;
  const written = parse(WRITTEN).services.portolan;
  assert.deepEqual(Object.keys(portolan).sort(), Object.keys(written).sort());
  assert.deepEqual(portolan.build, { context: join(folder, '..'), dockerfile: 'deploy/Dockerfile' });
});

test('Compose refuses an unknown key', async (t) => {
  const { code, stderr } = await readByCompose(t, WRITTEN.replace('read_only:', 'readonly:'));
  assert.deepEqual(
    [code, /Unsupported config option for services.portolan: 'readonly'/.test(stderr)],
    [1, true],
    stderr,
  );
});
