const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Returns the age of a day, in whole days.
 *
 * @param day - The day, `YYYY-MM-DD`.
 * @param now - The current time.
 */
export function ageInDays(day: string, now = new Date()): number {
  return Math.floor((now.valueOf() - new Date(day).valueOf()) / DAY_MS);
}

/**
 * Returns the age of a day in words, such as `115 days`. Responses with an age may be cached: the cache is cleared every day.
 *
 * @param day - The day, `YYYY-MM-DD`.
 * @param now - The current time.
 */
export function ageOf(day: string, now = new Date()): string {
  const days = ageInDays(day, now);
  if (days < 1) return 'less than a day';
  return days === 1 ? '1 day' : `${days} days`;
}
