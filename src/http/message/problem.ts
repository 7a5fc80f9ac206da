import { STATUS_CODES } from 'node:http';
import type { Response } from 'express';
import { type ErrorCode, type Fault, RegistryError } from '../../registry/values/registry-error.ts';
import { errorPage } from '../../web/pages/error-page.ts';
import { PAGE_POLICY } from '../../web/parts/policy.ts';

/** An error in the form of RFC 9457. */
export interface Problem {
  /** Always `about:blank`: the status says what kind of problem it is (RFC 9457, section 4.2.1). */
  readonly type: string;
  /** The words of the HTTP status. */
  readonly title: string;
  /** The HTTP status. */
  readonly status: number;
  /** What is wrong with this request, in a sentence. */
  readonly detail: string;
  /** The parameters at fault; missing where none is. */
  readonly errors?: readonly Fault[];
  /** Names that were perhaps meant, nearest first; missing where names play no part. */
  readonly suggestions?: readonly string[];
  /** The id under which the server's log tells of the request; missing where one problem is a part of an answer. */
  readonly requestId?: string;
}

/** An error that only HTTP knows, such as a method that a resource does not have. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  /**
   * @param status - The HTTP status, 400-599.
   * @param detail - A sentence for the client.
   * @param headers - Header fields that belong to the answer, such as `Allow`.
   */
  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

const RETRY_AFTER_S = '5';

/** How the domain's errors are answered. */
const STATUS_OF: Record<ErrorCode, number> = {
  invalid_argument: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  stale: 412,
  too_large: 413,
  internal: 500,
  unavailable: 503,
};

/**
 * Explains an error to a client. What is not known to be meant for it is masked.
 *
 * @param error - Anything that was thrown.
 */
export function toProblem(error: unknown): Problem {
  const { status, detail, headers: _, ...more } = explain(error);
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, ...more };
}

/**
 * Returns the problem of one fault, without an error.
 *
 * @param fault - What is wrong with which parameter.
 */
export function faultProblem(fault: Fault): Problem {
  return { type: 'about:blank', title: 'Bad Request', status: 400, detail: fault.detail, errors: [fault] };
}

/**
 * Answers with a problem.
 *
 * @param response - The response, of which nothing was sent yet.
 * @param error - Anything that was thrown.
 * @param requestId - The id of the request.
 * @returns The status that was sent.
 */
export function sendProblem(response: Response, error: unknown, requestId: string): number {
  const problem = startProblem(response, error, requestId);
  response.type('application/problem+json').send(JSON.stringify(problem));
  return problem.status;
}

/**
 * Answers with a page that says what a problem would.
 *
 * @param response - The response, of which nothing was sent yet.
 * @param error - Anything that was thrown.
 * @param requestId - The id of the request.
 * @returns The status that was sent.
 */
export function sendErrorPage(response: Response, error: unknown, requestId: string): number {
  const problem = startProblem(response, error, requestId);
  response.set('Content-Security-Policy', PAGE_POLICY).type('html').send(errorPage(problem, response.req.path));
  return problem.status;
}

function startProblem(response: Response, error: unknown, requestId: string): Problem {
  const problem: Problem = { ...toProblem(error), requestId };
  // They may have been set for the answer that failed.
  for (const name of ['ETag', 'Content-Disposition', 'Content-Length']) response.removeHeader(name);
  response.status(problem.status).set({ 'Cache-Control': 'no-store', ...explain(error).headers });
  // What the answer is depends on what the client likes.
  response.vary('Accept');
  return problem;
}

type Explanation = Pick<Problem, 'status' | 'detail' | 'errors' | 'suggestions'> & {
  readonly headers?: Readonly<Record<string, string>>;
};

function explain(error: unknown): Explanation {
  if (error instanceof HttpError) return { status: error.status, detail: error.message, headers: error.headers };
  if (error instanceof RegistryError && error.code !== 'internal') return explainRegistryError(error);
  if (error instanceof URIError)
    return { status: 400, detail: 'Cannot decode the path: expected UTF-8 in percent-encoding' };
  return { status: 500, detail: 'Something went wrong inside the server' };
}

function explainRegistryError({ code, message, errors, suggestions }: RegistryError): Explanation {
  return {
    status: STATUS_OF[code],
    detail: message,
    ...(errors !== undefined && { errors }),
    ...(suggestions !== undefined && { suggestions }),
    ...(code === 'unavailable' && { headers: { 'Retry-After': RETRY_AFTER_S } }),
  };
}
