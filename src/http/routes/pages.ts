import { type RequestHandler, type Response, Router } from 'express';
import { parseSuggestionConditions } from '../../registry/advice/advice-question.ts';
import type { ChangeHistory } from '../../registry/change-history.ts';
import { countKinds } from '../../registry/chart/kind-count.ts';
import type { Registry } from '../../registry/registry.ts';
import { ANY_ASSOCIATION } from '../../registry/search/search-result.ts';
import { prepareInSteps } from '../../registry/values/registry-version.ts';
import { sendOpenapi } from '../../web/openapi.ts';
import { sendOpensearch } from '../../web/opensearch.ts';
import { aboutPage } from '../../web/pages/about-page.ts';
import { type FrontView, frontPage } from '../../web/pages/front-page.ts';
import { DOCS_POLICY, docsPage, EXPLORER_POLICY, explorerPage } from '../../web/pages/pages.ts';
import { address } from '../../web/parts/address.ts';
import { ASSETS, sendAsset } from '../../web/parts/assets.ts';
import { PAGE_POLICY } from '../../web/parts/policy.ts';
import { searchOf } from '../message/form-query.ts';
import { allowMethods, READ_METHODS } from '../message/methods.ts';
import { markCacheable } from '../message/request-context.ts';
import { workOf } from '../work/request-work.ts';

/** The paths of the pages that are not resources. */
export const PAGE_PATHS: readonly string[] = ['/about', '/docs', '/graphql', '/openapi.json', '/own'];

/** The media types of `/graphql`, the default first. */
const GRAPHQL_TYPES = ['application/json', 'application/graphql-response+json', 'text/html'];

/** The conditions of the suggestion on the front page: the defaults. */
const FIRST_SUGGESTION = parseSuggestionConditions({ count: 1 });
/** The most own entries on the front page. */
const NEWEST_ENTRIES = 3;
/** The current snapshot is among the newest; an import may add older ones, and a bundled list of the same day. */
const NEWEST_SNAPSHOTS = 10;
/** The port that the chart describes at first. */
const SELECTED_PORT = 443;

/**
 * Serves the pages that are not resources, the OpenAPI document, and the files of the pages.
 *
 * @param registry - The registry.
 */
export function pageRouter(registry: Registry): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const read = allowMethods(READ_METHODS);
  router.all('/', read, async (_request, response) => {
    const { run } = workOf(response);
    await prepareInSteps(registry, () => registry.prepareSuggestions(), run);
    await run(() => registry.kindChart());
    sendPage(response, await run(() => frontPage(registry.read(() => frontView(registry)))));
  });
  router.all('/about', read, (_request, response) => sendPage(response, aboutPage(registry.info())));
  router.all('/openapi.json', read, sendOpenapi);
  router.all('/docs', read, (_request, response) => sendPage(response, docsPage(registry.info().date), DOCS_POLICY));
  router.all('/opensearch.xml', read, sendOpensearch);
  // For programs that do not read the head of a page.
  router.all('/favicon.ico', read, (_request, response) => response.redirect(302, address(`/${ASSETS.icon.path}`)));
  router.all('/assets/*path', read, sendAsset);
  return router;
}

/** Reads the data of the front page. A suggestion takes about 1 ms once it is prepared. */
function frontView(registry: Registry): FrontView {
  const chart = registry.kindChart();
  const [free = null] = registry.suggestions(FIRST_SUGGESTION).results;
  return {
    info: registry.info(),
    own: {
      count: registry.associations({ ...ANY_ASSOCIATION, origin: 'own' }, { limit: 1, offset: 0 }).count,
      newest: registry.newestOwnEntries(NEWEST_ENTRIES),
    },
    free,
    changes: lastChanges(registry),
    chart: {
      counts: countKinds(chart),
      ephemeralRanges: registry.ephemeralRanges(),
      selected: { report: registry.port(SELECTED_PORT, null), byte: chart[SELECTED_PORT] ?? 0 },
    },
  };
}

/** Returns the number of changes of the last import, and the day of the snapshot before. */
function lastChanges(registry: ChangeHistory): FrontView['changes'] {
  const current = registry
    .snapshots({ limit: NEWEST_SNAPSHOTS, offset: 0 })
    .results.find((snapshot) => snapshot.current);
  if (current === undefined || current.comparedWith === null) return null;
  return { count: Object.values(current.changes).reduce((sum, count) => sum + count, 0), since: current.comparedWith };
}

/**
 * Sends a page that depends on nothing but the registry and the URL.
 *
 * @param response - The response.
 * @param page - The HTML of the page.
 * @param policy - Its Content-Security-Policy.
 */
export function sendPage(response: Response, page: string, policy = PAGE_POLICY): void {
  markCacheable(response);
  response.set({ 'Content-Security-Policy': policy, 'Cache-Control': 'no-cache' }).type('html').send(page);
}

/**
 * Sends the GraphQL explorer to a browser that opens `/graphql`. A query gets JSON, even if the client prefers HTML.
 *
 * @param registry - The registry, for its date.
 */
export function exploreGraphql(registry: Registry): RequestHandler {
  return (request, response, next) => {
    const wantsPage = request.method === 'GET' && request.accepts(GRAPHQL_TYPES) === 'text/html';
    if (!wantsPage) next();
    else if (!new URLSearchParams(searchOf(request.originalUrl)).has('query')) {
      sendPage(response.vary('Accept'), explorerPage(registry.info().date), EXPLORER_POLICY);
    } else {
      request.headers.accept = '*/*';
      next();
    }
  };
}
