import { LOG_LEVELS, type LogLevel } from '../log.ts';
import { type EphemeralRange, parseOwnEphemeralRanges } from '../registry/ephemeral-range.ts';
import { parseWholeNumber } from '../registry/page.ts';
import { LAST_PORT, parsePortNumber } from '../registry/port-number.ts';
import { quoteInput, RegistryError } from '../registry/registry-error.ts';
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

/** One of two states. */
export const SWITCH = word<boolean>('switch', 'switch', { on: true, off: false });

/** From which events on there are lines in the log. */
export const LOG_LEVEL = word<LogLevel>(
  'level',
  'log level',
  Object.fromEntries(LOG_LEVELS.map((level) => [level, level])),
);

/** Which requests need a token, read as whether reading does. */
export const TOKEN_NEED = word<boolean>('scope', '', { read: true, write: false });

/** Ephemeral ranges of own hosts. */
export const OWN_EPHEMERAL_RANGES: Kind<readonly EphemeralRange[]> = {
  unit: 'ranges',
  values: 'titles and ports, such as `build hosts=15000-64000, db=9000-65500`',
  read: parseOwnEphemeralRanges,
};

/** Web origins. */
export const ORIGINS: Kind<readonly string[]> = {
  unit: 'origins',
  values: '`*`, or origins with commas between, such as `https://wiki.example.org`',
  read: (text) => text.split(/[\s,]+/).map(readOrigin),
};

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

function readOrigin(origin: string): string {
  if (origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin)) return origin;
  throw new RegistryError(
    'invalid_argument',
    `Cannot parse origin ${quoteInput(origin)}: expected * or origins such as https://wiki.example.org`,
  );
}
