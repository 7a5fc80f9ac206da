import type { Command } from 'commander';
import type { ImportTarget } from '../../actions/own/import-own.ts';
import { existingSourceOf } from '../load-config.ts';

/**
 * Returns the server or the database that a command works on. The flags `--server` and `--database` take precedence over
 * `PORTOLAN_SERVER`.
 *
 * @param server - The value of `--server`, or of `PORTOLAN_SERVER`; undefined for none.
 * @param command - The command that runs.
 * @throws {RegistryError} As `existingSourceOf`.
 */
export async function targetOf(server: string | undefined, command: Command): Promise<ImportTarget> {
  return isServerMeant(server, command)
    ? { server, token: process.env.PORTOLAN_TOKEN }
    : await existingSourceOf(command);
}

function isServerMeant(server: string | undefined, command: Command): server is string {
  if (server === undefined || server === '') return false;
  const { database } = command.optsWithGlobals() as { readonly database?: string };
  return database === undefined || command.getOptionValueSource('server') !== 'env';
}
