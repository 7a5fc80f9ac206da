import { type Agent, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { BenchRequest } from './requests.ts';

/** A complete HTTP response. */
export interface Answer {
  readonly status: number;
  /** Alternating names and values of the header fields, as received. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/**
 * Sends a request and reads the complete response, as it is on the wire: the body is not decompressed.
 *
 * @param url - The base URL of the server.
 * @param request - The request.
 * @param agent - The pool of connections; Node's default one if absent.
 */
export function ask(url: string, { method, path, headers, body }: BenchRequest, agent?: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { method, headers, ...(agent === undefined ? {} : { agent }) };
    const sent = request(new URL(path, url), options, async (response) => {
      try {
        const { statusCode = 0, rawHeaders } = response;
        resolve({ status: statusCode, rawHeaders, body: await buffer(response) });
      } catch (error) {
        reject(error);
      }
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
