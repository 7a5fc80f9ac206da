import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { bundledLists } from '../../src/cli/actions/bundled.ts';
import type { RegistryInfo } from '../../src/registry/catalogue.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { type Outcome, type ProcessOptions, runPortolan } from './portolan-process.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The bundled lists. */
export const LISTS = bundledLists();

/**
 * Prepares the command `seed`.
 *
 * @param t - The test.
 * @param createDatabase - Creates the database at a path; without it, the file does not exist.
 * @returns The path of the database, a function that runs the command, and one that writes a file beside the database.
 */
export async function prepareSeed(t: TestContext, createDatabase?: (path: string) => void | Promise<void>) {
  const folder = temporaryFolder(t);
  const database = join(folder, 'portolan.db');
  await createDatabase?.(database);
  const seed = (args: readonly string[], options: ProcessOptions = {}): Promise<Outcome> =>
    runPortolan(['seed', ...args], { ...options, environment: { DATABASE: database } });
  const write = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  return { database, seed, write };
}

/**
 * Returns the lines of standard output of a command that succeeded.
 *
 * @param outcome - Its outcome. The duration, which differs from run to run, becomes `S`.
 */
export function linesOf({ code, stdout }: Outcome): string[] {
  assert.equal(code, 0);
  return stdout
    .replaceAll(/\b\d+\.\d\d s$/gm, 'S s')
    .trimEnd()
    .split('\n');
}

/**
 * Reads the metadata of a database's lists.
 *
 * @param database - Its path.
 */
export function infoOf(database: string): RegistryInfo {
  const registry = new SqliteRegistry(database);
  try {
    return registry.info();
  } finally {
    registry.close();
  }
}

/**
 * Returns the lines for the bundled lists other than the official one.
 *
 * @param verb - The verb of the line, such as `Imported`.
 */
export function informalLines(verb: string): string[] {
  const lists = Object.entries(LISTS).filter(([list]) => list !== 'assignments');
  return lists.map(([list, { rows, date }]) => `${verb} ${list}: ${rows} rows, list of ${date}`);
}
