import { quoteInput, RegistryError } from './registry-error.ts';

/** A part of a list, with the length of the whole. */
export interface Page<T> {
  /** How many there are in all. */
  readonly count: number;
  /** The results asked for, in a stable order. */
  readonly results: readonly T[];
}

/** Which part of a list is asked for. */
export interface PageRequest {
  /** How many results at most, 1-1000. */
  readonly limit: number;
  /** How many results to pass over, 0 or more. */
  readonly offset: number;
}

/** The largest page, in results. */
export const LARGEST_PAGE = 1000;

/** The page size where none is asked for, in results. */
export const DEFAULT_PAGE = 50;

/**
 * Reads a whole number that a client wrote.
 *
 * @param text - What was written.
 * @param parameter - The parameter's name.
 * @param least - The lowest value allowed.
 * @param most - The highest value allowed.
 * @throws {RegistryError} `invalid_argument` when it is no whole number or out of bounds.
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
 * Cuts one page out of a list that is at hand as a whole.
 *
 * @param all - The whole list.
 * @param request - Which part.
 */
export function pageOf<T>(all: readonly T[], request: PageRequest): Page<T> {
  return { count: all.length, results: all.slice(request.offset, request.offset + request.limit) };
}
