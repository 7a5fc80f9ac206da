import { type Request, type Response, Router } from 'express';
import type { Registry } from '../../registry/registry.ts';
import type { Association } from '../../registry/rows/association.ts';
import { parseUseOrder } from '../../registry/search/use-order.ts';
import { runInSteps } from '../../registry/values/run-step.ts';
import { type List, toList } from '../../rest/list.ts';
import { parsePage, parseQuery, parseWord, type Query } from '../../rest/query.ts';
import { OWN_FILTERS, parseAssociationFilter } from '../../rest/rows.ts';
import { newEntryPage } from '../../web/pages/association-pages.ts';
import { isByTeam, type OwnView, ownListAddress, ownPage } from '../../web/pages/own-page.ts';
import { address } from '../../web/parts/address.ts';
import { addAlternates } from '../../web/parts/alternate-formats.ts';
import { normalizeFormQuery, prefersHtml, searchOf } from '../message/form-query.ts';
import { allowMethods, READ_METHODS } from '../message/methods.ts';
import { readInTwoSteps } from '../work/read-in-two-steps.ts';
import { workOf } from '../work/request-work.ts';
import { sendPage } from './pages.ts';

const OWN_PARAMETERS = ['q', ...OWN_FILTERS, 'sort', 'view', 'limit', 'offset', 'format'];
const NEW_PARAMETERS = ['port', 'protocol', 'name', 'owner', 'environment', 'hosts', 'format'];

/** The formats of the list of own entries. */
const LIST_FORMATS = ['json', 'text', 'csv'];

/**
 * Serves the page of own entries, and the page with the form of a new one. Both are pages only: other clients are redirected
 * from the former to the list of own entries, and have no resource at the latter.
 *
 * @param registry - The registry.
 */
export function ownPageRouter(registry: Registry): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.all('/own', allowMethods(READ_METHODS), async (request, response) => {
    response.vary('Accept');
    const query = pageQuery(request, OWN_PARAMETERS);
    if (!prefersHtml(request)) {
      redirectToList(response, query);
      return;
    }
    const { run } = workOf(response);
    const list = () => readList(registry, request, query);
    const view = await readInTwoSteps(registry, run, list, (found) => ownView(registry, found));
    const page = await runInSteps(ownPage(query, view), run);
    sendPage(response, addAlternates(page, address('/own'), query, LIST_FORMATS, ownListAddress(query)));
  });
  router.all('/associations/new', (request, response, next) => {
    if (!prefersHtml(request)) return next();
    const query = pageQuery(request, NEW_PARAMETERS);
    return sendPage(response.vary('Accept'), newEntryPage(query, registry.info().date));
  });
  return router;
}

function pageQuery(request: Request, known: readonly string[]): Query {
  return parseQuery(normalizeFormQuery(searchOf(request.originalUrl)), known);
}

function redirectToList(response: Response, query: Query): void {
  response.set('Cache-Control', 'no-cache').status(303).location(ownListAddress(query)).end();
}

function readList(registry: Registry, request: Request, query: Query): List<Association> {
  const position = parsePage(query);
  parseWord(query, 'view', ['port', 'team']);
  const filter = { ...parseAssociationFilter(query), origin: 'own' } as const;
  const order = isByTeam(query) ? 'owner' : parseUseOrder(query.get('sort') ?? 'port');
  const found = registry.associations(filter, position, order);
  return toList(found, position, request.baseUrl + request.path, query);
}

function ownView(registry: Registry, list: List<Association>): OwnView {
  return {
    summary: registry.ownSummary(),
    list,
    changed: registry.lastWrites(list.results.map(({ id }) => id)),
    pools: registry.pools(),
    registryDate: registry.info().date,
  };
}
