import { type Command, Option } from 'commander';
import type { Given, GivenValue } from '../../config/given.ts';
import { fileNameOf, SETTINGS, type Setting } from '../../config/settings.ts';
import { EXIT } from '../terminal/exit.ts';

/** The settings that every command needs: they are flags of the program. */
const COMMON_SETTINGS: readonly Setting<unknown>[] = [SETTINGS.database];

/** The flags of settings. Other flags may have the same names, such as `--host` of `own adopt`. */
const SETTING_FLAGS = new WeakSet<Option>();

/**
 * Adds the flags of the settings that every command needs: the configuration file and the database.
 *
 * @param program - The program.
 */
export function addCommonFlags(program: Command): void {
  program.option('--config <file>', 'the configuration file (default: the one that CONFIG_FILE names, if any)');
  for (const setting of COMMON_SETTINGS) addFlag(program, flagOf(setting));
}

/**
 * Adds a flag for every other setting.
 *
 * @param command - The command.
 */
export function addSettingFlags(command: Command): void {
  const others = Object.values<Setting<unknown>>(SETTINGS).filter((setting) => !COMMON_SETTINGS.includes(setting));
  for (const setting of others) addSettingFlag(command, setting);
}

/**
 * Adds the flag of one setting.
 *
 * @param command - The command.
 * @param setting - The setting.
 */
export function addSettingFlag(command: Command, setting: Setting<unknown>): void {
  addFlag(command, flagOf(setting).helpGroup('Settings:'));
  if (setting.isSecret) refuseSecret(command, flagNameOf(setting.name));
}

function addFlag(command: Command, flag: Option): void {
  SETTING_FLAGS.add(flag);
  command.addOption(flag);
}

/** Refuses a flag with a secret as its value: the error suggests the flag for a file, and does not repeat the secret. */
function refuseSecret(command: Command, flag: string): void {
  const message = `error: ${flag} would show a secret to everybody who sees this process\n(Did you mean ${flag}-file?)`;
  const refuse = () => command.error(message, { exitCode: EXIT.usage });
  command.addOption(new Option(`${flag} <text>`).hideHelp().argParser(refuse));
}

/**
 * Returns the settings that were set by flags.
 *
 * @param command - The command that runs.
 */
export function givenByFlags(command: Command): Given {
  const given = new Map<string, GivenValue>();
  for (const setting of Object.values<Setting<unknown>>(SETTINGS)) {
    const flag = flagOf(setting);
    const text = flagValueOf(command, flag.attributeName());
    if (typeof text === 'string' && text !== '') {
      given.set(settableName(setting), { text, source: 'flag', place: flag.long ?? null });
    }
  }
  return given;
}

/** Returns the value of the flag of a setting: that of the command or of a command above it. */
function flagValueOf(command: Command, name: string): unknown {
  const isOwn = command.options.some((option) => option.attributeName() === name && SETTING_FLAGS.has(option));
  if (isOwn) return command.getOptionValue(name);
  return command.parent === null ? undefined : flagValueOf(command.parent, name);
}

/** Returns the name of the flag of a setting. A secret only has a flag for its file: every user of the machine can read flags. */
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
