import type { Readable } from 'node:stream';
import { MIMEType } from 'node:util';
import { createGunzip, createInflate } from 'node:zlib';
import type { Request, RequestHandler, Response } from 'express';
import type { ByteText } from '../../byte-text.ts';
import { quoteInput } from '../../registry/values/registry-error.ts';
import { HttpError } from '../message/problem.ts';
import { contextOf } from '../message/request-context.ts';
import type { HeldMemory } from './held-memory.ts';

/** The most levels of nesting in a JSON body. The contract needs 4. */
const DEEPEST_JSON = 64;

/**
 * The most fields, objects and lists in a JSON body. 1,000 own entries with 20 sources each have 76,000. Without this limit,
 * parsing 4 MiB of different fields takes 1 s and 200 MB.
 */
const MOST_JSON_PARTS = 100_000;

/** The memory per byte of a body: the byte itself, and its text of one or two bytes per character. */
const HELD_PER_BYTE = 3;

/**
 * Reads a body as text into `request.body`. Answers 413 as soon as the body exceeds the limit, and 503 as soon as all
 * clients together hold too much memory. The rest of the body is then read and discarded, until the request timeout: a
 * client that sends its whole body first can still read the response.
 *
 * @param limit - The largest body, in bytes, both compressed and decompressed.
 * @param held - The memory that is held for clients.
 */
export function readBody(limit: number, held: HeldMemory): RequestHandler {
  return receiveBody(limit, held, expectUtf8, decodeText);
}

/**
 * Reads a body as bytes into `request.body`, as `readBody` does. The caller decodes them.
 *
 * @param limit - As for `readBody`.
 * @param held - As for `readBody`.
 */
export function readBytes(limit: number, held: HeldMemory): RequestHandler {
  return receiveBody(
    limit,
    held,
    () => {},
    (body) => Buffer.from(body, 'latin1'),
  );
}

function receiveBody(
  limit: number,
  held: HeldMemory,
  check: (request: Request) => void,
  toValue: (body: ByteText) => unknown,
): RequestHandler {
  return async (request, response, next) => {
    const { body } = contextOf(response);
    try {
      if ((body?.length ?? Number(request.get('Content-Length') ?? 0)) > limit) throw tooLarge(limit);
      if (body === undefined) check(request);
      request.body = toValue(body ?? (await readAll(request, response, limit, held)));
    } catch (error) {
      request.unpipe();
      request.resume();
      throw error;
    }
    // Free the body: an idle connection keeps its last request alive.
    response.once('finish', () => {
      request.body = undefined;
    });
    next();
  };
}

async function readAll(request: Request, response: Response, limit: number, held: HeldMemory): Promise<ByteText> {
  let body = '';
  try {
    for await (const chunk of unpack(request)) {
      if (body.length + chunk.length > limit) throw tooLarge(limit);
      held.hold(response, chunk.length * HELD_PER_BYTE);
      // A string, not a list of buffers: buffers that survive are collected late, and fragment the C heap.
      body += chunk.toString('latin1');
    }
  } catch (error) {
    throw explain(error);
  }
  return body as ByteText;
}

/** Decodes a body, without a byte order mark, as `TextDecoder` does. */
function decodeText(body: ByteText): string {
  return new TextDecoder().decode(Buffer.from(body, 'latin1'));
}

function expectUtf8(request: Request): void {
  const charset = charsetOf(request) ?? 'utf-8';
  if (/^(?:utf-8|utf8|us-ascii)$/i.test(charset)) return;
  throw new HttpError(415, `Cannot read the body with the charset ${quoteInput(charset)}: expected utf-8`);
}

/**
 * Returns the charset of a body; null if `Content-Type` has none.
 *
 * @param request - The request.
 */
export function charsetOf(request: Request): string | null {
  try {
    return new MIMEType(request.get('Content-Type') ?? '').params.get('charset');
  } catch {
    return null;
  }
}

/** The accepted content codings. Brotli is excluded: its decoder needs up to 32 MiB, zlib 64 KiB. */
const DECODERS: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  deflate: createInflate,
};

/** Returns the body without its content coding. An early end of the loop over it leaves the request itself open. */
function unpack(request: Request): AsyncIterable<Buffer> {
  const coding = request.get('Content-Encoding')?.toLowerCase() ?? 'identity';
  // A client may send the whole body and then half-close the connection.
  if (coding === 'identity') return request.iterator({ destroyOnReturn: false });
  const decoder = Object.hasOwn(DECODERS, coding) ? DECODERS[coding]?.() : undefined;
  if (decoder === undefined) {
    throw new HttpError(415, 'Cannot read the body: expected the content coding gzip or deflate');
  }
  // Not `pipeline`: it would close the connection if the decoder fails.
  request.once('error', (error) => decoder.destroy(error));
  return request.pipe(decoder);
}

/**
 * Parses the JSON in `request.body`, the text from `readBody`. Sets it to undefined if there is no body.
 *
 * @param expectsObject - Whether the JSON must be an object or an array.
 */
export function parseJsonBody(expectsObject: boolean): RequestHandler {
  return (request, _response, next) => {
    request.body = request.body === '' ? undefined : parseJson(request.body, expectsObject);
    next();
  };
}

function parseJson(text: string, expectsObject: boolean): unknown {
  checkStructure(text);
  try {
    const value: unknown = JSON.parse(text);
    if (!expectsObject || (typeof value === 'object' && value !== null)) return value;
  } catch {
    // Below.
  }
  throw new HttpError(400, 'Cannot parse the body: expected JSON');
}

/**
 * Refuses JSON that is too expensive to parse, or too deep for recursive code such as `JSON.stringify`.
 */
function checkStructure(json: string): void {
  let depth = 0;
  let parts = 0;
  let isInString = false;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (isInString && character === '\\') at++;
    else if (character === '"') isInString = !isInString;
    else if (isInString) continue;
    else if (character === ':') parts++;
    else if (character === '[' || character === '{') {
      parts++;
      if (++depth <= DEEPEST_JSON) continue;
      throw new HttpError(400, `Cannot parse the body: expected at most ${DEEPEST_JSON} levels of nesting`);
    } else if (character === ']' || character === '}') depth--;
  }
  if (parts <= MOST_JSON_PARTS) return;
  throw new HttpError(400, `Cannot parse the body: it has more than ${MOST_JSON_PARTS} fields, objects and lists`);
}

function tooLarge(limit: number): HttpError {
  return new HttpError(413, `Cannot read the body: it is larger than ${limit} bytes`);
}

/** Explains the errors of zlib, such as `Z_DATA_ERROR`, and of a connection that has ended. */
function explain(error: unknown): unknown {
  const { code } = (error ?? {}) as { code?: unknown };
  if (String(code).startsWith('Z_')) {
    return new HttpError(400, 'Cannot decompress the body: expected the content coding in Content-Encoding');
  }
  if (error instanceof HttpError) return error;
  return code === 'ECONNRESET' ? new HttpError(400, 'Cannot read the body: the request was aborted') : error;
}
