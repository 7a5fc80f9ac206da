import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from './temporary-folder.ts';

/** The variable that names a database with the bundled data, where all files of tests run together. */
export const SEEDED = 'SEEDED_DATABASE';

/**
 * Puts a database with the bundled data, and nothing else, at a place.
 *
 * @param path - The SQLite file; there is none yet.
 */
export async function putSeededDatabase(path: string): Promise<void> {
  const made = process.env[SEEDED];
  if (made !== undefined) return copyFileSync(made, path);
  // It loads much of the product.
  const { prepareDatabase } = await import('../../src/cli/actions/prepare.ts');
  await prepareDatabase(path);
}

/**
 * Makes a database with the bundled data for one test.
 *
 * @param t - The test.
 * @returns The SQLite file, alone in a folder.
 */
export async function seededDatabase(t: TestContext): Promise<string> {
  const path = join(temporaryFolder(t), 'portolan.db');
  await putSeededDatabase(path);
  return path;
}
