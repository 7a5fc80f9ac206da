import { type Command, Option } from 'commander';
import { OWN_FORMATS, type OwnFormat } from '../../../sources/own/own-formats.ts';
import type { FormFlags } from '../../terminal/formats.ts';
import { addQueryCommand, serverFlag, withUsageErrors } from '../query-commands.ts';
import { addAdoptCommand } from './adopt-command.ts';
import { addFileCommands } from './file-commands.ts';
import { OWN_CHECK, OWN_LIST } from './own-queries.ts';
import { targetOf } from './own-target.ts';
import { addReserveCommand } from './reserve-command.ts';

/** The flags of `portolan own approve`. */
interface ApproveFlags {
  readonly withdraw?: boolean;
  readonly server?: string;
}

/** The flags of `portolan own export`. */
interface ExportFlags extends FormFlags {
  readonly format: OwnFormat;
  readonly server?: string;
}

/**
 * Adds the commands that list, reserve, import, synchronize, export, approve and check own entries.
 *
 * @param program - The program.
 */
export function addOwnCommands(program: Command): void {
  const own = program.command('own').description('list, reserve, import, export, approve and check own entries');
  addQueryCommand(own, OWN_LIST);
  addQueryCommand(own, OWN_CHECK);
  addReserveCommand(own);
  addFileCommands(own);
  addAdoptCommand(own);
  own
    .command('approve <id>')
    .description(
      'approve an own entry as it is; a later change of its ports, protocols, hosts or justification clears it',
    )
    .option('--withdraw', 'withdraw the approval instead')
    .addOption(serverFlag())
    .addHelpText('after', '\nExample:\n  portolan own approve own-cfec021c38cf')
    .action((id: string, { withdraw, server }: ApproveFlags, command: Command) =>
      withUsageErrors(command, async () => {
        const { approveOwn } = await import('../../actions/own/approve-own.ts');
        await approveOwn(await targetOf(server, command), id, withdraw !== true);
      }),
    );
  own
    .command('export')
    .description('write all own entries, in a format that can be imported again')
    .addOption(new Option('--format <format>', 'the format').choices(OWN_FORMATS).default('csv'))
    .addOption(new Option('--json', 'the same as --format json').conflicts(['csv', 'format']))
    .addOption(new Option('--csv', 'the same as --format csv').conflicts('format'))
    .addOption(serverFlag())
    .addHelpText('after', '\nExamples:\n  portolan own export --json\n  portolan own export --format services')
    .action(({ format, json, server }: ExportFlags, command: Command) =>
      withUsageErrors(command, async () => {
        const { exportOwn } = await import('../../actions/own/export-own.ts');
        await exportOwn(await targetOf(server, command), json ? 'json' : format);
      }),
    );
}
