import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { executeSql } from '../support/database-content.ts';
import { startInProcess } from '../support/listen.ts';
import { assertFails, runPortolan } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const IDS = ['1'.repeat(32), '2'.repeat(32)] as const;

describe('a command that needs a database', () => {
  test('creates none at a wrong path', async (t) => {
    const folder = temporaryFolder(t);
    const DATABASE = join(folder, 'new', 'portolan.db');
    const sentence = `Setting DATABASE: there is no file ${JSON.stringify(DATABASE)}; "portolan seed" creates it`;
    for (const args of [
      ['token', 'create', '--name', 'ci', '--scope', 'read'],
      ['own', 'import', '/etc/services'],
      ['own', 'export'],
      ['backup', join(folder, 'copy.db')],
    ]) {
      await assertFails(args, { DATABASE }, sentence);
    }
    assert.deepEqual([existsSync(join(folder, 'new')), existsSync(join(folder, 'copy.db'))], [false, false]);
  });

  test('warns if the server on HOST and PORT uses another one, and so does doctor', async (t) => {
    const [DATABASE, other] = [await seededDatabase(t), await seededDatabase(t)];
    for (const [index, path] of [DATABASE, other].entries())
      executeSql(path, `UPDATE database_id SET value = '${IDS[index]}'`);
    const { url } = await startInProcess(t, { DATABASE: other });
    const environment = { DATABASE, PORT: new URL(url).port };
    const name = JSON.stringify(DATABASE);
    const difference = `the server on ${url} uses another database, with the id ${IDS[1]}; ${name} has the id ${IDS[0]}`;
    const exported = await runPortolan(['own', 'export'], { environment });
    assert.deepEqual([exported.code, exported.stderr], [0, `portolan: warning: ${difference}\n`]);
    const same = await runPortolan(['own', 'export'], { environment: { ...environment, DATABASE: other } });
    assert.deepEqual(same, { code: 0, stdout: exported.stdout, stderr: '' });
    const { stdout } = await runPortolan(['doctor'], { environment });
    assert.match(
      stdout,
      new RegExp(`^warning  port .* ${difference.replaceAll('.', '\\.')}; set DATABASE, HOST and PORT`, 'm'),
    );
  });
});
