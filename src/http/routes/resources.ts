import type { Request, RequestHandler, Response } from 'express';
import type { Counts } from '../../metrics/request-counts.ts';
import type { Registry } from '../../registry/registry.ts';
import { prepareInSteps } from '../../registry/values/registry-version.ts';
import type { RunStep } from '../../registry/values/run-step.ts';
import { FORM_PAGES, type FormPage, invalidFormPage, renderForm } from '../../render/form-pages.ts';
import { type PageSource, redirectAddress } from '../../render/html.ts';
import { type Format, finishPage, formatsOf, isPageFormat, render, startPage } from '../../render/representation.ts';
import { parseTextOptions } from '../../render/text-options.ts';
import { jsonTag } from '../../rest/json.ts';
import { withoutInvalidPorts } from '../../rest/ports.ts';
import { parseQuery } from '../../rest/query.ts';
import type { Answers, PortAnswer, Route } from '../../rest/route.ts';
import { PAGE_POLICY } from '../../web/parts/policy.ts';
import { isShorter, normalizeFormQuery, prefersHtml, searchOf } from '../message/form-query.ts';
import { MEDIA_TYPES, negotiate } from '../message/negotiate.ts';
import { markCacheable } from '../message/request-context.ts';
import { type MaySeeObserved, markPrivate } from '../middleware/authorization.ts';
import { strongValidatorOf } from '../middleware/compression.ts';
import { countLookups } from '../middleware/counting.ts';
import { readInTwoSteps } from '../work/read-in-two-steps.ts';
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
 * @param maySeeObserved - The check of requests that may read what hosts have reported.
 */
export function handleRoute(
  registry: Registry,
  route: Route,
  counts: Counts,
  maySeeObserved: MaySeeObserved,
): RequestHandler {
  const known = [...route.parameters, 'format', 'wide'];
  const form = FORM_PAGES[route.kind];
  const formats = formatsOf(route.kind);
  /** Renders the response, and sets its ETag. Returns null for a redirect, and sets its location. */
  const write = async (
    format: Format,
    source: PageSource,
    response: Response,
  ): Promise<string | readonly Buffer[] | null> => {
    const question = { ...source.question, isFeed: format === 'atom' };
    const isEmptyForm = format === 'html' && form?.needs != null && !question.query.has(form.needs);
    if (isEmptyForm) return renderForm(form, source);
    const { run, runAlone } = workOf(response);
    const { answerInOneStep, prepare } = route;
    if (prepare !== null) await prepareInSteps(registry, prepare(registry, question), run);
    if (isPageFormat(format) && answerInOneStep !== null) {
      const read = () => {
        const address = format === 'html' ? redirectAddress(route.kind, registry, question.query) : null;
        if (address === null) return answerInOneStep(registry, question);
        response.location(address);
        return undefined;
      };
      const page = await readInTwoSteps(registry, run, read, (answer) => {
        if (answer === undefined) return null;
        countLookups(counts, response, reportsIn(route.kind, answer));
        return startPage(format, route.kind, answer, source);
      });
      return page === null ? null : finishPage(format, route.kind, page, source, run);
    }
    const answerWith = (runStep: RunStep) => route.answer(registry, question, runStep);
    const answer = await (route.kind === 'service' ? runAlone(answerWith) : answerWith(run));
    countLookups(counts, response, reportsIn(route.kind, answer));
    const tag = format === 'json' ? await run(() => jsonTag(route.kind, answer)) : undefined;
    if (tag !== undefined) response.set('ETag', tag);
    return render(format, route.kind, answer, source, run);
  };
  /** Writes the response, or the form again if the parameters of a page are invalid. */
  const writeOrRetry = async (
    format: Format,
    source: PageSource,
    response: Response,
  ): Promise<string | readonly Buffer[] | null> => {
    try {
      const ports = route.countPorts(source.question);
      if (isMetered(response)) await chargeCost(response, costOfPorts(ports));
      if (ports > LARGE_PORTS) await workOf(response).startLarge();
      if (source.input.faults.length > 0) markInvalid(response);
      return await write(format, source, response);
    } catch (error) {
      const page = format === 'html' ? invalidFormPage(route.kind, error, source) : null;
      if (page === null) throw error;
      markInvalid(response);
      return page;
    }
  };
  return async (request, response) => {
    const search = searchOf(request.originalUrl);
    const formSearch = prefersHtml(request) ? normalizeFormQuery(search) : null;
    const values = parseQuery(formSearch ?? search, known);
    const format = negotiate(request, formats, values.get('format'));
    // Clients revalidate each time, so that own entries and imports take effect at once.
    response.set('Cache-Control', 'no-cache').vary('Accept');
    markCacheable(response, route.isCacheable(registry));
    const showsObserved = route.showsObserved && maySeeObserved(request, response);
    if (showsObserved) {
      markPrivate(response);
      markCacheable(response, false);
    }
    if (formSearch !== null && redirectToShorter(request, response, formSearch)) return;
    if (format === 'html') response.set('Content-Security-Policy', PAGE_POLICY);
    parseTextOptions(values);
    const parts = request.params as Record<string, string | undefined>;
    const { query, faults } =
      format === 'html' && route.kind === 'ports' ? withoutInvalidPorts(values) : { query: values, faults: [] };
    const question = { path: request.baseUrl + request.path, parts, query, maySeeObserved: showsObserved };
    const body = await writeOrRetry(format, { registry, question, input: { values, faults } }, response);
    if (body === null) {
      redirect(response, String(response.get('Location')));
      return;
    }
    // `If-Match` needs a strong validator, so no proxy may compress this response.
    if (route.kind === 'association' && format !== 'html') {
      response.set({ 'Cache-Control': 'no-cache, no-transform', ETag: strongValidatorOf(body as string) });
    }
    response.type(MEDIA_TYPES[format]).send(body);
  };
}

