import { type Agent, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { BenchRequest } from './requests.ts';

/** A whole answer. */
export interface Answer {
  readonly status: number;
  /** Names and values of the header fields in turn, as they came. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/**
 * Asks once and takes the whole answer, as it comes over the wire: nothing is unpacked.
 *
 * @param url - Where the server answers.
 * @param asked - What is asked.
 * @param agent - Keeps connections; none by default.
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
