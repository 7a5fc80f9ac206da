import { LARGEST_PAGE, type Page, type PageRequest } from '../registry/values/page.ts';
import { quoteInput, RegistryError } from '../registry/values/registry-error.ts';
import { inTurns, type Work } from './turns.ts';

/** The arguments of a connection. */
export interface ConnectionArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** A list that graphql-js gets by a function of the arguments and the context. */
type Listed<T> = (arguments_: unknown, context: { readonly work: Work }) => readonly (T | Promise<T>)[];

/** A page in the form of Relay's cursor connections. */
export interface Connection<T> {
  readonly edges: Listed<{ readonly cursor: string; readonly node: T }>;
  readonly nodes: Listed<T>;
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: number;
}

const CURSOR = /^after:(0|[1-9]\d{0,14})$/;

/**
 * Parses the arguments of a page.
 *
 * @param arguments_ - `first`, 1-1000, and `after`, a cursor of this server.
 * @param usual - The number of results if `first` is null.
 * @throws {RegistryError} `invalid_argument` if one of them is invalid.
 */
export function parsePageArguments({ first, after }: ConnectionArguments, usual: number): PageRequest {
  const limit = first ?? usual;
  if (limit < 1 || limit > LARGEST_PAGE) {
    throw new RegistryError(
      'invalid_argument',
      `Cannot parse first "${limit}": expected an integer from 1 to ${LARGEST_PAGE}`,
      {
        parameter: 'first',
      },
    );
  }
  if (after === undefined || after === null) return { limit, offset: 0 };
  const [, place] = CURSOR.exec(Buffer.from(after, 'base64url').toString('utf8')) ?? [];
  if (place !== undefined) return { limit, offset: Number(place) + 1 };
  throw new RegistryError(
    'invalid_argument',
    `Cannot parse after ${quoteInput(after)}: expected a cursor of an earlier page`,
    {
      parameter: 'after',
    },
  );
}

/**
 * Converts a page to a connection. A cursor is the index of a result.
 *
 * @param page - The results, with the total count.
 * @param request - The requested part of the list.
 */
export function toConnection<T>(page: Page<T>, request: PageRequest): Connection<T> {
  const edges = page.results.map((node, index) => ({ cursor: toCursor(request.offset + index), node }));
  return {
    edges: (_arguments, { work }) => inTurns(edges, work),
    nodes: (_arguments, { work }) => inTurns(page.results, work),
    pageInfo: {
      hasNextPage: request.offset + page.results.length < page.count,
      hasPreviousPage: request.offset > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: page.count,
  };
}

function toCursor(place: number): string {
  return Buffer.from(`after:${place}`).toString('base64url');
}
