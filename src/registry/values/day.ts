import { quoteInput, RegistryError } from './registry-error.ts';

const DAY = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * Returns whether a text has the form of a day, `YYYY-MM-DD`. 30 February has it too.
 *
 * @param text - Any text.
 */
export function looksLikeDay(text: string): boolean {
  return DAY.test(text);
}

/**
 * Returns whether a text has the form of a time that Portolan stores, ISO 8601 in UTC with milliseconds. The time may not exist.
 *
 * @param text - Any text.
 */
export function looksLikeTime(text: string): boolean {
  return TIME.test(text);
}

/**
 * Returns whether a text is a day of the calendar, `YYYY-MM-DD`.
 *
 * @param text - Any text.
 */
export function isDay(text: string): boolean {
  // `Date` turns 30 February into 2 March.
  return looksLikeDay(text) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
}

/**
 * Parses a day.
 *
 * @param written - Any text.
 * @param parameter - The parameter's name, for the error.
 * @returns The day, `YYYY-MM-DD`.
 * @throws {RegistryError} `invalid_argument` for any other text, including a day that the calendar does not have.
 */
export function parseDay(written: string, parameter: string): string {
  if (isDay(written)) return written;
  const expected = 'expected a day such as 2026-04-09';
  throw new RegistryError('invalid_argument', `Cannot parse ${parameter} ${quoteInput(written)}: ${expected}`, {
    parameter,
  });
}

/** A day, in milliseconds. */
export const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Returns the age of a day, in whole days.
 *
 * @param day - The day, `YYYY-MM-DD`.
 * @param now - The current time.
 */
export function ageInDays(day: string, now = new Date()): number {
  return Math.floor((now.valueOf() - Date.parse(day)) / DAY_MS);
}

/**
 * Returns the day that is some days from now, in UTC.
 *
 * @param days - The number of days; 0 for today, negative for a past day.
 * @param now - The current time.
 */
export function dayIn(days: number, now = new Date()): string {
  return new Date(now.valueOf() + days * DAY_MS).toISOString().slice(0, 10);
}
