import type { Command } from 'commander';
import type { ResolvedConfig } from '../../config/config.ts';
import { SETTING_KEYS, SETTINGS } from '../../config/settings.ts';
import { addFormFlags, type FormFlags, printRows } from '../terminal/formats.ts';
import { loadConfig } from './load-config.ts';
import { addSettingFlags } from './settings-flags.ts';

/** Printed in place of a secret. The length is constant, so that it does not reveal the length of the secret. */
const MASK = '********';

/** A setting, as `portolan config` prints it. */
interface SettingRow {
  readonly name: string;
  readonly value: string;
  readonly source: string;
  /** The flag, or the file and line, that set it; null where the name identifies the place. */
  readonly place: string | null;
}

/**
 * Adds the command `config`, which prints the settings in force.
 *
 * @param program - The program.
 */
export function addConfigCommand(program: Command): void {
  const command = program
    .command('config')
    .description('show the settings in force and the source of each; takes the flags of serve')
    .addHelpText('after', '\nExamples:\n  portolan config\n  portolan config --json --config portolan.yaml')
    .action(async (flags: FormFlags, self: Command) => {
      const loaded = await loadConfig(self);
      for (const warning of loaded.warnings) console.error(`portolan: ${warning}`);
      await printRows(flags, toRows(loaded), toText);
    });
  addSettingFlags(addFormFlags(command));
}

function toRows({ given }: ResolvedConfig): SettingRow[] {
  return SETTING_KEYS.map((key) => {
    const { text, source, place } = given[key];
    const value = SETTINGS[key].isSecret && text !== '' ? MASK : text;
    return { name: SETTINGS[key].name, value, source, place };
  });
}

/** Values are the last column and are never cut: they may be long, and users copy them. */
function toText(settings: readonly SettingRow[]): string {
  const rows = settings.map(({ name, source, place, value }) => [name, place ?? source, value] as const);
  const width = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length));
  const lines = rows.map(([name, where, value]) =>
    `${name.padEnd(width(0))}  ${where.padEnd(width(1))}  ${value}`.trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}
