import { globSync } from 'node:fs';
import { after } from 'node:test';
import { PROJECT } from '../support/portolan-process.ts';
import { PostgresServer } from '../support/postgres.ts';
import { SUITE_POSTGRES } from '../support/shared-source.ts';

/** Suites that do not apply: they hold the lock of the SQLite file, or start servers of their own. */
const LEFT_OUT = ['locked', 'quarantine'];

// The tests of own entries, pools, reservations, tokens and the audit run on a standalone database in `npm test`, and here
// on a node of a shared register.
const postgres = await PostgresServer.start({ after });
process.env[SUITE_POSTGRES] = postgres.url();
for (const file of globSync('test/own/*.test.ts', { cwd: PROJECT }).sort()) {
  if (!LEFT_OUT.some((name) => file.endsWith(`/${name}.test.ts`))) await import(`../../${file}`);
}
