import { fileURLToPath } from 'node:url';
import { LOG_LEVELS, type LogLevel } from './log.ts';
import { sizeBetween, timeBetween } from './quantity.ts';
import { type EphemeralRange, parseOwnEphemeralRanges } from './registry/ephemeral-range.ts';
import { parseWholeNumber } from './registry/page.ts';
import { parsePortNumber } from './registry/port-number.ts';
import { quoteInput, RegistryError } from './registry/registry-error.ts';

/** Everything that can be set. */
export interface Config {
  /** TCP port on which the server answers, 0-65535; 0 takes any free one. */
  readonly port: number;
  /** Address on which the server answers. */
  readonly host: string;
  /** Path of the SQLite file. */
  readonly database: string;
  /** The ephemeral ranges of the team's own hosts. */
  readonly ephemeralRanges: readonly EphemeralRange[];
  /** The web origins whose pages may read from a browser. */
  readonly corsOrigins: readonly string[];
  readonly logLevel: LogLevel;
  /** Whether GraphQL clients may ask for the schema. */
  readonly introspection: boolean;
  /** Whether reading needs a token too; writing always does. */
  readonly requireToken: boolean;
  /** Whether what was answered before is kept and sent again, as long as the registry stays the same. */
  readonly answerCache: boolean;
  /** The largest body of a request, in bytes. */
  readonly bodyLimit: number;
  /** How many results a batch may give. */
  readonly batchLimit: number;
  /** The largest block of request line and header fields, in bytes. */
  readonly headerLimit: number;
  /** The longest path and query, in bytes; smaller than `headerLimit`. */
  readonly urlLimit: number;
  /** How many requests a client may make in a window; 0 for any number. */
  readonly rateLimit: number;
  /** How long the window is, in milliseconds. */
  readonly rateWindow: number;
  /** How long a whole request may take to arrive, in milliseconds. */
  readonly requestTimeout: number;
  /** How long its header may take, in milliseconds; not longer than `requestTimeout`. */
  readonly headersTimeout: number;
  /** How many connections may be open at once. */
  readonly maxConnections: number;
}

/** One setting: its environment variable, its default as written there, and how it is read. */
interface Setting<Value> {
  readonly variable: string;
  readonly fallback: string;
  readonly read: (text: string, variable: string) => Value;
}

/** The settings, as data: one entry a field of `Config`. */
export const SETTINGS: { readonly [Key in keyof Config]: Setting<Config[Key]> } = {
  port: { variable: 'PORT', fallback: '7605', read: parsePortNumber },
  host: { variable: 'HOST', fallback: '127.0.0.1', read: readText },
  database: {
    variable: 'DATABASE',
    fallback: fileURLToPath(new URL('../var/portolan.db', import.meta.url)),
    read: readText,
  },
  ephemeralRanges: { variable: 'EPHEMERAL_RANGES', fallback: '', read: parseOwnEphemeralRanges },
  corsOrigins: { variable: 'CORS_ORIGINS', fallback: '*', read: readOrigins },
  logLevel: { variable: 'LOG_LEVEL', fallback: 'info', read: readLogLevel },
  introspection: { variable: 'INTROSPECTION', fallback: 'on', read: readSwitch },
  requireToken: { variable: 'REQUIRE_TOKEN', fallback: 'write', read: readRequiredToken },
  answerCache: { variable: 'ANSWER_CACHE', fallback: 'on', read: readSwitch },
  bodyLimit: { variable: 'BODY_LIMIT', fallback: '4 MiB', read: sizeBetween('1 KiB', '64 MiB') },
  batchLimit: { variable: 'BATCH_LIMIT', fallback: '65536', read: countBetween('results', 1, 1_000_000) },
  headerLimit: { variable: 'HEADER_LIMIT', fallback: '32 KiB', read: sizeBetween('4 KiB', '1 MiB') },
  // 1,000 ports with their protocols in one query are 13 kB.
  urlLimit: { variable: 'URL_LIMIT', fallback: '16 KiB', read: sizeBetween('1 KiB', '1 MiB') },
  rateLimit: { variable: 'RATE_LIMIT', fallback: '0', read: countBetween('requests', 0, 1_000_000_000) },
  rateWindow: { variable: 'RATE_WINDOW', fallback: '1 min', read: timeBetween('1 s', '24 h') },
  requestTimeout: { variable: 'REQUEST_TIMEOUT', fallback: '30 s', read: timeBetween('100 ms', '1 h') },
  headersTimeout: { variable: 'HEADERS_TIMEOUT', fallback: '10 s', read: timeBetween('100 ms', '1 h') },
  maxConnections: { variable: 'MAX_CONNECTIONS', fallback: '2000', read: countBetween('connections', 1, 1_000_000) },
};

