import { isDay } from '../../registry/values/day.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';

const UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000 };

/**
 * Parses the expiry of a token: the end of a day in UTC, or a number of days or hours from now.
 *
 * @param text - Such as `2027-01-31`, `90d` or `12h`.
 * @param now - The current time.
 * @returns The first moment at which the token is not valid, ISO 8601 in UTC with milliseconds.
 * @throws {RegistryError} `invalid_argument` for any other text, or a time in the past.
 */
export function parseExpiry(text: string, now: Date): string {
  const [, count, unit = ''] = /^([1-9]\d{0,4})([dh])$/.exec(text) ?? [];
  const span = count === undefined ? Number.NaN : Number(count) * (UNITS[unit] ?? Number.NaN);
  const end = isDay(text) ? Date.parse(text) + 86_400_000 : now.valueOf() + span;
  if (end > now.valueOf()) return new Date(end).toISOString();
  const expected = 'expected a day to come such as 2027-01-31, or days or hours such as 90d or 12h';
  throw new RegistryError('invalid_argument', `cannot parse --expires ${quoteInput(text)}: ${expected}`);
}
