import type { Request } from 'express';
import { quoteInput } from '../../registry/values/registry-error.ts';
import type { Encoding } from '../../sources/text-encoding.ts';
import { HttpError } from '../message/problem.ts';
import { charsetOf } from '../work/body.ts';

/** The encodings by charset, in lower case; null stands for the detection of UTF-8 and UTF-16. */
const CHARSETS: ReadonlyMap<string, Encoding | null> = new Map([
  ['utf-8', 'utf-8'],
  ['utf8', 'utf-8'],
  ['us-ascii', 'utf-8'],
  ['utf-16', null],
  ['utf-16le', 'utf-16le'],
  ['utf-16be', 'utf-16be'],
  ['windows-1252', 'windows-1252'],
]);

/**
 * Returns the encoding that the charset of a body names; null for none.
 *
 * @param request - The request.
 * @throws {HttpError} 415 for another charset.
 */
export function encodingOf(request: Request): Encoding | null {
  const charset = charsetOf(request);
  if (charset === null) return null;
  const encoding = CHARSETS.get(charset.toLowerCase());
  if (encoding !== undefined) return encoding;
  const expected = `expected one of ${[...CHARSETS.keys()].join(', ')}`;
  throw new HttpError(415, `Cannot read the body with the charset ${quoteInput(charset)}: ${expected}`);
}
