import { globSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT, type Program } from './child.ts';

/** An official file to import. */
export interface OfficialFile {
  /** The name in the table. */
  readonly name: string;
  readonly path: string;
}

/**
 * Finds the newest genuine file of IANA in the folder that `IANA_FILES` names. Returns the bundled file if there is none.
 *
 * @param folder - The value of `IANA_FILES`; empty or undefined for none.
 */
export function findOfficialFile(folder: string | undefined): OfficialFile {
  const newest = folder ? globSync('*.csv', { cwd: folder }).sort().at(-1) : undefined;
  if (folder && newest !== undefined) return { name: 'a genuine file', path: join(folder, newest) };
  return { name: 'the bundled file', path: join(PROJECT, 'data/iana/service-names-port-numbers.csv') };
}

/**
 * Returns the command that imports an official file.
 *
 * @param database - The path of the database.
 * @param file - The file.
 * @param date - The date of the list; the same file with another date is a change.
 */
export function importProgram(database: string, file: OfficialFile, date: string): Program {
  const command = [process.execPath, 'bin/portolan.js', 'seed', '--iana', file.path, '--date', date];
  return { name: 'portolan seed', command, environment: { DATABASE: database } };
}
