import { globSync } from 'node:fs';
import { after } from 'node:test';
import { PROJECT } from '../support/portolan-process.ts';
import { PostgresServer } from '../support/postgres.ts';
import { SUITE_POSTGRES } from '../support/shared-source.ts';

// The tests of own entries, pools, reservations, tokens, the audit and commands that write run on a standalone database in
// `npm test`, and here on a node of a shared register.
const postgres = await PostgresServer.start({ after });
process.env[SUITE_POSTGRES] = postgres.url();
const FILES = ['test/own/*.test.ts', 'test/cli/{own-sync,token}.test.ts'];
for (const file of globSync(FILES, { cwd: PROJECT }).sort()) await import(`../../${file}`);
