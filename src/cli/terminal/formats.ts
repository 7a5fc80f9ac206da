import { type Command, Option } from 'commander';

/** The requested output format; text if neither flag is set. */
export interface FormFlags {
  readonly json?: boolean;
  readonly csv?: boolean;
}

/**
 * Adds `--json` and `--csv`, the flags of all commands that print rows.
 *
 * @param command - The command.
 */
export function addFormFlags(command: Command): Command {
  return command
    .addOption(new Option('--json', 'as JSON').conflicts('csv'))
    .addOption(new Option('--csv', 'as a table'));
}

/**
 * Prints rows in the requested format.
 *
 * @param flags - The format.
 * @param rows - The rows, all with the same fields.
 * @param toText - Renders them as plain text.
 */
export async function printRows<Row extends Readonly<Record<keyof Row, string | boolean | null | readonly string[]>>>(
  { json, csv }: FormFlags,
  rows: readonly Row[],
  toText: (rows: readonly Row[]) => string,
): Promise<void> {
  if (json) process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
  else if (csv) {
    const { toCsv } = await import('../../text/csv-table.ts');
    const cells = rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
      ),
    );
    process.stdout.write(toCsv(Object.keys(cells[0] ?? {}), cells as never));
  } else process.stdout.write(toText(rows));
}
