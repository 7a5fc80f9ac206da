import type { RequestHandler, Response } from 'express';
import type { Counts } from '../../metrics/request-counts.ts';
import type { Catalogue } from '../../registry/catalogue.ts';
import type { Registry } from '../../registry/registry.ts';
import { prepareInSteps } from '../../registry/values/run-step.ts';
import { FORM_PAGES, redirectAddress } from '../../render/html.ts';
import { type Format, formatsOf, isPageFormat, render, renderPage } from '../../render/representation.ts';
import { jsonTag } from '../../rest/json.ts';
import { parseQuery } from '../../rest/query.ts';
import type { Answers, PortAnswer, ResourceRequest, Route } from '../../rest/route.ts';
import { PAGE_POLICY } from '../../web/parts/policy.ts';
import { normalizeFormQuery, prefersHtml, searchOf } from '../message/form-query.ts';
import { MEDIA_TYPES, negotiate } from '../message/negotiate.ts';
import { HttpError } from '../message/problem.ts';
import { markCacheable } from '../message/request-context.ts';
import { strongValidatorOf } from '../middleware/compression.ts';
import { countLookups } from '../middleware/counting.ts';
import { chargeCost, costOfPorts, isMetered } from '../work/request-cost.ts';
import { workOf } from '../work/request-work.ts';

/** A list of more ports is a large response: one of them is composed at a time. */
const LARGE_PORTS = 100;

/**
 * Handles a route: parses path and query, negotiates the format, queries the registry, and sends the response.
 *
 * @param registry - The registry.
 * @param route - The resource.
 * @param counts - The counters of lookups.
 */
export function handleRoute(registry: Registry, route: Route, counts: Counts): RequestHandler {
  const known = [...route.parameters, 'format'];
  const form = FORM_PAGES[route.kind];
  const formats = formatsOf(route.kind);
  /** Renders the response, and sets its ETag. Returns null for a redirect, and sets its location. */
  const write = async (format: Format, question: ResourceRequest, response: Response): Promise<string | null> => {
    const isEmptyForm = format === 'html' && form?.needs != null && !question.query.has(form.needs);
    if (isEmptyForm) return form.page(question.query, registry.info().date);
    const { run } = workOf(response);
    const { answerInOneStep, prepare } = route;
    if (prepare !== null) await prepareInSteps(registry, () => prepare(registry), run);
    if (isPageFormat(format) && answerInOneStep !== null) {
      return run(() =>
        registry.read(() => {
          const address = format === 'html' ? redirectAddress(route.kind, registry, question.query) : null;
          if (address !== null) {
            response.location(address);
            return null;
          }
          const answer = answerInOneStep(registry, question);
          countLookups(counts, response, reportsIn(route.kind, answer));
          return renderPage(format, route.kind, answer, { registry, question });
        }),
      );
    }
    const answer = await route.answer(registry, question, run);
    countLookups(counts, response, reportsIn(route.kind, answer));
    const tag = format === 'json' ? jsonTag(route.kind, answer) : undefined;
    if (tag !== undefined) response.set('ETag', tag);
    return render(format, route.kind, answer, { registry, question }, run);
  };
  return async (request, response) => {
    const search = searchOf(request.originalUrl);
    const query = parseQuery(prefersHtml(request) ? normalizeFormQuery(search) : search, known);
    const format = negotiate(request, formats, query.get('format'));
    const parts = request.params as Record<string, string | undefined>;
    const question = { path: request.baseUrl + request.path, parts, query };
    const ports = route.countPorts(question);
    if (isMetered(response)) await chargeCost(response, costOfPorts(ports));
    if (ports > LARGE_PORTS && !(await workOf(response).startLarge())) {
      throw new HttpError(503, 'Cannot answer now: too many large requests are waiting', { 'Retry-After': '2' });
    }
    if (format === 'html') response.set('Content-Security-Policy', PAGE_POLICY);
    // Clients revalidate each time, so that own entries and imports take effect at once.
    response.set('Cache-Control', 'no-cache').vary('Accept');
    markCacheable(response, route.cacheable);
    const body = await write(format, question, response);
    if (body === null) {
      markCacheable(response, false);
      response.redirect(303, String(response.get('Location')));
      return;
    }
    // `If-Match` needs a strong validator, so no proxy may compress this response.
    if (route.kind === 'association' && format !== 'html') {
      response.set({ 'Cache-Control': 'no-cache, no-transform', ETag: strongValidatorOf(body) });
    }
    response.type(MEDIA_TYPES[format]).send(body);
  };
}

/** Returns the port reports in an answer; none for other resources. */
function reportsIn(kind: keyof Answers, answer: Answers[keyof Answers]): PortAnswer['shared'][] {
  if (kind === 'port') return [(answer as Answers['port']).shared];
  return kind === 'ports' ? (answer as Answers['ports']).results.map(({ shared }) => shared) : [];
}

/**
 * Sends a browser the page of a resource that requires a scope. The page does not contain the resource: its script fetches it.
 *
 * @param registry - The registry, for its date.
 * @param route - The resource.
 */
export function serveFormPage(registry: Catalogue, route: Route): RequestHandler {
  return (request, response, next) => {
    const form = FORM_PAGES[route.kind];
    if (form === undefined || !prefersHtml(request)) {
      next();
      return;
    }
    const values = parseQuery(normalizeFormQuery(searchOf(request.originalUrl)), [...route.parameters, 'format']);
    response.set({ 'Cache-Control': 'no-cache', 'Content-Security-Policy': PAGE_POLICY }).vary('Accept');
    response.type('html').send(form.page(values, registry.info().date));
  };
}
