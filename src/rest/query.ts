import { parseDay } from '../registry/values/day.ts';
import { nearest } from '../registry/values/nearest.ts';
import { DEFAULT_PAGE, LARGEST_PAGE, type PageRequest, parseWholeNumber } from '../registry/values/page.ts';
import { quoteInput, RegistryError } from '../registry/values/registry-error.ts';
import { parseTransportProtocol, type TransportProtocol } from '../registry/values/transport-protocol.ts';

/** The query parameters of one request: each known and given at most once. */
export type Query = ReadonlyMap<string, string>;

/**
 * Reads the query parameters of a URL.
 *
 * @param search - The part of the URL behind the question mark.
 * @param known - The parameters of the route.
 * @throws {RegistryError} `invalid_argument` for an unknown parameter, naming the nearest known one, or a repeated one.
 */
export function readQuery(search: string, known: readonly string[]): Query {
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(search)) {
    if (!known.includes(name)) throw unknownParameter(name, known);
    if (query.has(name)) {
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
 * Finds the protocol that a request asks for, in its path or its query.
 *
 * @param inPath - The protocol in the path, if it has one.
 * @param query - The query parameters.
 * @throws {RegistryError} `invalid_argument` when one is no protocol or the two disagree.
 */
export function readProtocol(inPath: string | undefined, query: Query): TransportProtocol | null {
  const written = query.get('protocol');
  const fromPath = inPath === undefined ? null : parseTransportProtocol(inPath);
  const fromQuery = written === undefined ? null : parseTransportProtocol(written);
  return agree(fromPath, fromQuery, 'path');
}

/**
 * Gives the one protocol that two places of a request name.
 *
 * @param first - From the path or from an item of a list.
 * @param fromQuery - From the query parameter.
 * @param place - What the first place is, for the error.
 * @throws {RegistryError} `invalid_argument` when they disagree.
 */
export function agree(
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
 * Reads a query parameter whose values are words, in any case.
 *
 * @param query - The query parameters.
 * @param name - The parameter.
 * @param words - The values it may have.
 * @returns The word; null where the parameter is not given.
 * @throws {RegistryError} `invalid_argument` for any other value.
 */
export function readWord<Word extends string>(query: Query, name: string, words: readonly Word[]): Word | null {
  const written = query.get(name);
  if (written === undefined) return null;
  const word = words.find((known) => known === written.toLowerCase());
  if (word !== undefined) return word;
  const expected = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  throw new RegistryError('invalid_argument', `Cannot parse ${name} ${quoteInput(written)}: expected ${expected}`, {
    parameter: name,
  });
}

/**
 * Makes the error for a query parameter without which there is no question.
 *
 * @param name - The parameter.
 * @param expectation - What it should hold.
 */
export function missingParameter(name: string, expectation: string): RegistryError {
  return new RegistryError('invalid_argument', `Missing query parameter "${name}": expected ${expectation}`, {
    parameter: name,
  });
}

/**
 * Reads `limit` and `offset`.
 *
 * @param query - The query parameters.
 * @param limit - The page size where none is given.
 * @throws {RegistryError} `invalid_argument` when one is out of bounds.
 */
export function readPage(query: Query, limit = DEFAULT_PAGE): PageRequest {
  const written = { limit: query.get('limit'), offset: query.get('offset') };
  return {
    limit: written.limit === undefined ? limit : parseWholeNumber(written.limit, 'limit', 1, LARGEST_PAGE),
    offset: written.offset === undefined ? 0 : parseWholeNumber(written.offset, 'offset', 0, Number.MAX_SAFE_INTEGER),
  };
}

/**
 * Reads a query parameter that names a day.
 *
 * @param query - The query parameters.
 * @param name - The parameter.
 * @returns The day, `YYYY-MM-DD`; null where the parameter is not given.
 * @throws {RegistryError} `invalid_argument` for anything else.
 */
export function readDay(query: Query, name: string): string | null {
  const written = query.get(name);
  return written === undefined ? null : parseDay(written, name);
}
