import { STATUS_CODES } from 'node:http';
import { REQUEST_ID } from './request-id.ts';
import { securityHeaders } from './security-headers.ts';

/** A problem that is sent without Express, with its header fields. */
export interface Refusal {
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** The problem in JSON. */
  readonly body: string;
}

const FIXED_FIELDS = Object.entries(securityHeaders());

/**
 * Creates the response to a request that never reaches the app. It closes the connection.
 *
 * @param status - The HTTP status.
 * @param detail - A sentence for the client.
 * @param requestId - The id of the request.
 */
export function refusal(status: number, detail: string, requestId: string): Refusal {
  const title = STATUS_CODES[status] ?? 'Error';
  const body = JSON.stringify({ type: 'about:blank', title, status, detail, requestId });
  const fields = [
    ['Content-Type', 'application/problem+json; charset=utf-8'],
    ['Content-Length', String(Buffer.byteLength(body))],
    ['Cache-Control', 'no-store'],
    [REQUEST_ID, requestId],
    ...FIXED_FIELDS,
    ['Connection', 'close'],
  ] as const;
  return { fields, body };
}
