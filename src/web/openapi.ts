import { readFileSync } from 'node:fs';
import type { RequestHandler } from 'express';
import { address } from './parts/address.ts';

let json: string | undefined;

/** Sends `schema/openapi.yaml` as JSON, with the URL of this server. */
export const sendOpenapi: RequestHandler = async (_request, response) => {
  // Parsed at the first request: loading the parser and parsing take about 80 ms, and few servers need the result.
  json ??= JSON.stringify(await readContract());
  response.set('Cache-Control', 'no-cache').type('json').send(json);
};

async function readContract(): Promise<object> {
  const { parse } = await import('yaml');
  const contract = parse(readFileSync(new URL('../../schema/openapi.yaml', import.meta.url), 'utf8'));
  const [server] = contract.servers;
  return { ...contract, servers: [{ ...server, url: address('') || server.url }] };
}
