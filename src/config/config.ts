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
import { findTrustOfAll } from './sign-in.ts';

/** The values of all settings: parsed, and as they were given. */
export interface ResolvedConfig {
  readonly config: Config;
  readonly given: Readonly<Record<SettingKey, GivenValue>>;
}

/**
 * Reads the settings from environment variables only.
 *
 * @param environment - The variables.
 * @throws {RegistryError} As `resolveConfig`.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  return resolveConfig([givenByEnvironment(environment)]).config;
}

/**
 * Finds the value of each setting in the source with the highest precedence, and parses it.
 *
 * @param sources - The given values, the source with the highest precedence first; defaults come after all of them.
 * @throws {RegistryError} `invalid_argument` with the name of the setting and the place of its value, when a value is
 *   invalid or does not fit another setting.
 */
export function resolveConfig(sources: readonly Given[]): ResolvedConfig {
  const given = Object.fromEntries(
    SETTING_KEYS.map((key) => [key, findGiven(SETTINGS[key], sources)]),
  ) as ResolvedConfig['given'];
  const values = SETTING_KEYS.map((key) => [key, parse<unknown>(SETTINGS[key], given[key])]);
  const config: Config = Object.fromEntries(values);
  for (const [key, needed] of NEEDS) {
    if (!isSet(config[key]) || isSet(config[needed])) continue;
    throw settingError(SETTINGS[key], given[key], `Cannot be used ${withoutSetting(needed, given[needed])}`);
  }
  for (const [key, bound] of NOT_ABOVE) {
    if (config[key] <= config[bound]) continue;
    const value = quoteInput(given[key].text);
    const most = `${SETTINGS[bound].name}, which is ${quoteInput(given[bound].text)}`;
    throw settingError(SETTINGS[key], given[key], `Cannot use ${value}: expected no more than ${most}`);
  }
  checkPorts(config, given);
  checkSignIn(config, given);
  return { config, given };
}

/** Checks that the two servers do not listen on the same address and port. Port 0 takes any free port. */
function checkPorts({ port, host, metricsPort, metricsHost }: Config, given: ResolvedConfig['given']): void {
  if (metricsPort !== port || port === 0 || (metricsHost !== '' && metricsHost !== host)) return;
  const value = quoteInput(given.metricsPort.text);
  const remedy = 'expected another port than PORT, or METRICS_HOST with another address than HOST';
  throw settingError(SETTINGS.metricsPort, given.metricsPort, `Cannot use ${value}: ${remedy}`);
}

/** Checks that only some clients can name a signed-in user, and that user and groups have fields of their own. */
function checkSignIn({ authHeader, authGroupsHeader, trustProxy }: Config, given: ResolvedConfig['given']): void {
  if (authHeader === '') return;
  const all = findTrustOfAll(trustProxy);
  if (all !== null) {
    const detail = `Cannot be used while TRUST_PROXY contains ${all}: every client could name any user`;
    throw settingError(SETTINGS.authHeader, given.authHeader, `${detail}; expected the addresses of the proxies`);
  }
  if (authHeader !== authGroupsHeader) return;
  const detail = `Cannot use ${quoteInput(given.authGroupsHeader.text)}: expected another field than AUTH_HEADER`;
  throw settingError(SETTINGS.authGroupsHeader, given.authGroupsHeader, detail);
}

/** Returns the end of a message about a needed setting that is missing or off, with the remedy. */
function withoutSetting(needed: SettingKey, { text }: GivenValue): string {
  const { name } = SETTINGS[needed];
  return text === '' ? `alone: set ${name} too` : `while ${name} is ${quoteInput(text)}: set ${name} to on`;
}

/** Returns whether a value is neither empty nor off. */
function isSet(value: Config[SettingKey]): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  return value !== '' && value !== false && value !== null;
}

function findGiven(setting: Setting<unknown>, sources: readonly Given[]): GivenValue {
  const fallback: GivenValue = { text: setting.fallback, source: 'default', place: null };
  if (!setting.isSecret) return sources.find((given) => given.has(setting.name))?.get(setting.name) ?? fallback;
  for (const given of sources) {
    const inFile = given.get(fileNameOf(setting.name));
    const value = given.get(setting.name);
    if (inFile !== undefined && value !== undefined) {
      throw settingError(setting, value, `Cannot have two values: set it or ${fileNameOf(setting.name)}, not both`);
    }
    if (inFile !== undefined)
      return { ...inFile, text: readSecret(setting, inFile), place: inFile.place ?? inFile.text };
    if (value !== undefined) return value;
  }
  return fallback;
}

/** Reads a secret from its file, without the line feed that editors add at the end. */
function readSecret({ name }: Setting<unknown>, { text: path }: GivenValue): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code;
    const message = `Setting ${fileNameOf(name)}: Cannot read ${quoteInput(path)}: ${reason}`;
    throw new RegistryError('invalid_argument', message, { parameter: fileNameOf(name), cause: error });
  }
}

function parse<Value>(setting: Setting<Value>, value: GivenValue): Value {
  try {
    return setting.kind.parse(value.text);
  } catch (error) {
    if (error instanceof RegistryError) throw settingError(setting, value, error.message);
    throw error;
  }
}

function settingError({ name }: Setting<unknown>, { place }: GivenValue, detail: string): RegistryError {
  const where = place === null ? name : `${name} (${place})`;
  return new RegistryError('invalid_argument', `Setting ${where}: ${detail}`, { parameter: name });
}
