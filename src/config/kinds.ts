import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { Cron } from 'croner';
import { type EphemeralRange, parseOwnEphemeralRanges } from '../registry/rows/ephemeral-range.ts';
import { parseWholeNumber } from '../registry/values/page.ts';
import { LAST_PORT, parsePortNumber } from '../registry/values/port-number.ts';
import { quoteInput, RegistryError } from '../registry/values/registry-error.ts';
import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from './log-words.ts';
import { daysParser, sizeParser, timeParser } from './quantity.ts';

/** The syntax of the values of a setting. */
export interface Kind<Value> {
  /** The unit or type of the value in one word, for the help of the flag. */
  readonly unit: string;
  /** The valid values, for people. */
  readonly values: string;
  /** Parses a value, or throws `invalid_argument`. */
  readonly parse: (text: string) => Value;
}

/** A port to listen on. */
export const PORT: Kind<number> = { unit: 'port', values: `0 to ${LAST_PORT}`, parse: (text) => parsePortNumber(text) };

/** A port to listen on; null for an empty text. */
export const OPTIONAL_PORT: Kind<number | null> = {
  ...PORT,
  parse: (text) => (text === '' ? null : parsePortNumber(text)),
};

/** `on` or `off`. */
export const SWITCH = word<boolean>('switch', 'switch', { on: true, off: false });

/** The least severe level of logged events. */
export const LOG_LEVEL = word<LogLevel>(
  'level',
  'log level',
  Object.fromEntries(LOG_LEVELS.map((level) => [level, level])),
);

/** The format of log lines. */
export const LOG_FORMAT = word<LogFormat>(
  'format',
  'log format',
  Object.fromEntries(LOG_FORMATS.map((format) => [format, format])),
);

/** A number of processes. */
export const WORKERS: Kind<number> = {
  unit: 'processes',
  values: '1 to 256, or `auto`',
  parse: (text) =>
    text.toLowerCase() === 'auto' ? availableParallelism() : parseWholeNumber(text, 'number of processes', 1, 256),
};

/** The requests that need a token: `read` (true) for all, `write` (false) for writes only. */
export const TOKEN_NEED = word<boolean>('scope', '', { read: true, write: false });

/** A cron expression; null for `off`. */
export const SCHEDULE: Kind<string | null> = {
  unit: 'schedule',
  values: '`off`, or a cron expression such as `43 4 * * *` or `@weekly`',
  parse: parseSchedule,
};

/** The configured ephemeral ranges. */
export const OWN_EPHEMERAL_RANGES: Kind<readonly EphemeralRange[]> = {
  unit: 'ranges',
  values: 'titles and port ranges, such as `build hosts=15000-64000, db=9000-65500`',
  parse: parseOwnEphemeralRanges,
};

/** A list of web origins. */
export const ORIGINS: Kind<readonly string[]> = {
  unit: 'origins',
  values: '`*`, or comma-separated origins such as `https://wiki.example.org`',
  parse: (text) => parseList(text).map(parseOrigin),
};

/** A list of addresses of hosts and networks. */
export const ADDRESSES: Kind<readonly string[]> = {
  unit: 'addresses',
  values: 'comma-separated addresses and networks, such as `127.0.0.1, 10.1.0.0/16, fd00::/8`',
  parse: (text) => parseList(text).map(parseAddress),
};

/** A URL path, parsed without the slash at its end. */
export const BASE_PATH: Kind<string> = { unit: 'path', values: 'path, such as `/ports-api`', parse: parseBasePath };

/**
 * Returns the kind of any text.
 *
 * @param unit - The type of the value, in one word.
 */
export function text(unit: string): Kind<string> {
  return { unit, values: '', parse: (written) => written };
}

/**
 * Returns the kind of a whole number.
 *
 * @param unit - The counted things.
 * @param least - The smallest number.
 * @param most - The largest number.
 */
export function count(unit: string, least: number, most: number): Kind<number> {
  const parse = (written: string): number => parseWholeNumber(written, `number of ${unit}`, least, most);
  return { unit, values: `${least} to ${most}`, parse };
}

/**
 * Returns the kind of a size in bytes.
 *
 * @param least - The smallest size, with its unit.
 * @param most - The largest size, with its unit.
 */
export function size(least: string, most: string): Kind<number> {
  return { unit: 'size', values: `${least} to ${most}`, parse: sizeParser(least, most) };
}

/**
 * Returns the kind of a duration in milliseconds.
 *
 * @param least - The shortest duration, with its unit.
 * @param most - The longest duration, with its unit.
 */
export function time(least: string, most: string): Kind<number> {
  return { unit: 'time', values: `${least} to ${most}`, parse: timeParser(least, most) };
}

/**
 * Returns the kind of a number of days.
 *
 * @param least - The fewest days.
 * @param most - The most days.
 */
export function days(least: number, most: number): Kind<number> {
  return { unit: 'days', values: `${least} d to ${most} d`, parse: daysParser(least, most) };
}

/** Returns the kind of case-insensitive words, each of which stands for a value. */
function word<Value>(unit: string, title: string, values: Readonly<Record<string, Value>>): Kind<Value> {
  const words = Object.keys(values);
  // The message has "a or b" for two words, and "a, b, c" for more.
  const expected = words.length === 2 ? words.join(' or ') : words.join(', ');
  return {
    unit,
    values: words.map((known) => `\`${known}\``).join(', '),
    parse: (written) => {
      const known = words.find((name) => name === written.toLowerCase());
      if (known !== undefined) return values[known] as Value;
      const what = title === '' ? '' : `${title} `;
      throw new RegistryError('invalid_argument', `Cannot parse ${what}${quoteInput(written)}: expected ${expected}`);
    },
  };
}

function parseSchedule(text: string): string | null {
  if (text.toLowerCase() === 'off') return null;
  try {
    // A valid expression may match no date, such as 30 February.
    if (new Cron(text, { timezone: 'UTC', paused: true }).nextRun() !== null) return text;
  } catch {}
  throw new RegistryError(
    'invalid_argument',
    `Cannot parse schedule ${quoteInput(text)}: expected off, or a cron expression such as 43 4 * * * or @weekly`,
  );
}

/** Splits a list at commas and blanks; an empty text is an empty list. */
function parseList(text: string): string[] {
  return text === '' ? [] : text.trim().split(/[\s,]+/);
}

function parseOrigin(origin: string): string {
  if (origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin)) return origin;
  throw new RegistryError(
    'invalid_argument',
    `Cannot parse origin ${quoteInput(origin)}: expected * or origins such as https://wiki.example.org`,
  );
}

function parseAddress(text: string): string {
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  // /0 would trust every client.
  const isPrefix = prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= bits);
  if (bits > 0 && isPrefix && rest.length === 0) return text;
  throw new RegistryError(
    'invalid_argument',
    `Cannot parse address ${quoteInput(text)}: expected one such as 127.0.0.1, or a network such as 10.1.0.0/16`,
  );
}

function parseBasePath(text: string): string {
  const path = text.replace(/\/$/, '');
  const isPlain = /^(?:\/[A-Za-z0-9._~-]+)*$/.test(path) && !/\/\.{1,2}(?:\/|$)/.test(path);
  if (isPlain) return path;
  throw new RegistryError(
    'invalid_argument',
    `Cannot parse path ${quoteInput(text)}: expected one such as /ports-api, of letters, digits and . _ ~ -`,
  );
}
