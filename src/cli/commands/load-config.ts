import type { Command } from 'commander';
import { type ResolvedConfig, resolveConfig } from '../../config/config.ts';
import { givenByFile } from '../../config/config-file.ts';
import { CONFIG_FILE, givenByEnvironment, misspeltVariables } from '../../config/given.ts';
import { SETTINGS } from '../../config/settings.ts';
import { checkExists, type LocalSource, localSourceOf } from '../actions/local-source.ts';
import { EXIT } from '../terminal/exit.ts';
import { installedDefaults } from './installed-defaults.ts';
import { givenByFlags } from './settings-flags.ts';

/** The settings in force, and warnings about them. */
export interface LoadedConfig extends ResolvedConfig {
  /** Sentences about variables that were ignored. */
  readonly warnings: readonly string[];
}

/**
 * Reads the settings from the flags of a command, the environment and the file that one of the two names.
 *
 * @param command - The command that runs.
 * @throws {RegistryError} `invalid_argument`, with the place of the fault.
 */
export async function loadConfig(command: Command): Promise<LoadedConfig> {
  const { config: file = process.env[CONFIG_FILE] } = command.optsWithGlobals() as { readonly config?: string };
  const sources = [givenByFlags(command), givenByEnvironment(process.env)];
  if (file !== undefined && file !== '') sources.push(await givenByFile(file));
  if (!sources.some((source) => source.has(SETTINGS.database.name))) sources.push(installedDefaults());
  return { ...resolveConfig(sources), warnings: misspeltVariables(process.env) };
}

/**
 * Reads the settings of a command that works on the local database alone. Refuses to run where `PORTOLAN_SERVER` names a
 * server, unless the flag `--database` names the database: its user expects the data of the server.
 *
 * @param command - The command that runs.
 * @throws {RegistryError} As `loadConfig`.
 */
export async function loadLocalConfig(command: Command): Promise<LoadedConfig> {
  const loaded = await loadConfig(command);
  if (!process.env.PORTOLAN_SERVER || loaded.given.database.source === 'flag') return loaded;
  const detail = 'it works on a database of this machine; name that with --database, or unset PORTOLAN_SERVER';
  const message = `error: "${nameOf(command)}" cannot use the server that PORTOLAN_SERVER names: ${detail}`;
  return command.error(message, { exitCode: EXIT.usage });
}

/** Returns the words of a command, such as `token create`. */
function nameOf(command: Command): string {
  const { parent } = command;
  return parent === null || parent.parent === null ? command.name() : `${nameOf(parent)} ${command.name()}`;
}

/**
 * Returns the path of the database, as `existingSourceOf`.
 *
 * @param command - The command that runs.
 */
export async function existingDatabaseOf(command: Command): Promise<string> {
  return (await existingSourceOf(command)).database;
}

/**
 * Returns the settings of the database for a command that does not create one. Prints a warning if the server on the configured
 * HOST and PORT uses another database.
 *
 * @param command - The command that runs.
 * @throws {RegistryError} As `loadLocalConfig`; `unavailable` when there is no such file.
 */
export async function existingSourceOf(command: Command): Promise<LocalSource> {
  const loaded = await loadLocalConfig(command);
  const { config } = loaded;
  checkExists(config.database, config.shared);
  const { otherServerDatabase } = await import('../actions/checks/health.ts');
  const difference = await otherServerDatabase(config);
  if (difference !== null) console.error(`portolan: warning: ${difference}`);
  return localSourceOf(loaded);
}
