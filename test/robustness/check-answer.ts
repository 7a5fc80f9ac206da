import assert from 'node:assert/strict';
import { checkContract } from '../support/contract.ts';
import { PROJECT } from '../support/portolan-process.ts';
import { checkMcpAnswer } from './check-mcp-answer.ts';
import type { HostileRequest } from './hostile-request.ts';

/** An answer, with the body as text. */
export interface HostileAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/** Every allowed status of any route; the contract has those of each route. */
const STATUSES = [
  200, 201, 202, 204, 303, 304, 308, 400, 401, 403, 404, 405, 406, 408, 409, 412, 413, 414, 415, 428, 431,
];

/** Texts that would prove a leak: paths of this machine, stack traces, SQL. No input of the fuzz run contains them. */
const LEAKS = new RegExp(
  [
    PROJECT,
    '/tmp/',
    'portolan\\.db',
    'node_modules',
    'node:internal',
    '\\.ts:\\d',
    '\\bat \\S+ \\(',
    'SQLITE',
    'SELECT ',
    ' FROM ',
    'MATCH ',
    'fts5',
    'stacktrace',
  ].join('|'),
);

/**
 * Checks the answer to a valid HTTP request: its status is documented for its route, an error is a problem or a GraphQL
 * error, nothing leaks, and the header fields of every answer are present.
 *
 * @param request - The request.
 * @param answer - The answer.
 * @param inFull - True to also check it against the contract, including the body, which is slow.
 * @param mayBeBusy - True when the server may also answer 503 because it is overloaded.
 */
export function checkAnswer(request: HostileRequest, answer: HostileAnswer, inFull: boolean, mayBeBusy = false): void {
  const { status, headers, text } = answer;
  assert.ok(STATUSES.includes(status) || (mayBeBusy && status === 503), `status ${status}`);
  if (status === 503) assert.match(headers['retry-after'] ?? '', /^[0-9]+$/);
  assert.match(headers['x-request-id'] ?? '', /^[A-Za-z0-9._:+/=-]{1,128}$/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.ok(headers['content-security-policy']);
  assert.equal(headers['x-powered-by'], undefined);
  assert.equal(headers['x-injected'], undefined);
  const isMcp = request.path === '/mcp' && (headers['content-type'] ?? '').startsWith('application/json');
  if (isMcp) checkMcpAnswer(text, LEAKS);
  else if (status >= 400) checkError(request, answer);
  // The contract describes resources: neither requests that are refused before routing, nor the files of pages.
  const isRefused = status === 414 || headers.connection === 'close' || text.includes('Cannot decode the path');
  const isOutside = isRefused || request.method === 'OPTIONS' || request.path.startsWith('/assets/');
  if (inFull && !isOutside) checkContract({ method: request.method, path: request.path, ...answer });
}

function checkError({ method, path }: HostileRequest, { status, headers, text }: HostileAnswer): void {
  if (method === 'HEAD') return;
  assert.doesNotMatch(text, LEAKS);
  const [mediaType = ''] = (headers['content-type'] ?? '').split(';');
  // A browser gets a page with the same content, or its form again.
  if (mediaType === 'text/html') {
    assert.equal(method, 'GET', 'an error as a page');
    const isForm = status === 400 && text.includes(' aria-invalid="true"');
    assert.ok(isForm || text.includes(headers['x-request-id'] ?? ''), 'the page lacks the request id');
    return;
  }
  const body = JSON.parse(text);
  if (mediaType === 'application/problem+json') {
    assert.equal(body.status, status);
    assert.equal(body.requestId, headers['x-request-id']);
    assert.ok(body.detail.length < 2000, `a detail of ${body.detail.length} characters`);
  } else {
    assert.match(path, /^\/graphql(\?|$)/, `an error as ${mediaType}`);
    assert.ok(body.errors.length > 0);
  }
}

/**
 * Checks the answers to bytes that are hardly a request: none, or complete answers without a 5xx.
 *
 * @param sent - The bytes.
 * @param received - All bytes received until the connection was closed.
 * @param mayBeBusy - As for `checkAnswer`.
 */
export function checkBytes(sent: Buffer, received: string, mayBeBusy = false): number[] {
  const statuses = [...received.matchAll(/(?:^|\r\n\r\n|[}\n\]])HTTP\/1\.1 (\d{3}) /g)].map(([, status]) =>
    Number(status),
  );
  const mayBeSilent = /^\s*$/.test(sent.toString()) || sent.subarray(0, 8).toString() === 'CONNECT ';
  assert.ok(statuses.length > 0 || mayBeSilent, `no answer: ${received.slice(0, 200)}`);
  for (const status of statuses)
    assert.ok([...STATUSES, 100, 102, 417, ...(mayBeBusy ? [503] : [])].includes(status), `status ${status}`);
  assert.doesNotMatch(received, LEAKS);
  return statuses;
}
