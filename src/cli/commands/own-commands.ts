import { type Command, Option } from 'commander';
import type { ReadOptions } from '../../sources/own/own-file.ts';
import { ENCODINGS, type Encoding, OWN_FORMATS, type OwnFormat } from '../../sources/own/own-formats.ts';
import { EXIT } from '../terminal/exit.ts';
import type { FormFlags } from '../terminal/formats.ts';
import { withUsageErrors } from './query-commands.ts';

/** The flags of `portolan own import`. */
interface ImportOptions {
  readonly format?: OwnFormat;
  readonly encoding?: Encoding;
  readonly map: readonly string[];
  readonly ignoreUnknown?: boolean;
  readonly dryRun?: boolean;
}

/**
 * Adds the commands that import and export own entries.
 *
 * @param program - The program.
 * @param databaseOf - Returns the path of the SQLite file.
 */
export function addOwnCommands(program: Command, databaseOf: (command: Command) => Promise<string>): void {
  const own = program.command('own').description('import and export own entries');
  own
    .command('import <file>')
    .description('create and change own entries from a file (a path, an address, or - for standard input), all or none')
    .addOption(new Option('--format <format>', 'its format (default: by its extension)').choices(OWN_FORMATS))
    .addOption(new Option('--encoding <name>', 'its encoding (default: UTF-8 or UTF-16)').choices(ENCODINGS))
    .option(
      '--map <column=field>',
      'the field of a column, such as Team=owner; - leaves it out; can be repeated',
      collect,
      [],
    )
    .option('--ignore-unknown', 'leave out columns with an unknown header')
    .option('--dry-run', 'show what would change, and change nothing')
    .addHelpText(
      'after',
      '\nExamples:\n  portolan own import ports.csv --dry-run\n  portolan own import ports.csv --map Squad=owner --ignore-unknown',
    )
    .action(async (file: string, options: ImportOptions, command: Command) => {
      const { importFile } = await import('../actions/own.ts');
      await withUsageErrors(command, async () =>
        importFile(await databaseOf(command), file, await readOptions(file, options, command), options.dryRun === true),
      );
    });
  own
    .command('export')
    .description('write all own entries, in a format that can be imported again')
    .addOption(new Option('--format <format>', 'the format').choices(OWN_FORMATS).default('csv'))
    .addOption(new Option('--json', 'the same as --format json').conflicts(['csv', 'format']))
    .addOption(new Option('--csv', 'the same as --format csv').conflicts('format'))
    .addHelpText('after', '\nExamples:\n  portolan own export --json\n  portolan own export --format services')
    .action(async ({ format, json }: FormFlags & { readonly format: OwnFormat }, command: Command) => {
      const { exportFile } = await import('../actions/own.ts');
      exportFile(await databaseOf(command), json ? 'json' : format);
    });
}

function collect(text: string, texts: readonly string[]): string[] {
  return [...texts, text];
}

async function readOptions(file: string, options: ImportOptions, command: Command): Promise<ReadOptions> {
  const { format = formatOf(file), encoding = null, map, ignoreUnknown = false } = options;
  if (format === undefined) {
    command.error(`error: --format is needed: expected ${OWN_FORMATS.join(', ')}`, { exitCode: EXIT.usage });
  }
  const { parseColumnMap } = await import('../../sources/own/columns.ts');
  return { format, encoding, map: parseColumnMap(map), ignoreUnknown };
}

/** Detects the format from a name such as `ports.csv`, `ports.json.gz`, `/etc/services` or `https://…/my.services?x`. */
function formatOf(file: string): OwnFormat | undefined {
  const name = file.split(/[?#]/, 1)[0]?.replace(/\.gz$/i, '').toLowerCase() ?? '';
  return OWN_FORMATS.find((format) => name.endsWith(`.${format}`) || name === format || name.endsWith(`/${format}`));
}
