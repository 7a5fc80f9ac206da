import { createHash } from 'node:crypto';
import type { Request } from 'express';
import type { Idempotency } from '../../registry/own/token.ts';
import { quoteInput } from '../../registry/values/registry-error.ts';
import { searchOf } from './form-query.ts';
import { HttpError } from './problem.ts';

/** The header field of a response that repeats an earlier one. */
export const IDEMPOTENT_REPLAYED = 'Idempotent-Replayed';

/** A key: 1 to 255 printable ASCII characters. */
const KEY = /^[\x20-\x7e]{1,255}$/;

/**
 * Reads the header field `Idempotency-Key`.
 *
 * @param request - A request with a body that was read; JSON is parsed.
 * @returns The key, with the hash of method, path, query and body; undefined without the header field.
 * @throws {HttpError} 400 if the key is malformed.
 */
export function readIdempotency(request: Request): Idempotency | undefined {
  const key = request.get('Idempotency-Key');
  if (key === undefined) return undefined;
  if (!KEY.test(key)) {
    const detail = `Cannot read Idempotency-Key ${quoteInput(key)}: expected 1 to 255 printable ASCII characters`;
    throw new HttpError(400, detail);
  }
  const { method, path, originalUrl, body } = request;
  const content = Buffer.isBuffer(body) ? body : JSON.stringify(body ?? null);
  const route = JSON.stringify([method, path, searchOf(originalUrl)]);
  return { key, requestHash: createHash('sha256').update(`${route}\n`).update(content).digest('hex') };
}
