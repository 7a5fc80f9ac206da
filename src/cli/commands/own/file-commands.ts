import { type Command, Option } from 'commander';
import { parseSyncScope } from '../../../registry/own/own-sync.ts';
import { quoteInput } from '../../../registry/values/registry-error.ts';
import { OWN_FORMATS, type OwnFormat } from '../../../sources/own/own-formats.ts';
import { ENCODINGS, type Encoding } from '../../../sources/text-encoding.ts';
import type { ImportRequest } from '../../actions/own/import-own.ts';
import { EXIT } from '../../terminal/exit.ts';
import { serverFlag, withUsageErrors } from '../query-commands.ts';
import { targetOf } from './own-target.ts';

/** The flags of commands that read a file. */
interface FileFlags {
  readonly format?: OwnFormat;
  readonly encoding?: Encoding;
  readonly map: readonly string[];
  readonly ignoreUnknown?: boolean;
  readonly dryRun?: boolean;
  readonly server?: string;
}

/** The flags of `portolan own import`. */
interface ImportFlags extends FileFlags {
  readonly netbox?: string;
  readonly host: readonly string[];
}

/** The flags of `portolan own sync`. */
interface SyncFlags extends FileFlags {
  readonly owner?: string;
  readonly tag?: string;
  readonly pool?: string;
  readonly yes?: boolean;
}

/**
 * Adds the commands that read a file of own entries.
 *
 * @param own - The command `own`.
 */
export function addFileCommands(own: Command): void {
  addFileFlags(
    own
      .command('import [file]')
      .description(
        'create and change own entries from a file (a path, an address, or - for standard input) or from NetBox, all or none',
      ),
  )
    .addOption(
      new Option('--netbox <url>', 'import the services of NetBox, with the token of NETBOX_TOKEN').conflicts([
        'format',
        'encoding',
        'map',
        'ignoreUnknown',
      ]),
    )
    .option('--host <name>', 'with --netbox: only the services of this device or machine; repeatable', collect, [])
    .addHelpText(
      'after',
      '\nExamples:\n  portolan own import ports.csv --dry-run\n  portolan own import ports.csv --map Squad=owner --ignore-unknown\n  portolan own import --netbox https://netbox.example.org --dry-run',
    )
    .action((file: string | undefined, flags: ImportFlags, command: Command) =>
      withUsageErrors(command, async () => {
        if (file === undefined || flags.netbox !== undefined) return importServices(file, flags, command);
        if (flags.host.length > 0) refuse(command, '--host needs --netbox');
        const { importOwn } = await import('../../actions/own/import-own.ts');
        const request = toRequest(file, flags, null, command);
        await importOwn(await targetOf(flags.server, command), file, request, flags.dryRun === true);
      }),
    );
  addFileFlags(
    own
      .command('sync <file>')
      .description(
        'make the own entries of an owner, a tag or a pool equal to a file: adds, changes, moves and removes',
      )
      .option('--owner <name>', 'the entries of this owner')
      .option('--tag <name>', 'the entries with this tag')
      .option('--pool <name>', 'the entries on the ports of this pool'),
  )
    .option('--yes', 'do not ask before the changes are written')
    .addHelpText('after', '\nExample:\n  portolan own sync payments.csv --owner payments --dry-run')
    .action((file: string, flags: SyncFlags, command: Command) =>
      withUsageErrors(command, async () => {
        const { owner, tag, pool, dryRun, yes } = flags;
        const scope = parseSyncScope({
          ...(owner !== undefined && { owner }),
          ...(tag !== undefined && { tag }),
          ...(pool !== undefined && { pool }),
        });
        const { syncOwn } = await import('../../actions/own/import-own.ts');
        const request = toRequest(file, flags, scope, command);
        await syncOwn(await targetOf(flags.server, command), file, request, dryRun ? 'dry run' : yes ? 'yes' : 'ask');
      }),
    );
}

async function importServices(
  file: string | undefined,
  { netbox: address, host: hosts, dryRun, server }: ImportFlags,
  command: Command,
): Promise<void> {
  if (address === undefined) return refuse(command, 'expected a file, or --netbox');
  if (file !== undefined) return refuse(command, 'expected a file or --netbox, not both');
  const { importNetbox } = await import('../../actions/own/import-netbox.ts');
  const { NETBOX_TOKEN: token } = process.env;
  const netbox = { address, token: token === '' ? undefined : token, hosts };
  await importNetbox(await targetOf(server, command), netbox, dryRun === true);
}

function refuse(command: Command, message: string): never {
  return command.error(`error: ${message}`, { exitCode: EXIT.usage });
}

function addFileFlags(command: Command): Command {
  return command
    .addOption(new Option('--format <format>', 'its format (default: by its extension)').choices(OWN_FORMATS))
    .addOption(new Option('--encoding <name>', 'its encoding (default: UTF-8 or UTF-16)').choices(ENCODINGS))
    .option(
      '--map <column=field>',
      'the field of a column, such as Team=owner; - leaves it out; repeatable',
      collect,
      [],
    )
    .option('--ignore-unknown', 'leave out columns with an unknown header')
    .option('--dry-run', 'show what would change, and change nothing')
    .addOption(serverFlag());
}

function collect(text: string, texts: readonly string[]): string[] {
  return [...texts, text];
}

function toRequest(
  file: string,
  { format = formatOf(file), encoding, map, ignoreUnknown = false }: FileFlags,
  scope: ImportRequest['scope'],
  command: Command,
): ImportRequest {
  if (format === undefined) {
    const expected = `expected --format with one of ${OWN_FORMATS.join(', ')}`;
    command.error(`error: Cannot tell the format of ${quoteInput(file)} by its name: ${expected}`, {
      exitCode: EXIT.usage,
    });
  }
  return { format, encoding: encoding ?? null, map, ignoreUnknown, scope };
}

/** The extensions of each format. Tables are read with commas, semicolons or tabs, with any extension. */
const EXTENSIONS: { readonly [Format in OwnFormat]: readonly string[] } = {
  csv: ['csv', 'tsv'],
  json: ['json'],
  services: ['services'],
};

/** Detects the format from a name such as `ports.csv`, `ports.json.gz`, `/etc/services` or `https://…/my.services?x`. */
function formatOf(file: string): OwnFormat | undefined {
  const name = file.split(/[?#]/, 1)[0]?.replace(/\.gz$/i, '').toLowerCase() ?? '';
  const isOf = (word: string): boolean => name.endsWith(`.${word}`) || name === word || name.endsWith(`/${word}`);
  return OWN_FORMATS.find((format) => EXTENSIONS[format].some(isOf));
}
