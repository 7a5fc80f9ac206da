import { globSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT, type Program } from './child.ts';

/** An official file to import. */
export interface OfficialFile {
  /** What the table calls it. */
  readonly name: string;
  readonly path: string;
}

/**
 * Finds the newest genuine file of IANA's in the folder that `IANA_FILES` names, else the bundled one.
 *
 * @param folder - The value of `IANA_FILES`; empty or undefined for none.
 */
export function findOfficialFile(folder: string | undefined): OfficialFile {
  const newest = folder ? globSync('*.csv', { cwd: folder }).sort().at(-1) : undefined;
  if (folder && newest !== undefined) return { name: 'a genuine file', path: join(folder, newest) };
  return { name: 'the bundled file', path: join(PROJECT, 'data/iana/service-names-port-numbers.csv') };
}

/**
 * Imports an official file as whoever runs the server would.
 *
 * @param database - Path of the database that gets it.
 * @param file - The file.
 * @param date - The day it is to stand for: another one makes the same file a change.
 */
export function importProgram(database: string, file: OfficialFile, date: string): Program {
  const command = [process.execPath, 'bin/portolan.js', 'seed', '--iana', file.path, '--date', date];
  return { name: 'portolan seed', command, environment: { DATABASE: database } };
}
