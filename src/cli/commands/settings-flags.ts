import { type Command, Option } from 'commander';
import type { Given, GivenValue } from '../../config/given.ts';
import { fileNameOf, SETTINGS, type Setting } from '../../config/settings.ts';
import { EXIT } from '../terminal/exit.ts';

/** These belong to every command, so that they stand with the program. */
const EVERYWHERE: readonly Setting<unknown>[] = [SETTINGS.database];

/**
 * Lets the settings that concern every command be given as flags: the file of settings and the database.
 *
 * @param program - The program.
 */
export function addCommonFlags(program: Command): void {
  program.option('--config <file>', 'a file of settings (default: the one that CONFIG_FILE names, if any)');
  for (const setting of EVERYWHERE) program.addOption(flagOf(setting));
}

/**
 * Lets every other setting be given as a flag.
 *
 * @param command - The command.
 */
export function addSettingFlags(command: Command): void {
  const others = Object.values<Setting<unknown>>(SETTINGS).filter((setting) => !EVERYWHERE.includes(setting));
  for (const setting of others) command.addOption(flagOf(setting).helpGroup('Settings:'));
  for (const { name } of others.filter(({ isSecret }) => isSecret)) refuseSecret(command, flagNameOf(name));
}

/** Whoever gives a secret itself is told of its file, and the secret is not written anywhere once more. */
function refuseSecret(command: Command, flag: string): void {
  const message = `error: ${flag} would show a secret to everybody who sees this process\n(Did you mean ${flag}-file?)`;
  const refuse = () => command.error(message, { exitCode: EXIT.usage });
  command.addOption(new Option(`${flag} <text>`).hideHelp().argParser(refuse));
}

/**
 * Finds what was given as flags.
 *
 * @param command - The command that runs.
 */
export function givenByFlags(command: Command): Given {
  const written = command.optsWithGlobals() as Readonly<Record<string, unknown>>;
  const given = new Map<string, GivenValue>();
  for (const setting of Object.values<Setting<unknown>>(SETTINGS)) {
    const flag = flagOf(setting);
    const text = written[flag.attributeName()];
    if (typeof text === 'string' && text !== '') {
      given.set(settableName(setting), { text, source: 'flag', place: flag.long ?? null });
    }
  }
  return given;
}

/** Anybody on the machine sees the flags of a process, so that of a secret only its file has one. */
function settableName({ name, isSecret }: Setting<unknown>): string {
  return isSecret ? fileNameOf(name) : name;
}

function flagNameOf(name: string): string {
  return `--${name.toLowerCase().replaceAll('_', '-')}`;
}

function flagOf(setting: Setting<unknown>): Option {
  const { kind, meaning, fallback, isSecret } = setting;
  const flag = `${flagNameOf(settableName(setting))} <${isSecret ? 'file' : kind.unit}>`;
  const usual = fallback === '' ? '' : ` (default: ${fallback})`;
  return new Option(flag, meaning.replaceAll('`', '') + usual);
}
