import { join } from 'node:path';
import { prepareDatabase } from '../../src/cli/actions/prepare.ts';
import { SEEDED } from './seeded-database.ts';
import { makeFolder, removeFolder } from './temporary-folder.ts';

let folder: string | undefined;

/** Runs once before all files of tests: makes the database that each of them would else make anew, and a place for compiled modules. */
export async function globalSetup(): Promise<void> {
  folder = makeFolder();
  const database = join(folder, 'portolan.db');
  await prepareDatabase(database);
  process.env[SEEDED] = database;
  // Each file of tests is a process of its own, and most of them load all of the product.
  process.env.NODE_COMPILE_CACHE ??= join(folder, 'compiled');
}

/** Runs once after all of them. */
export function globalTeardown(): void {
  if (folder !== undefined) removeFolder(folder);
}
