import type { RequestHandler } from 'express';
import type { Registry } from '../registry/registry.ts';
import { readQuery } from '../rest/query.ts';
import type { Route } from '../rest/route.ts';
import { strongValidatorOf } from './compression.ts';
import { mayKeep } from './kept-answers.ts';
import { MEDIA_TYPES, negotiate } from './negotiate.ts';
import { FORMATS, render } from './representation.ts';

/**
 * Answers a route: reads path and query, chooses the form, asks the registry, sends.
 *
 * @param registry - Where the answer comes from.
 * @param route - The resource.
 */
export function answerRoute(registry: Registry, route: Route): RequestHandler {
  const known = [...route.parameters, 'format'];
  return (request, response) => {
    const query = readQuery(searchOf(request.originalUrl), known);
    const format = negotiate(request, FORMATS, query.get('format'));
    const parts = request.params as Record<string, string | undefined>;
    const answer = route.answer(registry, { path: request.path, parts, query });
    // A client may keep an answer, but asks each time whether it still holds: own entries and imports take effect at once.
    response.set('Cache-Control', 'no-cache').vary('Accept');
    if (route.scope === null) mayKeep(response);
    const body = render(format, route.kind, answer);
    // What can be changed has a strong validator for `If-Match`, so nobody on the way may compress it.
    if (route.kind === 'association') {
      response.set({ 'Cache-Control': 'no-cache, no-transform', ETag: strongValidatorOf(body) });
    }
    response.type(MEDIA_TYPES[format]).send(body);
  };
}

/**
 * Cuts the query out of a URL.
 *
 * @param url - Path and query.
 * @returns What is behind the first question mark.
 */
export function searchOf(url: string): string {
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark + 1);
}
