import {
  LARGEST_COUNT,
  parseName,
  parseSuggestionConditions,
  SUGGESTION_ORDERS,
} from '../registry/advice/advice-question.ts';
import type { SuggestionList } from '../registry/advice/suggestions.ts';
import type { Suitability } from '../registry/advice/suitability.ts';
import type { PortAdvice } from '../registry/port-advice.ts';
import { parseWholeNumber } from '../registry/values/page.ts';
import { parsePortNumber } from '../registry/values/port-number.ts';
import { parseFlag, parseProtocol, parseWord, type Query } from './query.ts';
import type { ResourceRequest } from './route.ts';

/** Returns the suitability of the port in the path for a new service. */
export function showSuitability(
  registry: PortAdvice,
  { parts, query, maySeeObserved = false }: ResourceRequest,
): Suitability {
  const number = parsePortNumber(parts.port ?? '');
  const environment = parseName(query.get('environment'), 'environment');
  return registry.suitability(number, {
    protocol: parseProtocol(undefined, query),
    environment,
    seesObserved: maySeeObserved,
  });
}

/** Suggests ports for a new service. */
export function suggestPorts(registry: PortAdvice, { query, maySeeObserved = false }: ResourceRequest): SuggestionList {
  const [count, near] = [query.get('count'), query.get('near')];
  const conditions = {
    protocol: parseProtocol(undefined, query),
    count: count === undefined ? null : parseWholeNumber(count, 'count', 1, LARGEST_COUNT),
    near: near === undefined ? null : parsePortNumber(near, 'near'),
    within: query.get('within'),
    consecutive: parseFlag(query, 'consecutive'),
    like: query.get('like'),
    avoid: splitAvoid(query),
    environment: query.get('environment'),
    pool: query.get('pool'),
    order: parseWord(query, 'order', SUGGESTION_ORDERS),
  };
  return registry.suggestions({ ...parseSuggestionConditions(conditions), seesObserved: maySeeObserved });
}

/** Splits `avoid` at commas; an empty parameter means no options. */
function splitAvoid(query: Query): string[] | undefined {
  const written = query.get('avoid');
  return written === '' ? [] : written?.split(',');
}
