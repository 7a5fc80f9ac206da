import { readFileSync } from 'node:fs';
import type { RequestHandler } from 'express';
import { parse } from 'yaml';

let json: string | undefined;

/** Answers with the contract of the REST face: `schema/openapi.yaml` as JSON. */
export const sendOpenapi: RequestHandler = (_request, response) => {
  // Parsing takes some 50 ms, which most starts of the server would pay for nothing.
  json ??= JSON.stringify(parse(readFileSync(new URL('../../schema/openapi.yaml', import.meta.url), 'utf8')));
  response.set('Cache-Control', 'no-cache').type('json').send(json);
};
