import type { Program } from '../child.ts';

/** The command of Node with the options and the environment of `npm start`, for every contender on Node. */
export const NODE = [
  'env',
  'GLIBC_TUNABLES=glibc.malloc.arena_max=1:glibc.malloc.mmap_threshold=2097152',
  process.execPath,
  '--max-semi-space-size=16',
  '--max-old-space-size=512',
  '--no-allocation-site-pretenuring',
] as const;

/**
 * Returns the program of Portolan, with all defaults except the port, which is any free one.
 *
 * @param database - The path of a seeded database.
 * @param settings - Further settings.
 */
export function portolan(database: string, settings: Readonly<Record<string, string>> = {}): Program {
  return {
    name: 'Portolan',
    command: [...NODE, 'bin/portolan.js', 'serve'],
    environment: { DATABASE: database, PORT: '0', ...settings },
  };
}
