import { parseTime } from '../registry/audit.ts';
import { parseDay } from '../registry/values/day.ts';
import { nearest } from '../registry/values/nearest.ts';
import { DEFAULT_PAGE, LARGEST_PAGE, type PageRequest, parseWholeNumber } from '../registry/values/page.ts';
import { quoteInput, RegistryError } from '../registry/values/registry-error.ts';
import { parseTransportProtocol, type TransportProtocol } from '../registry/values/transport-protocol.ts';

/** The query parameters of one request. All are known to the route, and each occurs once: lists are joined. */
export type Query = ReadonlyMap<string, string>;

/** The parameters that are lists on every route, as the contract has them. */
const LISTS: readonly string[] = ['ports', 'prefer', 'avoid'];

/**
 * Parses the query parameters of a URL. A list is separated by commas, or its parameter occurs several times.
 *
 * @param search - The part of the URL after the question mark.
 * @param known - The parameters of the route.
 * @param lists - The parameters that are lists.
 * @throws {RegistryError} `invalid_argument` for an unknown parameter, with the nearest known one, or a repeated one that is
 *   no list.
 */
export function parseQuery(search: string, known: readonly string[], lists = LISTS): Query {
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(search)) {
    if (!known.includes(name)) throw unknownParameter(name, known);
    const before = query.get(name);
    if (before !== undefined && lists.includes(name)) {
      // An empty value lists nothing.
      query.set(name, [before, value].filter((part) => part !== '').join(','));
      continue;
    }
    if (before !== undefined) {
      throw new RegistryError('invalid_argument', `Cannot read query parameter ${quoteInput(name)}: expected it once`, {
        parameter: name,
      });
    }
    query.set(name, value);
  }
  return query;
}

function unknownParameter(name: string, known: readonly string[]): RegistryError {
  const [meant] = nearest(name, known, 1);
  const expected = known.length === 0 ? 'expected none' : `expected one of ${known.join(', ')}`;
  const hint = meant === undefined ? expected : `did you mean ${meant}?`;
  return new RegistryError('invalid_argument', `Unknown query parameter ${quoteInput(name)}: ${hint}`, {
    parameter: name,
    ...(meant !== undefined && { suggestions: [meant] }),
  });
}

/**
 * Parses the protocol of a request, from its path or its query.
 *
 * @param inPath - The protocol in the path, if any.
 * @param query - The query parameters.
 * @throws {RegistryError} `invalid_argument` when one is not a protocol or the two differ.
 */
export function parseProtocol(inPath: string | undefined, query: Query): TransportProtocol | null {
  const written = query.get('protocol');
  const fromPath = inPath === undefined ? null : parseTransportProtocol(inPath);
  const fromQuery = written === undefined ? null : parseTransportProtocol(written);
  return combineProtocols(fromPath, fromQuery, 'path');
}

/**
 * Combines the protocols of two parts of a request.
 *
 * @param first - The protocol of the path, or of an item of a list; null for none.
 * @param fromQuery - The protocol of the query parameter; null for none.
 * @param place - The name of the first part, for the error.
 * @throws {RegistryError} `invalid_argument` when they differ.
 */
export function combineProtocols(
  first: TransportProtocol | null,
  fromQuery: TransportProtocol | null,
  place: string,
): TransportProtocol | null {
  if (first !== null && fromQuery !== null && first !== fromQuery) {
    throw new RegistryError(
      'invalid_argument',
      `Cannot answer for protocol ${quoteInput(fromQuery)}: expected ${first}, as the ${place} says`,
      { parameter: 'protocol' },
    );
  }
  return first ?? fromQuery;
}

/**
 * Parses a query parameter whose values are words, in any case.
 *
 * @param query - The query parameters.
 * @param name - The parameter.
 * @param words - The valid values.
 * @returns The word; null if the request does not have the parameter.
 * @throws {RegistryError} `invalid_argument` for any other value.
 */
export function parseWord<Word extends string>(query: Query, name: string, words: readonly Word[]): Word | null {
  const written = query.get(name);
  if (written === undefined) return null;
  const word = words.find((known) => known === written.toLowerCase());
  if (word !== undefined) return word;
  const expected = words.length === 1 ? words[0] : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  throw new RegistryError('invalid_argument', `Cannot parse ${name} ${quoteInput(written)}: expected ${expected}`, {
    parameter: name,
  });
}

/**
 * Parses a query parameter that is `true` or `false`, in any case.
 *
 * @param query - The query parameters.
 * @param name - The parameter.
 * @returns False if the request does not have the parameter.
 * @throws {RegistryError} `invalid_argument` for any other value.
 */
export function parseFlag(query: Query, name: string): boolean {
  return parseWord(query, name, ['true', 'false']) === 'true';
}

/**
 * Returns the error for a missing required query parameter.
 *
 * @param name - The parameter.
 * @param expectation - A description of its value.
 */
export function missingParameter(name: string, expectation: string): RegistryError {
  return new RegistryError('invalid_argument', `Missing query parameter "${name}": expected ${expectation}`, {
    parameter: name,
  });
}

/**
 * Parses `limit` and `offset`.
 *
 * @param query - The query parameters.
 * @param limit - The default page size.
 * @throws {RegistryError} `invalid_argument` when one is out of bounds.
 */
export function parsePage(query: Query, limit = DEFAULT_PAGE): PageRequest {
  const written = { limit: query.get('limit'), offset: query.get('offset') };
  return {
    limit: written.limit === undefined ? limit : parseWholeNumber(written.limit, 'limit', 1, LARGEST_PAGE),
    offset: written.offset === undefined ? 0 : parseWholeNumber(written.offset, 'offset', 0, Number.MAX_SAFE_INTEGER),
  };
}

/**
 * Parses a query parameter with a day.
 *
 * @param query - The query parameters.
 * @param name - The parameter.
 * @returns The day, `YYYY-MM-DD`; null if the request does not have the parameter.
 * @throws {RegistryError} `invalid_argument` for any other value.
 */
export function parseDayParameter(query: Query, name: string): string | null {
  const written = query.get(name);
  return written === undefined ? null : parseDay(written, name);
}

/**
 * Parses a query parameter with a day or a time. A day stands for its first moment in UTC.
 *
 * @param query - The query parameters.
 * @param name - The parameter.
 * @returns The time in UTC, ISO 8601 with milliseconds; null if the request does not have the parameter.
 * @throws {RegistryError} `invalid_argument` for any other value.
 */
export function parseTimeParameter(query: Query, name: string): string | null {
  const written = query.get(name);
  return written === undefined ? null : parseTime(written, name);
}