/** Redirects a submitted form to its address without empty fields. Returns false if there are none. */
function redirectToShorter({ baseUrl, path, originalUrl }: Request, response: Response, formSearch: string): boolean {
  if (!isShorter(formSearch, searchOf(originalUrl))) return false;
  redirect(response, `${baseUrl}${path}${formSearch === '' ? '' : `?${formSearch}`}`);
  return true;
}

function redirect(response: Response, location: string): void {
  markCacheable(response, false);
  response.redirect(303, location);
}

/** Marks the page of a form with invalid fields, as the error of other clients is. */
function markInvalid(response: Response): void {
  markCacheable(response, false);
  response.status(400).set('Cache-Control', 'no-store');
}

/** Returns the port reports in an answer; none for other resources. */
function reportsIn(kind: keyof Answers, answer: Answers[keyof Answers]): PortAnswer['shared'][] {
  if (kind === 'port') return [(answer as Answers['port']).shared];
  return kind === 'ports' ? (answer as Answers['ports']).results.map(({ shared }) => shared) : [];
}

/**
 * Sends a browser the page of a resource that requires a scope. The page does not contain the resource: its script fetches it.
 *
 * @param registry - The registry.
 * @param route - The resource.
 */
export function serveFormPage(registry: Registry, route: Route): RequestHandler {
  return (request, response, next) => {
    const form = FORM_PAGES[route.kind];
    if (form === undefined || !prefersHtml(request)) {
      next();
      return;
    }
    const formSearch = normalizeFormQuery(searchOf(request.originalUrl));
    const query = parseQuery(formSearch, [...route.parameters, 'format', 'wide']);
    response.set('Cache-Control', 'no-cache').vary('Accept');
    if (redirectToShorter(request, response, formSearch)) return;
    response.set('Content-Security-Policy', PAGE_POLICY);
    const question = { path: request.baseUrl + request.path, parts: {}, query };
    const source = { registry, question, input: { values: query, faults: [] } };
    response.type('html').send(checkedPage(route.kind, form, source, response));
  };
}

/** Renders the page of a form; the form with the errors beside its fields if parameters are invalid. */
function checkedPage(kind: Route['kind'], form: FormPage, source: PageSource, response: Response): string | null {
  try {
    form.check?.(source.question.query);
    return renderForm(form, source);
  } catch (error) {
    const page = invalidFormPage(kind, error, source);
    if (page === null) throw error;
    markInvalid(response);
    return page;
  }
}
