import { join } from 'node:path';
import { prepareDatabase } from '../../src/cli/actions/prepare.ts';
import { SEEDED } from './seeded-database.ts';
import { makeFolder, removeFolder } from './temporary-folder.ts';

let folder: string | undefined;

/**
 * Runs once before all test files. Creates the seeded database that they copy, and a folder for the compile cache.
 */
export async function globalSetup(): Promise<void> {
  folder = makeFolder();
  const database = join(folder, 'portolan.db');
  await prepareDatabase(database);
  process.env[SEEDED] = database;
  // Each test file runs in a process of its own, and most of them load the whole product.
  process.env.NODE_COMPILE_CACHE ??= join(folder, 'compiled');
}

/** Runs once after all test files. */
export function globalTeardown(): void {
  if (folder !== undefined) removeFolder(folder);
}
