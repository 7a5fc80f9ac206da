import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const TESTS = fileURLToPath(new URL('../', import.meta.url));

/**
 * Imports the test files of some folders, so that they run in this process one after the other. A process for each file
 * takes about 1 s of CPU time to start and to load the product, more than most tests take.
 *
 * @param folders - Names of folders in `test`.
 */
export async function importTests(...folders: readonly string[]): Promise<void> {
  const files = folders.flatMap((folder) => globSync(`${folder}/*.test.ts`, { cwd: TESTS }).sort());
  for (const file of files) await import(`../${file}`);
}
