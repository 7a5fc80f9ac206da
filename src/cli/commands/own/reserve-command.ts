import { type Command, Option } from 'commander';
import { SUGGESTION_ORDERS } from '../../../registry/advice/advice-question.ts';
import { parseReservation } from '../../../registry/advice/reservation.ts';
import { parseArguments, serverFlag, withUsageErrors } from '../query-commands.ts';
import { targetOf } from './own-target.ts';

/** The flags of `portolan own reserve`. */
interface ReserveFlags extends Readonly<Record<string, string | boolean | undefined>> {
  readonly server?: string;
  readonly json?: boolean;
  readonly strict?: boolean;
}

/**
 * Adds the command that reserves a port.
 *
 * @param own - The command `own`.
 */
export function addReserveCommand(own: Command): void {
  own
    .command('reserve <name>')
    .description('create an own entry on the first free port that meets the conditions, and print it')
    .option('--key <key>', 'repeatable: print the entry that holds this key, or else reserve a port')
    .option('--pool <name>', 'a port of this pool')
    .option('--owner <name>', 'the owner of the entry (default: that of the pool)')
    .option('--environment <name>', 'the environment of the entry (default: all)')
    .option('--note <text>', 'the note of the entry')
    .option('--protocol <protocols>', 'the protocols, separated by commas (default: those of the pool, or tcp)')
    .option('--count <count>', 'how many consecutive ports, 1-100 (default: 1)')
    .option('--within <range>', 'only ports of a range such as 20000-29999')
    .option('--near <port>', 'the free port nearest to this one')
    .option('--like <name>', 'derive the port from a name: the same name, the same port')
    .addOption(
      new Option('--order <order>', 'by the weight of what is known of a port, or by number').choices(
        SUGGESTION_ORDERS,
      ),
    )
    .option('--avoid <systems>', 'avoid only the ports of these, such as linux,browsers (default: all)')
    .option('--strict', 'refuse a port with a conflict to avoid')
    .option('--json', 'print the entry as JSON')
    .addOption(serverFlag())
    .addHelpText(
      'after',
      '\nExamples:\n  portolan own reserve ledger --within 20000-20999\n  portolan own reserve billing-api --pool payments --key billing-api/production --json',
    )
    .action((name: string, { server, json, strict, ...conditions }: ReserveFlags, command: Command) =>
      withUsageErrors(command, async () => {
        const { reserveOwn } = await import('../../actions/own/reserve-own.ts');
        const body = toBody(name, conditions);
        parseArguments(command, () => parseReservation(body));
        await reserveOwn(await targetOf(server, command), body, strict === true, json === true);
      }),
    );
}

/** Converts the flags to the body of `POST /reservations`. */
function toBody(name: string, { protocol, count, near, ...others }: ReserveFlags): Record<string, unknown> {
  return {
    name,
    ...others,
    ...(protocol !== undefined && { protocols: String(protocol).split(',') }),
    ...(count !== undefined && { count: toNumber(count) }),
    ...(near !== undefined && { near: toNumber(near) }),
  };
}

/** Converts a text of digits to a number. The check of the body names any other text. */
function toNumber(text: string | boolean): unknown {
  return /^\d{1,9}$/.test(String(text)) ? Number(text) : text;
}
