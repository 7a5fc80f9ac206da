import { quoteInput, RegistryError } from './registry-error.ts';

/** A page of a list, with the length of the whole list. */
export interface Page<T> {
  /** The number of results in the whole list. */
  readonly count: number;
  /** The results of the page, in a stable order. */
  readonly results: readonly T[];
}

/** The page of a list that a client asks for. */
export interface PageRequest {
  /** The most results on the page, 1-1000. */
  readonly limit: number;
  /** The number of results before the page, 0 or more. */
  readonly offset: number;
}

/** The largest page, in results. */
export const LARGEST_PAGE = 1000;

/** The default page size, in results. */
export const DEFAULT_PAGE = 50;

/**
 * Parses a whole number.
 *
 * @param text - Any text.
 * @param parameter - The parameter's name.
 * @param least - The lowest value allowed.
 * @param most - The highest value allowed.
 * @throws {RegistryError} `invalid_argument` when it is not a whole number or out of bounds.
 */
export function parseWholeNumber(text: string, parameter: string, least: number, most: number): number {
  const value = /^(?:0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new RegistryError(
    'invalid_argument',
    `Cannot parse ${parameter} ${quoteInput(text)}: expected an integer from ${least} to ${most}`,
    { parameter },
  );
}

/**
 * Returns one page of a list in memory.
 *
 * @param all - The whole list.
 * @param request - The page.
 */
export function pageOf<T>(all: readonly T[], request: PageRequest): Page<T> {
  return { count: all.length, results: all.slice(request.offset, request.offset + request.limit) };
}
