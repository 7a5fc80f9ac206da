import { STATUS_CODES } from 'node:http';
import type { Response } from 'express';
import { type ErrorCode, type Fault, RegistryError } from '../../registry/values/registry-error.ts';
import { meaningOf } from '../../web/errors/address-meaning.ts';
import { errorPage, type PageProblem } from '../../web/errors/error-page.ts';
import { PAGE_POLICY } from '../../web/parts/policy.ts';
import { searchOf } from './form-query.ts';

/** A problem document (RFC 9457). */
export interface Problem extends PageProblem {
  /** Always `about:blank`: the status is the kind of problem (RFC 9457, section 4.2.1). */
  readonly type: string;
  /** The own entries and pools that hold the requested ports. */
  readonly holders?: readonly object[];
}

/** An error of HTTP alone, such as a method that a resource does not have. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  /**
   * @param status - The HTTP status, 400-599.
   * @param detail - A sentence for the client.
   * @param headers - Header fields of the response, such as `Allow`.
   */
  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

const RETRY_AFTER_S = '5';

/** HTTP statuses by the domain's error codes. */
const STATUS_OF: Record<ErrorCode, number> = {
  invalid_argument: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  stale: 412,
  key_used: 422,
  too_large: 413,
  internal: 500,
  unavailable: 503,
};

/**
 * Converts an error to a problem for the client. The text of an unexpected error is masked.
 *
 * @param error - Anything that was thrown.
 */
export function toProblem(error: unknown): Problem {
  const { status, detail, headers: _, ...more } = explain(error);
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, ...more };
}

/**
 * Returns the problem of one invalid parameter.
 *
 * @param fault - The parameter and what is wrong with it.
 */
export function faultProblem(fault: Fault): Problem {
  return { type: 'about:blank', title: 'Bad Request', status: 400, detail: fault.detail, errors: [fault] };
}

/**
 * Sends a problem as JSON.
 *
 * @param response - The response, before anything was sent.
 * @param error - Anything that was thrown.
 * @param requestId - The id of the request.
 * @returns The status that was sent.
 */
export function sendProblem(response: Response, error: unknown, requestId: string): number {
  const problem = startProblem(response, error, requestId);
  response.type('application/problem+json').send(JSON.stringify(problem));
  return problem.status;
}

/** The statuses of errors that a wrong address may cause. */
const ADDRESS_STATUSES = [400, 404];

/**
 * Sends a problem as a page, or redirects to the only page that the address can mean.
 *
 * @param response - The response, before anything was sent.
 * @param error - Anything that was thrown.
 * @param requestId - The id of the request.
 * @param pages - The paths of all pages, in Express' notation.
 * @returns The status that was sent.
 */
export function sendErrorPage(response: Response, error: unknown, requestId: string, pages: readonly string[]): number {
  const { path, url } = response.req;
  const problem = startProblem(response, error, requestId);
  const meaning = ADDRESS_STATUSES.includes(problem.status) ? meaningOf(path, searchOf(url), pages) : null;
  if (meaning !== null && meaning.redirect !== null) {
    response.redirect(308, meaning.redirect);
    return 308;
  }
  response
    .set('Content-Security-Policy', PAGE_POLICY)
    .type('html')
    .send(errorPage(problem, path, meaning));
  return problem.status;
}

function startProblem(response: Response, error: unknown, requestId: string): Problem {
  const problem: Problem = { ...toProblem(error), requestId };
  // The handler may have set them before it failed.
  for (const name of ['ETag', 'Content-Disposition', 'Content-Length']) response.removeHeader(name);
  response.status(problem.status).set({ 'Cache-Control': 'no-store', ...explain(error).headers });
  // The format depends on `Accept`.
  response.vary('Accept');
  return problem;
}

type Explanation = Pick<Problem, 'status' | 'detail' | 'errors' | 'suggestions' | 'holders'> & {
  readonly headers?: Readonly<Record<string, string>>;
};

function explain(error: unknown): Explanation {
  if (error instanceof HttpError) return { status: error.status, detail: error.message, headers: error.headers };
  if (error instanceof RegistryError && error.code !== 'internal') return explainRegistryError(error);
  if (error instanceof URIError)
    return { status: 400, detail: 'Cannot decode the path: expected UTF-8 in percent-encoding' };
  return { status: 500, detail: 'Something went wrong inside the server' };
}

function explainRegistryError({ code, message, errors, suggestions, holders }: RegistryError): Explanation {
  return {
    status: STATUS_OF[code],
    detail: message,
    ...(errors !== undefined && { errors }),
    ...(suggestions !== undefined && { suggestions }),
    ...(holders !== undefined && { holders }),
    ...(code === 'unavailable' && { headers: { 'Retry-After': RETRY_AFTER_S } }),
  };
}
