import type { Command } from 'commander';
import type { InForce } from '../../config/config.ts';
import { SETTING_KEYS, SETTINGS } from '../../config/settings.ts';
import { addFormFlags, type FormFlags, printRows } from '../terminal/formats.ts';
import { loadConfig } from './load-config.ts';
import { addSettingFlags } from './settings-flags.ts';

/** Stands for a secret, whatever its length. */
const MASK = '********';

/** A setting as `portolan config` shows it. */
interface Shown {
  readonly name: string;
  readonly value: string;
  readonly source: string;
  /** The flag, or the file and its line; null where the name alone tells where. */
  readonly place: string | null;
}

/**
 * Adds the command that shows the settings.
 *
 * @param program - Where it is added.
 */
export function addConfigCommand(program: Command): void {
  const command = program
    .command('config')
    .description('show the settings in force and where each came from; takes the flags of serve')
    .addHelpText('after', '\nExamples:\n  portolan config\n  portolan config --json --config portolan.yaml')
    .action(async (flags: FormFlags, self: Command) => {
      const loaded = await loadConfig(self);
      for (const warning of loaded.warnings) console.error(`portolan: ${warning}`);
      await printRows(flags, show(loaded), toText);
    });
  addSettingFlags(addFormFlags(command));
}

function show({ given }: InForce): Shown[] {
  return SETTING_KEYS.map((key) => {
    const { text, source, place } = given[key];
    const value = SETTINGS[key].isSecret && text !== '' ? MASK : text;
    return { name: SETTINGS[key].name, value, source, place };
  });
}

/** Values stand last, and whole: they may be long, and are there to be copied. */
function toText(shown: readonly Shown[]): string {
  const rows = shown.map(({ name, source, place, value }) => [name, place ?? source, value] as const);
  const width = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length));
  const lines = rows.map(([name, where, value]) =>
    `${name.padEnd(width(0))}  ${where.padEnd(width(1))}  ${value}`.trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}
