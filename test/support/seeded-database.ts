import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from './temporary-folder.ts';

/** The environment variable with the path of a seeded database, which `global-setup.ts` sets when all tests run. */
export const SEEDED = 'SEEDED_DATABASE';

/**
 * Creates a database with only the bundled data.
 *
 * @param path - The SQLite file, which must not exist.
 */
export async function putSeededDatabase(path: string): Promise<void> {
  const made = process.env[SEEDED];
  if (made !== undefined) return copyFileSync(made, path);
  // Imported here because it loads much of the product.
  const { prepareDatabase } = await import('../../src/cli/actions/prepare.ts');
  await prepareDatabase(path);
}

/**
 * Creates a database with the bundled data for one test.
 *
 * @param t - The test.
 * @returns The SQLite file, alone in a folder.
 */
export async function seededDatabase(t: TestContext): Promise<string> {
  const path = join(temporaryFolder(t), 'portolan.db');
  await putSeededDatabase(path);
  return path;
}
