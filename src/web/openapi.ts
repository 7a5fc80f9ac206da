import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { RequestHandler } from 'express';
import { address } from './parts/address.ts';

let json: Promise<string> | undefined;

/** Sends `schema/openapi.yaml` as JSON, with the URL of this server. */
export const sendOpenapi: RequestHandler = async (_request, response) => {
  // Parsed at the first request: few servers need the result.
  json ??= readContract();
  response
    .set('Cache-Control', 'no-cache')
    .type('json')
    .send(await json);
};

/** Parses the contract in a thread: it takes 0.1 s, in which the server would answer no other request. */
async function readContract(): Promise<string> {
  try {
    const thread = new Worker(new URL('./openapi-thread.ts', import.meta.url), { workerData: address('') });
    const [text] = await once(thread, 'message');
    return text;
  } catch (error) {
    json = undefined;
    throw error;
  }
}
