import { nearest } from '../registry/values/nearest.ts';
import { SETTABLE_NAMES } from './settings.ts';

/** The sources of values, the one with the highest precedence first. */
export const SOURCES = ['flag', 'environment', 'file', 'default'] as const;
export type Source = (typeof SOURCES)[number];

/** The text that was given for a setting. */
export interface GivenValue {
  readonly text: string;
  readonly source: Source;
  /** The flag, or the file and its line; null for an environment variable or a default. */
  readonly place: string | null;
}

/** The values of one source, by the names of settings. */
export type Given = ReadonlyMap<string, GivenValue>;

/** The environment variable with the path of the file of settings. */
export const CONFIG_FILE = 'CONFIG_FILE';

/** The shortest name to check: shorter names are too often similar to a setting by chance. */
const SHORTEST_MISSPELT = 6;

/**
 * Finds the settings among environment variables. An empty variable counts as not set.
 *
 * @param environment - The variables.
 */
export function givenByEnvironment(environment: Readonly<Record<string, string | undefined>>): Given {
  const given = new Map<string, GivenValue>();
  for (const name of SETTABLE_NAMES) {
    const text = environment[name];
    if (text !== undefined && text !== '') given.set(name, { text, source: 'environment', place: null });
  }
  return given;
}

/**
 * Finds environment variables that are probably misspelt settings. Other programs use the environment too, so an unknown
 * name is not an error.
 *
 * @param environment - The variables.
 * @returns A warning for each.
 */
export function misspeltVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  const known = [...SETTABLE_NAMES, CONFIG_FILE];
  return Object.keys(environment).flatMap((name) => {
    if (name.length < SHORTEST_MISSPELT || known.includes(name)) return [];
    const [meant] = nearest(name, known, 1);
    // Another first letter is another word: SSL_CERT_FILE is a variable of OpenSSL.
    if (meant === undefined || meant[0] !== name[0]?.toUpperCase()) return [];
    return [`Environment variable ${name} is not a setting and was ignored: did you mean ${meant}?`];
  });
}
