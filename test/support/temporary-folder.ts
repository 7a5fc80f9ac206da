import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Something that runs functions when it ends: a test, all tests of a file (`{ after }` of node:test), a benchmark. */
export interface Lifetime {
  readonly after: (end: () => unknown) => void;
}

/**
 * Creates a folder for one test, and removes it with its content when the test ends.
 *
 * @param lifetime - The test.
 * @returns The folder's path.
 */
export function temporaryFolder(lifetime: Lifetime): string {
  const folder = makeFolder();
  lifetime.after(() => removeFolder(folder));
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
  // The hooks of a test run in the order of their registration: a server may create a file until its own hook ends it.
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}
