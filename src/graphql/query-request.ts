import type { Context } from './context.ts';

/** A request for a query, as the body of a POST has it. */
export interface QueryRequest {
  readonly query: string;
  /** Null for none. */
  readonly operationName: string | null;
  /** Values as the client sent them; null for none. */
  readonly variables: Readonly<Record<string, unknown>> | null;
}

/** What a compiled query needs from the request that it answers. */
export type QueryParts = Pick<Context, 'work' | 'onLookups'>;

/** The response to a compiled query, which has no errors. */
export interface QueryAnswer {
  /** The body, in JSON. */
  readonly body: string;
  /** Whether the same request has the same answer until the data changes. */
  readonly isCacheable: boolean;
}

/** Executes a compiled query. It throws where the query has an error: Apollo then executes it again and reports the error. */
export type AnswerQuery = (parts: QueryParts) => Promise<QueryAnswer>;

/** Finds the compiled query of a request; undefined where only Apollo can answer. */
export type FindQuery = (request: QueryRequest) => AnswerQuery | undefined;
