import { readFileSync } from 'node:fs';

/** The version of this program, from its package.json (Semantic Versioning). */
export const VERSION: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;

/** The version of a running program. */
export interface Build {
  /** The version of the program. */
  readonly version: string;
  /** The version of its database schema: the number of migrations. */
  readonly schema: number;
}

/** The title of each process, which `ss`, `ps` and `top` show. */
export const PROCESS_TITLE = 'portolan';
