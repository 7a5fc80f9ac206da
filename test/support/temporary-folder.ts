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
  const folder = makeFolder();
  t.after(() => removeFolder(folder));
  return folder;
}

/** Makes a folder for several tests, which `removeFolder` takes away. */
export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'portolan-'));
}

/**
 * Removes a folder with all that is in it.
 *
 * @param folder - Its path.
 */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
