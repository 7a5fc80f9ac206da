import { nearest } from '../registry/values/nearest.ts';
import { SETTABLE_NAMES } from './settings.ts';

/** Where a value can come from, the strongest first. */
export const SOURCES = ['flag', 'environment', 'file', 'default'] as const;
export type Source = (typeof SOURCES)[number];

/** A value as somebody wrote it. */
export interface GivenValue {
  readonly text: string;
  readonly source: Source;
  /** The flag, or the file and its line; null where the name alone tells where. */
  readonly place: string | null;
}

/** What one source gives, by the names of settings. */
export type Given = ReadonlyMap<string, GivenValue>;

/** The variable that names the file of settings. */
export const CONFIG_FILE = 'CONFIG_FILE';

/** Shorter names are too often near to something else. */
const SHORTEST_MISSPELT = 6;

/**
 * Finds the settings among environment variables. One that is empty counts as not set.
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
 * Finds variables that were perhaps meant to be settings. The environment is everybody's, so that an unknown name in it
 * is no error.
 *
 * @param environment - The variables.
 * @returns A sentence for each.
 */
export function misspeltVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  const known = [...SETTABLE_NAMES, CONFIG_FILE];
  return Object.keys(environment).flatMap((name) => {
    if (name.length < SHORTEST_MISSPELT || known.includes(name)) return [];
    const [meant] = nearest(name, known, 1);
    // Another first letter is another word: SSL_CERT_FILE is OpenSSL's.
    if (meant === undefined || meant[0] !== name[0]?.toUpperCase()) return [];
    return [`Environment variable ${name} is no setting and was passed over: did you mean ${meant}?`];
  });
}
