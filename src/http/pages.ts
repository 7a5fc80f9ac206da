import { type RequestHandler, Router } from 'express';
import { sendAsset } from '../web/assets.ts';
import { sendOpenapi } from '../web/openapi.ts';
import { sendDocs, sendExplorer } from '../web/pages.ts';
import { allowMethods, READ_METHODS } from './methods.ts';

/** What can be had at `/graphql`, the usual first. */
const GRAPHQL_TYPES = ['application/json', 'application/graphql-response+json', 'text/html'];

/** Answers with the contract, the page to try it, and the files of the pages. */
export function pageRouter(): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const read = allowMethods(READ_METHODS);
  router.all('/openapi.json', read, sendOpenapi);
  router.all('/docs', read, sendDocs);
  router.all('/assets/*path', read, sendAsset);
  return router;
}

/** Shows the explorer to a browser that comes to `/graphql`; a query is answered, whatever HTML the client would like. */
export const exploreGraphql: RequestHandler = (request, response, next) => {
  const wantsPage = request.method === 'GET' && request.accepts(GRAPHQL_TYPES) === 'text/html';
  const [, search = ''] = request.originalUrl.split('?', 2);
  if (!wantsPage) next();
  else if (!new URLSearchParams(search).has('query')) sendExplorer(request, response.vary('Accept'), next);
  else {
    request.headers.accept = '*/*';
    next();
  }
};
