import type { Program } from '../child.ts';

/** Node as `npm start` runs it; every contender that is a Node program gets the same options. */
export const NODE = [
  process.execPath,
  '--max-semi-space-size=16',
  '--max-old-space-size=1024',
  '--no-allocation-site-pretenuring',
] as const;

/**
 * Portolan itself, as its users run it: all defaults but the port, which is any free one.
 *
 * @param database - Path of a database that is seeded.
 * @param settings - Further settings.
 */
export function portolan(database: string, settings: Readonly<Record<string, string>> = {}): Program {
  return {
    name: 'Portolan',
    command: [...NODE, 'bin/portolan.js', 'serve'],
    environment: { DATABASE: database, PORT: '0', ...settings },
  };
}
