import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { ianaFile } from './iana-file.ts';
import { runPortolan } from './portolan-process.ts';
import { putSeededDatabase } from './seeded-database.ts';
import { makeFolder, removeFolder } from './temporary-folder.ts';

/**
 * Creates a database with a small file of an operator and the bundled lists before the tests of a file, and removes it
 * after them.
 *
 * @returns A function that returns its path, for copies, once the first test runs.
 */
export function useSmallDatabase(): () => string {
  let folder = '';
  const path = () => join(folder, 'portolan.db');
  before(async () => {
    folder = makeFolder();
    await putSeededDatabase(path());
    const args = ['seed', '--allow-small', '--date', '2020-01-01', '--iana', '-'];
    assert.equal((await runPortolan(args, { environment: { DATABASE: path() }, input: ianaFile(500) })).code, 0);
  });
  after(() => removeFolder(folder));
  return path;
}
