import pRetry from 'p-retry';
import pg from 'pg';
import type { WriteSource } from '../../src/cli/actions/write-source.ts';
import { RegistryError } from '../../src/registry/values/registry-error.ts';
import { sourceOf } from './write-source.ts';

/** The environment variable with the URL of a PostgreSQL server, with which the tests of own entries run on a shared register. */
export const SUITE_POSTGRES = 'SUITE_POSTGRES';

let count = 0;

/**
 * Makes a database the first node of a new shared register, in the suite of both stores.
 *
 * @param database - The SQLite file.
 * @returns Its settings; null in every other run, where it is standalone.
 */
export async function sharedSource(database: string): Promise<WriteSource | null> {
  const server = process.env[SUITE_POSTGRES];
  if (server === undefined) return null;
  const name = `suite_${process.pid}_${++count}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  const source = { ...sourceOf(database), shared: url.href };
  const { init } = await import('../../src/cli/actions/shared/move.ts');
  // One failed hook of a file fails the tests of all files, and a busy machine may need longer than the 2 s of a connection.
  await pRetry(() => init(source), {
    retries: 5,
    minTimeout: 100,
    shouldRetry: ({ error }) => error instanceof RegistryError && error.code === 'unavailable',
  });
  return source;
}

/**
 * Returns the settings of a database for commands and servers: those of the first node of a new shared register in the suite of both
 * stores, and else those of a standalone database.
 *
 * @param database - The SQLite file.
 */
export async function suiteSettings(database: string): Promise<Readonly<Record<string, string>>> {
  const source = await sharedSource(database);
  return { DATABASE: database, ...(source !== null && { SHARED: source.shared }) };
}
