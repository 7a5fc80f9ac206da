import type { Command } from 'commander';
import { checkExists } from '../actions/local-source.ts';

/**
 * Adds the command `migrate`, which migrates the database to the schema of this version, as the server does at its start.
 *
 * @param program - The program.
 * @param databaseOf - Returns the path of the SQLite file.
 */
export function addMigrateCommand(program: Command, databaseOf: (command: Command) => Promise<string>): void {
  program
    .command('migrate')
    .description('migrate the database to the schema of this version, as the server does at its start')
    .addHelpText('after', '\nExample:\n  portolan migrate --database var/portolan.db')
    .action(async (_options: object, command: Command) => {
      const path = await databaseOf(command);
      checkExists(path);
      const { withAnyDatabase } = await import('../actions/prepare.ts');
      let sentence = 'Nothing to do: the database has the schema of this version';
      await withAnyDatabase(
        path,
        async () => {},
        undefined,
        (text) => {
          sentence = text;
        },
      );
      console.log(sentence);
    });
}
