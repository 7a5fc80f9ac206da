import { type Command, Option } from 'commander';
import { OWN_FORMATS, type OwnFormat } from '../../sources/own-formats.ts';
import { EXIT } from '../terminal/exit.ts';
import type { FormFlags } from '../terminal/formats.ts';

/** What `portolan own import` can be told. */
interface ImportOptions {
  readonly format?: OwnFormat;
  readonly dryRun?: boolean;
}

/**
 * Adds the commands around own entries.
 *
 * @param program - Where they are added.
 * @param databaseOf - Gives the path of the SQLite file.
 */
export function addOwnCommands(program: Command, databaseOf: (command: Command) => Promise<string>): void {
  const own = program.command('own').description("move the team's own entries from and to files");
  own
    .command('import <file>')
    .description('create and change own entries from a file (a path, an address, or - for standard input), all or none')
    .addOption(new Option('--format <format>', 'its form (default: by its ending)').choices(OWN_FORMATS))
    .option('--dry-run', 'show what would change, and change nothing')
    .addHelpText('after', '\nExample:\n  portolan own import ports.csv --dry-run')
    .action(async (file: string, { format, dryRun }: ImportOptions, command: Command) => {
      const known = format ?? formatOf(file);
      if (known === undefined) {
        command.error(`error: --format is needed: expected ${OWN_FORMATS.join(', ')}`, { exitCode: EXIT.usage });
      }
      const { importFile } = await import('../actions/own.ts');
      await importFile(await databaseOf(command), file, known, dryRun === true);
    });
  own
    .command('export')
    .description('write all own entries, in a form that can be imported again')
    .addOption(new Option('--format <format>', 'the form').choices(OWN_FORMATS).default('csv'))
    .addOption(new Option('--json', 'the same as --format json').conflicts(['csv', 'format']))
    .addOption(new Option('--csv', 'the same as --format csv').conflicts('format'))
    .addHelpText('after', '\nExamples:\n  portolan own export --json\n  portolan own export --format services')
    .action(async ({ format, json }: FormFlags & { readonly format: OwnFormat }, command: Command) => {
      const { exportFile } = await import('../actions/own.ts');
      exportFile(await databaseOf(command), json ? 'json' : format);
    });
}

/** `ports.csv`, `ports.json.gz`, `/etc/services`, `https://…/my.services?x`. */
function formatOf(file: string): OwnFormat | undefined {
  const name = file.split(/[?#]/, 1)[0]?.replace(/\.gz$/i, '').toLowerCase() ?? '';
  return OWN_FORMATS.find((format) => name.endsWith(`.${format}`) || name === format || name.endsWith(`/${format}`));
}
