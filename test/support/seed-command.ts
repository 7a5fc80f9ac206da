import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { bundledLists } from '../../src/cli/actions/bundled.ts';
import type { RegistryInfo } from '../../src/registry/registry.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { type Outcome, type ProcessOptions, runPortolan } from './portolan-process.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The lists that are bundled. */
export const LISTS = bundledLists();

/**
 * Prepares the command that seeds a database.
 *
 * @param t - The test.
 * @param put - Puts a database at the path given; without it there is none.
 * @returns The path of the database, the command, and what writes a file beside it.
 */
export async function prepareSeed(t: TestContext, put?: (path: string) => void | Promise<void>) {
  const folder = temporaryFolder(t);
  const database = join(folder, 'portolan.db');
  await put?.(database);
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
 * @param outcome - What it wrote; the seconds, which differ from run to run, become S.
 */
export function linesOf({ code, stdout }: Outcome): string[] {
  assert.equal(code, 0);
  return stdout
    .replaceAll(/\b\d+\.\d\d s$/gm, 'S s')
    .trimEnd()
    .split('\n');
}

/**
 * Reads what a database says of its lists.
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
 * @param verb - What was done with them.
 */
export function informalLines(verb: string): string[] {
  const lists = Object.entries(LISTS).filter(([list]) => list !== 'assignments');
  return lists.map(([list, { rows, date }]) => `${verb} ${list}: ${rows} rows, list of ${date}`);
}
