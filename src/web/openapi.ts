import { readFileSync } from 'node:fs';
import type { RequestHandler } from 'express';
import { address } from './parts/address.ts';

let json: string | undefined;

/** Answers with the contract of the REST face: `schema/openapi.yaml` as JSON, and where this server is. */
export const sendOpenapi: RequestHandler = async (_request, response) => {
  // To load the parser and to parse takes some 80 ms, which most starts of the server would pay for nothing.
  json ??= JSON.stringify(await readContract());
  response.set('Cache-Control', 'no-cache').type('json').send(json);
};

async function readContract(): Promise<object> {
  const { parse } = await import('yaml');
  const contract = parse(readFileSync(new URL('../../schema/openapi.yaml', import.meta.url), 'utf8'));
  const [server] = contract.servers;
  return { ...contract, servers: [{ ...server, url: address('') || server.url }] };
}
