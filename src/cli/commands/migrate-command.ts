import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';

/**
 * Adds the command that brings a database to the schema of this program, as a start of the server does.
 *
 * @param program - Where it is added.
 * @param databaseOf - Gives the path of the SQLite file.
 */
export function addMigrateCommand(program: Command, databaseOf: (command: Command) => Promise<string>): void {
  program
    .command('migrate')
    .description('bring the database to the schema of this version, as the start of the server does')
    .addHelpText('after', '\nExample:\n  portolan migrate --database var/portolan.db')
    .action(async (_options: object, command: Command) => {
      const path = await databaseOf(command);
      if (!existsSync(path)) {
        throw new RegistryError(
          'not_found',
          `Cannot migrate ${quoteInput(path)}: no such file; portolan seed makes one`,
        );
      }
      const { withDatabase } = await import('../actions/prepare.ts');
      let said = 'Nothing to do: the database has the schema of this version';
      await withDatabase(
        path,
        async () => {},
        undefined,
        (sentence) => {
          said = sentence;
        },
      );
      console.log(said);
    });
}
