import { fileURLToPath } from 'node:url';
import { LOG_LEVELS, type LogLevel } from './log.ts';
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
  /** The web origins whose pages may read from a browser. */
  readonly corsOrigins: readonly string[];
  readonly logLevel: LogLevel;
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
  corsOrigins: { variable: 'CORS_ORIGINS', fallback: '*', read: readOrigins },
  logLevel: { variable: 'LOG_LEVEL', fallback: 'info', read: readLogLevel },
};

/**
 * Reads the settings from environment variables. An empty variable counts as one that is not set.
 *
 * @param environment - The variables.
 * @throws {RegistryError} `invalid_argument`, with the variable's name, for a value that cannot be used.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const read = <Value>({ variable, fallback, read }: Setting<Value>): Value =>
    withName(variable, () => read(environment[variable] || fallback, variable));
  return {
    port: read(SETTINGS.port),
    host: read(SETTINGS.host),
    database: read(SETTINGS.database),
    corsOrigins: read(SETTINGS.corsOrigins),
    logLevel: read(SETTINGS.logLevel),
  };
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

function readLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((name) => name === text.toLowerCase());
  if (level !== undefined) return level;
  throw new RegistryError(
    'invalid_argument',
    `Cannot parse log level ${quoteInput(text)}: expected ${LOG_LEVELS.join(', ')}`,
  );
}
