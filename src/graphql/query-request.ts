import type { ByteText } from '../byte-text.ts';
import type { Context } from './context.ts';

/** The body of a POST for a query. */
export interface QueryRequest {
  readonly query: string;
  /** The name of the operation; null for none. */
  readonly operationName: string | null;
  /** The values of variables, not coerced; null for none. */
  readonly variables: Readonly<Record<string, unknown>> | null;
}

/** The parts of the context that compiled queries use. */
export type QueryParts = Pick<Context, 'work' | 'onLookups'>;

/** The response of a compiled query. It has no errors. */
export interface QueryAnswer {
  /** The body, in JSON. */
  readonly body: ByteText;
  /** Whether the response depends only on the data and the request. */
  readonly isCacheable: boolean;
}

/**
 * Executes a compiled query. Returns a promise if it has to wait, and a rejected one if the query has an error: Apollo then
 * executes it again and reports the error.
 */
export type AnswerQuery = (parts: QueryParts) => QueryAnswer | Promise<QueryAnswer>;

/** Finds the compiled query of a request. Returns undefined if only Apollo can execute it. */
export type FindQuery = (request: QueryRequest) => AnswerQuery | undefined;
