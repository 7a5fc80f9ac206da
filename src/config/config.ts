import { readFileSync } from 'node:fs';
import { quoteInput, RegistryError } from '../registry/values/registry-error.ts';
import { type Given, type GivenValue, givenByEnvironment } from './given.ts';
import {
  type Config,
  fileNameOf,
  NEEDS,
  NOT_ABOVE,
  SETTING_KEYS,
  SETTINGS,
  type Setting,
  type SettingKey,
} from './settings.ts';

/** What is in force: the values as they were written, and as they are used. */
export interface InForce {
  readonly config: Config;
  readonly given: Readonly<Record<SettingKey, GivenValue>>;
}

/**
 * Reads the settings from environment variables alone.
 *
 * @param environment - The variables.
 * @throws {RegistryError} As `decide`.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  return decide([givenByEnvironment(environment)]).config;
}

/**
 * Decides for each setting which value is in force, and reads it.
 *
 * @param sources - What was given, the strongest source first; defaults stand behind all of them.
 * @throws {RegistryError} `invalid_argument`, with the setting's name and the place of its value, for a value that cannot
 *   be used, by itself or beside another one.
 */
export function decide(sources: readonly Given[]): InForce {
  const given = Object.fromEntries(
    SETTING_KEYS.map((key) => [key, strongest(SETTINGS[key], sources)]),
  ) as InForce['given'];
  const values = SETTING_KEYS.map((key) => [key, read<unknown>(SETTINGS[key], given[key])]);
  const config: Config = Object.fromEntries(values);
  for (const [key, needed] of NEEDS) {
    if (!isSet(config[key]) || isSet(config[needed])) continue;
    throw faulty(SETTINGS[key], given[key], `Cannot be used ${without(needed, given[needed])}`);
  }
  for (const [key, bound] of NOT_ABOVE) {
    if (config[key] <= config[bound]) continue;
    const value = quoteInput(given[key].text);
    const most = `${SETTINGS[bound].name}, which is ${quoteInput(given[bound].text)}`;
    throw faulty(SETTINGS[key], given[key], `Cannot use ${value}: expected no more than ${most}`);
  }
  checkPorts(config, given);
  return { config, given };
}

/** One port of one address has one server; 0 is any free one. */
function checkPorts({ port, host, metricsPort, metricsHost }: Config, given: InForce['given']): void {
  if (metricsPort !== port || port === 0 || (metricsHost !== '' && metricsHost !== host)) return;
  const value = quoteInput(given.metricsPort.text);
  const remedy = 'expected another port than PORT, or METRICS_HOST with another address than HOST';
  throw faulty(SETTINGS.metricsPort, given.metricsPort, `Cannot use ${value}: ${remedy}`);
}

/** Says which setting another one needs, and whether it is missing or switched off. */
function without(needed: SettingKey, { text }: GivenValue): string {
  const { name } = SETTINGS[needed];
  return text === '' ? `alone: set ${name} too` : `while ${name} is ${quoteInput(text)}: set ${name} to on`;
}

/** Nothing, or what is switched off. */
function isSet(value: Config[SettingKey]): boolean {
  return value !== '' && value !== false && value !== null;
}

function strongest(setting: Setting<unknown>, sources: readonly Given[]): GivenValue {
  const fallback: GivenValue = { text: setting.fallback, source: 'default', place: null };
  if (!setting.isSecret) return sources.find((given) => given.has(setting.name))?.get(setting.name) ?? fallback;
  for (const given of sources) {
    const inFile = given.get(fileNameOf(setting.name));
    const value = given.get(setting.name);
    if (inFile !== undefined && value !== undefined) {
      throw faulty(setting, value, `Cannot have two values: set it or ${fileNameOf(setting.name)}, not both`);
    }
    if (inFile !== undefined)
      return { ...inFile, text: readSecret(setting, inFile), place: inFile.place ?? inFile.text };
    if (value !== undefined) return value;
  }
  return fallback;
}

/** A line feed at the end is the editor's. */
function readSecret({ name }: Setting<unknown>, { text: path }: GivenValue): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code;
    const message = `Setting ${fileNameOf(name)}: Cannot read ${quoteInput(path)}: ${reason}`;
    throw new RegistryError('invalid_argument', message, { parameter: fileNameOf(name), cause: error });
  }
}

function read<Value>(setting: Setting<Value>, value: GivenValue): Value {
  try {
    return setting.kind.read(value.text);
  } catch (error) {
    if (error instanceof RegistryError) throw faulty(setting, value, error.message);
    throw error;
  }
}

function faulty({ name }: Setting<unknown>, { place }: GivenValue, what: string): RegistryError {
  const where = place === null ? name : `${name} (${place})`;
  return new RegistryError('invalid_argument', `Setting ${where}: ${what}`, { parameter: name });
}
