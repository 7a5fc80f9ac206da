import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { Cron } from 'croner';
import { type EphemeralRange, parseOwnEphemeralRanges } from '../registry/rows/ephemeral-range.ts';
import { parseWholeNumber } from '../registry/values/page.ts';
import { LAST_PORT, parsePortNumber } from '../registry/values/port-number.ts';
import { quoteInput, RegistryError } from '../registry/values/registry-error.ts';
import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from './log-words.ts';
import { sizeBetween, timeBetween } from './quantity.ts';

/** How the values of a setting are written. */
export interface Kind<Value> {
  /** What a value counts or is, in a word, as the help of a flag has it. */
  readonly unit: string;
  /** Which values there are, for people. */
  readonly values: string;
  /** Reads a value, or throws `invalid_argument`. */
  readonly read: (text: string) => Value;
}

/** A port on which to listen. */
export const PORT: Kind<number> = { unit: 'port', values: `0 to ${LAST_PORT}`, read: (text) => parsePortNumber(text) };

/** A port on which to listen, read as null where there is none. */
export const OPTIONAL_PORT: Kind<number | null> = {
  ...PORT,
  read: (text) => (text === '' ? null : parsePortNumber(text)),
};

/** One of two states. */
export const SWITCH = word<boolean>('switch', 'switch', { on: true, off: false });

/** From which events on there are lines in the log. */
export const LOG_LEVEL = word<LogLevel>(
  'level',
  'log level',
  Object.fromEntries(LOG_LEVELS.map((level) => [level, level])),
);

/** How the lines of the log are written. */
export const LOG_FORMAT = word<LogFormat>(
  'format',
  'log format',
  Object.fromEntries(LOG_FORMATS.map((format) => [format, format])),
);

/** A number of processes. */
export const WORKERS: Kind<number> = {
  unit: 'processes',
  values: '1 to 256, or `auto`',
  read: (text) =>
    text.toLowerCase() === 'auto' ? availableParallelism() : parseWholeNumber(text, 'number of processes', 1, 256),
};

/** Which requests need a token, read as whether reading does. */
export const TOKEN_NEED = word<boolean>('scope', '', { read: true, write: false });

/** When something is done again and again, read as a cron expression; null for never. */
export const SCHEDULE: Kind<string | null> = {
  unit: 'schedule',
  values: '`off`, or a cron expression such as `43 4 * * *` or `@weekly`',
  read: readSchedule,
};

/** Ephemeral ranges of own hosts. */
export const OWN_EPHEMERAL_RANGES: Kind<readonly EphemeralRange[]> = {
  unit: 'ranges',
  values: 'titles and port ranges, such as `build hosts=15000-64000, db=9000-65500`',
  read: parseOwnEphemeralRanges,
};

/** Web origins. */
export const ORIGINS: Kind<readonly string[]> = {
  unit: 'origins',
  values: '`*`, or comma-separated origins such as `https://wiki.example.org`',
  read: (text) => listed(text).map(readOrigin),
};

/** Addresses of machines and networks. */
export const ADDRESSES: Kind<readonly string[]> = {
  unit: 'addresses',
  values: 'comma-separated addresses and networks, such as `127.0.0.1, 10.1.0.0/16, fd00::/8`',
  read: (text) => listed(text).map(readAddress),
};

/** A path on a server, read without the slash at its end. */
export const BASE_PATH: Kind<string> = { unit: 'path', values: 'path, such as `/ports-api`', read: readBasePath };

/**
 * Describes text of any content.
 *
 * @param unit - What it is, in a word.
 */
export function text(unit: string): Kind<string> {
  return { unit, values: '', read: (written) => written };
}

/**
 * Describes a number of things.
 *
 * @param unit - The things.
 * @param least - The lowest number.
 * @param most - The highest.
 */
export function count(unit: string, least: number, most: number): Kind<number> {
  const read = (written: string): number => parseWholeNumber(written, `number of ${unit}`, least, most);
  return { unit, values: `${least} to ${most}`, read };
}

/**
 * Describes a size.
 *
 * @param least - The smallest, as a person writes it.
 * @param most - The largest.
 */
export function size(least: string, most: string): Kind<number> {
  return { unit: 'size', values: `${least} to ${most}`, read: sizeBetween(least, most) };
}

/**
 * Describes a time.
 *
 * @param least - The shortest, as a person writes it.
 * @param most - The longest.
 */
export function time(least: string, most: string): Kind<number> {
  return { unit: 'time', values: `${least} to ${most}`, read: timeBetween(least, most) };
}

/** Describes words, in any case, that stand for values. */
function word<Value>(unit: string, title: string, values: Readonly<Record<string, Value>>): Kind<Value> {
  const words = Object.keys(values);
  // Of two words either may come; more are a list.
  const expected = words.length === 2 ? words.join(' or ') : words.join(', ');
  return {
    unit,
    values: words.map((known) => `\`${known}\``).join(', '),
    read: (written) => {
      const known = words.find((name) => name === written.toLowerCase());
      if (known !== undefined) return values[known] as Value;
      const what = title === '' ? '' : `${title} `;
      throw new RegistryError('invalid_argument', `Cannot parse ${what}${quoteInput(written)}: expected ${expected}`);
    },
  };
}

function readSchedule(text: string): string | null {
  if (text.toLowerCase() === 'off') return null;
  try {
    // An expression may be right and yet never come, as 30 February.
    if (new Cron(text, { timezone: 'UTC', paused: true }).nextRun() !== null) return text;
  } catch {}
  throw new RegistryError(
    'invalid_argument',
    `Cannot parse schedule ${quoteInput(text)}: expected off, or a cron expression such as 43 4 * * * or @weekly`,
  );
}

/** The words of a list with commas or blanks between; none for an empty text. */
function listed(text: string): string[] {
  return text === '' ? [] : text.trim().split(/[\s,]+/);
}

function readOrigin(origin: string): string {
  if (origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin)) return origin;
  throw new RegistryError(
    'invalid_argument',
    `Cannot parse origin ${quoteInput(origin)}: expected * or origins such as https://wiki.example.org`,
  );
}

function readAddress(text: string): string {
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  // All that there is, /0, would believe anybody.
  const isPrefix = prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= bits);
  if (bits > 0 && isPrefix && rest.length === 0) return text;
  throw new RegistryError(
    'invalid_argument',
    `Cannot parse address ${quoteInput(text)}: expected one such as 127.0.0.1, or a network such as 10.1.0.0/16`,
  );
}

function readBasePath(text: string): string {
  const path = text.replace(/\/$/, '');
  const isPlain = /^(?:\/[A-Za-z0-9._~-]+)*$/.test(path) && !/\/\.{1,2}(?:\/|$)/.test(path);
  if (isPlain) return path;
  throw new RegistryError(
    'invalid_argument',
    `Cannot parse path ${quoteInput(text)}: expected one such as /ports-api, of letters, digits and . _ ~ -`,
  );
}
