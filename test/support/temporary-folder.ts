import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/**
 * Creates a folder for one test, and removes it with its content when the test ends.
 *
 * @param t - The test.
 * @returns The folder's path.
 */
export function temporaryFolder(t: TestContext): string {
  const folder = makeFolder();
  t.after(() => removeFolder(folder));
  return folder;
}

/** Creates a folder for several tests; `removeFolder` removes it. */
export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'portolan-'));
}

/**
 * Removes a folder with its content.
 *
 * @param folder - Its path.
 */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
