import { type RequestHandler, type Response, Router } from 'express';
import type { Catalogue } from '../../registry/catalogue.ts';
import { countKinds } from '../../registry/chart/kind-count.ts';
import type { Registry } from '../../registry/registry.ts';
import { sendOpenapi } from '../../web/openapi.ts';
import { aboutPage } from '../../web/pages/about-page.ts';
import { type FrontView, frontPage } from '../../web/pages/front-page.ts';
import { sendDocs, sendExplorer } from '../../web/pages/pages.ts';
import { sendAsset } from '../../web/parts/assets.ts';
import { PAGE_POLICY } from '../../web/parts/policy.ts';
import { allowMethods, READ_METHODS } from '../message/methods.ts';
import { markCacheable } from '../message/request-context.ts';

/** The paths of the pages that are not resources. */
export const PAGE_PATHS: readonly string[] = ['/about', '/docs', '/graphql', '/openapi.json'];

/** The media types of `/graphql`, the default first. */
const GRAPHQL_TYPES = ['application/json', 'application/graphql-response+json', 'text/html'];

/**
 * Serves the pages that are not resources, the OpenAPI document, and the files of the pages.
 *
 * @param registry - The registry.
 */
export function pageRouter(registry: Registry): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const read = allowMethods(READ_METHODS);
  router.all('/', read, (_request, response) =>
    sendPage(response, frontPage(registry.read(() => frontView(registry)))),
  );
  router.all('/about', read, (_request, response) => sendPage(response, aboutPage(registry.info())));
  router.all('/openapi.json', read, sendOpenapi);
  router.all('/docs', read, sendDocs);
  router.all('/assets/*path', read, sendAsset);
  return router;
}

function frontView(registry: Catalogue): FrontView {
  const counts = countKinds(registry.kindChart());
  return { registryDate: registry.info().date, counts, ephemeralRanges: registry.ephemeralRanges() };
}

function sendPage(response: Response, page: string): void {
  markCacheable(response);
  response.set({ 'Content-Security-Policy': PAGE_POLICY, 'Cache-Control': 'no-cache' }).type('html').send(page);
}

/** Sends the GraphQL explorer to a browser that opens `/graphql`. A query gets JSON, even if the client prefers HTML. */
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
