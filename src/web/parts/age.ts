import { ageInDays } from '../../registry/values/day.ts';

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
