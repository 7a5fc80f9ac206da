import { createHash, type Hash } from 'node:crypto';
import type { Express, Response } from 'express';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { type RunStep, runInSteps, type Steps } from '../../registry/values/run-step.ts';
import { ClientDisconnected, workOf } from './request-work.ts';

/** A body longer than this is sent in steps, and a text is encoded in pieces of this length. */
const PIECE_LENGTH = 256 * 1024;

/**
 * Sends large bodies in steps, so that other requests get turns: encoding, hashing and writing 7 MB at once takes 25 ms. `send` of the
 * app's responses then returns before the header is sent. Headers and bytes are those of Express.
 *
 * @param app - The app. Its responses may have a body in pieces.
 */
export function sendInSteps(app: Express): void {
  const { send } = app.response;
  app.response.send = function (this: Response, body: unknown) {
    const isText = typeof body === 'string';
    if (!isText && !Array.isArray(body)) return send.call(this, body);
    if (isText ? body.length <= PIECE_LENGTH : lengthOf(body) <= PIECE_LENGTH)
      return send.call(this, isText ? body : Buffer.concat(body));
    if (isText) setCharset(this);
    sendLarge(this, body).catch((error: unknown) => {
      if (!(error instanceof ClientDisconnected)) this.destroy(error instanceof Error ? error : undefined);
    });
    return this;
  };
}

/** Returns the length of a body in pieces. */
export function lengthOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** Adds the charset to the media type, and writes the name of the field as Express does for texts: Apollo has it in lower case. */
function setCharset(response: Response): void {
  const type = response.get('Content-Type');
  if (type !== undefined)
    response.setHeader('Content-Type', type.includes('charset=') ? type : `${type}; charset=utf-8`);
}

async function sendLarge(response: Response, body: string | readonly Buffer[]): Promise<void> {
  const { req: request } = response;
  const isTagged = (request.method === 'GET' || request.method === 'HEAD') && response.get('ETag') === undefined;
  const hash = isTagged ? createHash('sha1') : null;
  await takeTurn(response);
  const run: RunStep = (step) => runStep(response, step);
  const pieces = await runInSteps(encodeBody(body, hash), run);
  // Weak: the content codings of the response differ in bytes.
  if (hash !== null) response.set('ETag', `W/"${hash.digest('base64url')}"`);
  response.set('Content-Length', String(lengthOf(pieces)));
  if (request.fresh) {
    for (const name of ['Content-Type', 'Content-Length']) response.removeHeader(name);
    response.status(304).end();
    return;
  }
  if (request.method !== 'HEAD') for (const piece of pieces) await run(() => response.write(piece));
  response.end();
}

/** Encodes a body, and adds it to a hash. */
function* encodeBody(body: string | readonly Buffer[], hash: Hash | null): Steps<readonly Buffer[]> {
  const pieces: Buffer[] = [];
  for (const piece of typeof body === 'string' ? encodePieces(body) : body) {
    if (pieces.length > 0) yield;
    hash?.update(piece);
    pieces.push(piece);
  }
  return pieces;
}

function* encodePieces(text: string): Generator<Buffer> {
  for (let first = 0, next = 0; first < text.length; first = next) {
    next = first + PIECE_LENGTH;
    // Not between the two parts of a surrogate pair.
    if (isHighSurrogate(text.charCodeAt(next - 1))) next++;
    yield Buffer.from(text.slice(first, next));
  }
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

/** Ends the step that has composed the body: its text is copied to one piece to measure it, which takes 5 ms for 5 MB. */
async function takeTurn(response: Response): Promise<void> {
  try {
    await workOf(response).turn();
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
  }
}

/** Runs a step, also if the processor time of the request is used up: sending is all that remains to be done. */
async function runStep<T>(response: Response, step: () => T): Promise<T> {
  try {
    return await workOf(response).run(step);
  } catch (error) {
    if (error instanceof RegistryError) return step();
    throw error;
  }
}
