import type { RequestHandler, Response } from 'express';
import type { Counts } from '../../metrics/request-counts.ts';
import type { Registry } from '../../registry/registry.ts';
import { FORM_PAGES } from '../../render/html.ts';
import { type Format, formatsOf, render } from '../../render/representation.ts';
import { jsonTag } from '../../rest/json.ts';
import { readQuery } from '../../rest/query.ts';
import type { Answers, PortAnswer, Question, Route } from '../../rest/route.ts';
import { PAGE_POLICY } from '../../web/parts/policy.ts';
import { cleanForm, isPageWanted, searchOf } from '../message/form-query.ts';
import { MEDIA_TYPES, negotiate } from '../message/negotiate.ts';
import { HttpError } from '../message/problem.ts';
import { markCacheable } from '../message/request-context.ts';
import { strongValidatorOf } from '../middleware/compression.ts';
import { countLookups } from '../middleware/counting.ts';
import { chargeCost, costOfPorts, isMetered } from '../work/request-cost.ts';
import { workOf } from '../work/request-work.ts';

/** A list of more ports is a large answer, of which few are composed at the same time. */
const LARGE_PORTS = 100;

/**
 * Answers a route: reads path and query, chooses the form, asks the registry, sends.
 *
 * @param registry - Where the answer comes from.
 * @param route - The resource.
 * @param counts - Where look-ups are counted.
 */
export function answerRoute(registry: Registry, route: Route, counts: Counts): RequestHandler {
  const known = [...route.parameters, 'format'];
  const blank = FORM_PAGES[route.kind];
  const forms = formatsOf(route.kind);
  /** Renders the answer, and sets what the header says of it. */
  const write = async (format: Format, question: Question, response: Response): Promise<string> => {
    const isBlank = format === 'html' && blank?.needs != null && !question.query.has(blank.needs);
    if (isBlank) return blank.page(question.query, registry.info().date);
    const { run } = workOf(response);
    const answer = await route.answer(registry, question, run);
    countLookups(counts, response, reportsIn(route.kind, answer));
    const tag = format === 'json' ? jsonTag(route.kind, answer) : undefined;
    if (tag !== undefined) response.set('ETag', tag);
    return render(format, route.kind, answer, { registry, question }, run);
  };
  return async (request, response) => {
    const search = searchOf(request.originalUrl);
    const query = readQuery(isPageWanted(request) ? cleanForm(search) : search, known);
    const format = negotiate(request, forms, query.get('format'));
    const parts = request.params as Record<string, string | undefined>;
    const question = { path: request.baseUrl + request.path, parts, query };
    const ports = route.countPorts(question);
    if (isMetered(response)) await chargeCost(response, costOfPorts(ports));
    if (ports > LARGE_PORTS && !(await workOf(response).startLarge())) {
      throw new HttpError(503, 'Cannot answer now: too many large answers are waited for', { 'Retry-After': '2' });
    }
    if (format === 'html') response.set('Content-Security-Policy', PAGE_POLICY);
    // A client may keep an answer, but asks each time whether it still holds: own entries and imports take effect at once.
    response.set('Cache-Control', 'no-cache').vary('Accept');
    markCacheable(response, route.cacheable);
    const body = await write(format, question, response);
    // What can be changed has a strong validator for `If-Match`, so nobody on the way may compress it.
    if (route.kind === 'association' && format !== 'html') {
      response.set({ 'Cache-Control': 'no-cache, no-transform', ETag: strongValidatorOf(body) });
    }
    response.type(MEDIA_TYPES[format]).send(body);
  };
}

/** The reports of the ports that an answer is about; of other resources there are none. */
function reportsIn(kind: keyof Answers, answer: Answers[keyof Answers]): PortAnswer['shared'][] {
  if (kind === 'port') return [(answer as Answers['port']).shared];
  return kind === 'ports' ? (answer as Answers['ports']).results.map(({ shared }) => shared) : [];
}

/**
 * Shows a browser the page of a resource that only some may read: a page without the resource, which its script asks for.
 *
 * @param registry - Tells the registry's date.
 * @param route - The resource.
 */
export function formPage(registry: Registry, route: Route): RequestHandler {
  return (request, response, next) => {
    const shell = FORM_PAGES[route.kind];
    if (shell === undefined || !isPageWanted(request)) {
      next();
      return;
    }
    const values = readQuery(cleanForm(searchOf(request.originalUrl)), [...route.parameters, 'format']);
    response.set({ 'Cache-Control': 'no-cache', 'Content-Security-Policy': PAGE_POLICY }).vary('Accept');
    response.type('html').send(shell.page(values, registry.info().date));
  };
}