/** Settings that must not be above another one. */
const NOT_ABOVE = [
  ['urlLimit', 'headerLimit'],
  ['headersTimeout', 'requestTimeout'],
] as const;

/**
 * Reads the settings from environment variables. An empty variable counts as one that is not set.
 *
 * @param environment - The variables.
 * @throws {RegistryError} `invalid_argument`, with the variable's name, for a value that cannot be used, by itself or
 *   beside another one.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const read = <Value>({ variable, fallback, read }: Setting<Value>): Value =>
    withName(variable, () => read(environment[variable] || fallback, variable));
  const config: Config = {
    port: read(SETTINGS.port),
    host: read(SETTINGS.host),
    database: read(SETTINGS.database),
    ephemeralRanges: read(SETTINGS.ephemeralRanges),
    corsOrigins: read(SETTINGS.corsOrigins),
    logLevel: read(SETTINGS.logLevel),
    introspection: read(SETTINGS.introspection),
    requireToken: read(SETTINGS.requireToken),
    answerCache: read(SETTINGS.answerCache),
    bodyLimit: read(SETTINGS.bodyLimit),
    batchLimit: read(SETTINGS.batchLimit),
    headerLimit: read(SETTINGS.headerLimit),
    urlLimit: read(SETTINGS.urlLimit),
    rateLimit: read(SETTINGS.rateLimit),
    rateWindow: read(SETTINGS.rateWindow),
    requestTimeout: read(SETTINGS.requestTimeout),
    headersTimeout: read(SETTINGS.headersTimeout),
    maxConnections: read(SETTINGS.maxConnections),
  };
  for (const [key, bound] of NOT_ABOVE) {
    if (config[key] > config[bound]) throw aboveBound(SETTINGS[key], SETTINGS[bound], environment);
  }
  return config;
}

function aboveBound(
  { variable, fallback }: Setting<number>,
  bound: Setting<number>,
  environment: Readonly<Record<string, string | undefined>>,
): RegistryError {
  const value = quoteInput(environment[variable] || fallback);
  const most = quoteInput(environment[bound.variable] || bound.fallback);
  const message = `Setting ${variable}: Cannot use ${value}: expected no more than ${bound.variable}, which is ${most}`;
  return new RegistryError('invalid_argument', message, { parameter: variable });
}

function withName<Value>(variable: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    throw new RegistryError('invalid_argument', `Setting ${variable}: ${error.message}`, { parameter: variable });
  }
}

function readText(text: string): string {
  return text;
}

function readOrigins(text: string): string[] {
  return text.split(/[\s,]+/).map((origin) => {
    if (origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin)) return origin;
    throw new RegistryError(
      'invalid_argument',
      `Cannot parse origin ${quoteInput(origin)}: expected * or origins such as https://wiki.example.org`,
    );
  });
}

function countBetween(counted: string, least: number, most: number): (text: string) => number {
  return (text) => parseWholeNumber(text, `number of ${counted}`, least, most);
}

function readSwitch(text: string): boolean {
  const word = text.toLowerCase();
  if (word === 'on' || word === 'off') return word === 'on';
  throw new RegistryError('invalid_argument', `Cannot parse switch ${quoteInput(text)}: expected on or off`);
}

function readRequiredToken(text: string): boolean {
  const word = text.toLowerCase();
  if (word === 'read' || word === 'write') return word === 'read';
  throw new RegistryError('invalid_argument', `Cannot parse ${quoteInput(text)}: expected read or write`);
}

function readLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((name) => name === text.toLowerCase());
  if (level !== undefined) return level;
  throw new RegistryError(
    'invalid_argument',
    `Cannot parse log level ${quoteInput(text)}: expected ${LOG_LEVELS.join(', ')}`,
  );
}
