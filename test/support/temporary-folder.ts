import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/**
 * Makes a folder for one test, and removes it with all that is in it when the test is over.
 *
 * @param t - The test.
 * @returns The folder's path.
 */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
