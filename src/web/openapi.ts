import { readFileSync } from 'node:fs';
import type { RequestHandler } from 'express';
import { parse } from 'yaml';
import { address } from './address.ts';

let json: string | undefined;

/** Answers with the contract of the REST face: `schema/openapi.yaml` as JSON, and where this server is. */
export const sendOpenapi: RequestHandler = (_request, response) => {
  // Parsing takes some 50 ms, which most starts of the server would pay for nothing.
  json ??= JSON.stringify(readContract());
  response.set('Cache-Control', 'no-cache').type('json').send(json);
};

function readContract(): object {
  const contract = parse(readFileSync(new URL('../../schema/openapi.yaml', import.meta.url), 'utf8'));
  const [server] = contract.servers;
  return { ...contract, servers: [{ ...server, url: address('') || server.url }] };
}
