import type { AccessRecords } from '../registry/access-records.ts';
import type { Catalogue } from '../registry/catalogue.ts';
import { DUE_DAYS, type OwnReportFilter } from '../registry/own/own-report.ts';
import type { PortLookup, Service } from '../registry/port-lookup.ts';
import { ASSIGNMENT_STATES, type Assignment } from '../registry/rows/assignment.ts';
import { type Association, CATEGORIES, ENTRY_STATUSES, ORIGINS } from '../registry/rows/association.ts';
import type { AssignmentFilter, AssociationFilter } from '../registry/search/search-result.ts';
import { parseUseOrder, type UseOrder } from '../registry/search/use-order.ts';
import { dayIn } from '../registry/values/day.ts';
import { LARGEST_PAGE, type PageRequest, parseWholeNumber } from '../registry/values/page.ts';
import { parsePortNumber } from '../registry/values/port-number.ts';
import { PORT_RANGES } from '../registry/values/port-range.ts';
import { type RunStep, runInSteps } from '../registry/values/run-step.ts';
import { type List, toList } from './list.ts';
import {
  missingParameter,
  parseDayParameter,
  parseFlag,
  parsePage,
  parseProtocol,
  parseWord,
  type Query,
} from './query.ts';
import type { AllowedPorts, PrepareStep, ResourceRequest, SearchList } from './route.ts';

const RANGE_NAMES = PORT_RANGES.map(({ name }) => name);

/** Returns all rows of a service name. */
export function showService(registry: PortLookup, { parts, query }: ResourceRequest, run: RunStep): Promise<Service> {
  return runInSteps(registry.service(parts.serviceName ?? '', parseDayParameter(query, 'asOf')), run);
}

/** Searches names and descriptions. */
export function search(registry: PortLookup, { path, query }: ResourceRequest): SearchList {
  const { text, filter, page: request, isLiteral } = parseSearch(query);
  const page = registry.search(text, filter, request, isLiteral);
  const { corrected, detail, suggestions, retired } = page;
  return { ...toList(page, request, path, query), corrected, detail, suggestions, retired };
}

/** Finds the results of `search` in steps. */
export function prepareSearch(registry: PortLookup, { query }: ResourceRequest): PrepareStep {
  const { text, filter, page, isLiteral } = parseSearch(query);
  const steps = registry.findResults(text, filter, page, isLiteral);
  return () => registry.prepareSearch() && steps.next().done === true;
}

function parseSearch(query: Query) {
  const text = query.get('q');
  if (text === undefined) throw missingParameter('q', 'words to search for');
  const page = parsePage(query);
  const filter = {
    origin: parseWord(query, 'origin', ORIGINS),
    protocol: parseProtocol(undefined, query),
    range: parseWord(query, 'range', RANGE_NAMES),
    state: parseWord(query, 'state', ASSIGNMENT_STATES),
    category: parseWord(query, 'category', CATEGORIES),
  };
  return { text, filter, page, isLiteral: parseFlag(query, 'literal') };
}

/** Lists official rows. */
export function listAssignments(registry: Catalogue, { path, query }: ResourceRequest): List<Assignment> {
  const request = parsePage(query);
  const filter = { ...parseRowFilter(query), state: parseWord(query, 'state', ASSIGNMENT_STATES) };
  return toList(registry.assignments(filter, request), request, path, query);
}

/** Lists informal and own uses. */
export function listAssociations(registry: Catalogue, { path, query }: ResourceRequest): List<Association> {
  const { filter, page, order } = parseAssociationList(query);
  return toList(registry.associations(filter, page, order), page, path, query);
}

/** A page without rows. Reading it finds the keys of the whole list, which are cached. */
const NO_ROWS: PageRequest = { limit: 0, offset: 0 };

/** Finds the keys of the uses that `listAssociations` lists, in steps: sorts them, then selects those with the words of `q`. */
export function findAssociations(registry: Catalogue, { query }: ResourceRequest): PrepareStep {
  const { filter, order } = parseAssociationList(query);
  const filters = filter.q === null ? [filter] : [{ ...filter, q: null }, filter];
  return eachInStep(filters, (part) => registry.associations(part, NO_ROWS, order));
}

/** Returns the function that handles one element in each step. */
function eachInStep<T>(elements: readonly T[], handle: (element: T) => void): PrepareStep {
  let done = 0;
  return () => {
    handle(elements[done] as T);
    done++;
    return done === elements.length;
  };
}

function parseAssociationList(query: Query) {
  return { page: parsePage(query), filter: parseAssociationFilter(query), order: parseOrder(query) };
}

/** Returns one informal or own use. */
export function showAssociation(registry: Catalogue, { parts }: ResourceRequest): Association {
  return registry.association(parts.id ?? '');
}

/** Lists the active own entries, with the head of the audit's hash chain. */
export function listAllowedPorts(registry: Catalogue & AccessRecords, { path, query }: ResourceRequest): AllowedPorts {
  const { filter, page, order } = parseAllowedPorts(query);
  const list = toList(registry.allowedPorts(filter, page, order), page, path, query);
  return { ...list, auditHead: registry.auditHead()?.hash ?? null };
}

/** Finds the keys of the entries that `listAllowedPorts` lists, as a step of its own. */
export function findAllowedPorts(registry: Catalogue, { query }: ResourceRequest): PrepareStep {
  const { filter, order } = parseAllowedPorts(query);
  return eachInStep([filter], (one) => registry.allowedPorts(one, NO_ROWS, order));
}

function parseAllowedPorts(query: Query) {
  return { page: parsePage(query, LARGEST_PAGE), filter: parseReportFilter(query), order: parseOrder(query) };
}

/** Lists the own entries that become due within some days. */
export function listDueEntries(registry: Catalogue, { path, query }: ResourceRequest): List<Association> {
  const { until, filter, page } = parseDueEntries(query);
  return toList(registry.dueEntries(until, filter, page), page, path, query);
}

/** Finds the keys of the entries that `listDueEntries` lists, as a step of its own. */
export function findDueEntries(registry: Catalogue, { query }: ResourceRequest): PrepareStep {
  const { until, filter } = parseDueEntries(query);
  return eachInStep([filter], (one) => registry.dueEntries(until, one, NO_ROWS));
}

function parseDueEntries(query: Query) {
  const page = parsePage(query, LARGEST_PAGE);
  const written = query.get('days');
  const days = written === undefined ? DUE_DAYS.default : parseWholeNumber(written, 'days', 0, DUE_DAYS.largest);
  return { page, until: dayIn(days), filter: parseReportFilter(query) };
}

function parseOrder(query: Query): UseOrder {
  return parseUseOrder(query.get('sort') ?? 'port');
}

function parseReportFilter(query: Query): OwnReportFilter {
  const of = (name: string) => query.get(name) ?? null;
  return { owner: of('owner'), environment: of('environment'), tag: of('tag'), pool: of('pool') };
}

/** The filters that only own entries can match. */
export const OWN_FILTERS = ['owner', 'environment', 'tag', 'pool', 'status'] as const;

/** The filters of both kinds of rows. */
export const ROW_FILTERS = ['port', 'protocol', 'service', 'origin', 'q'] as const;

/** Parses the filters that both kinds of rows have. */
function parseRowFilter(query: Query): Omit<AssignmentFilter, 'state'> {
  const port = query.get('port');
  return {
    port: port === undefined ? null : parsePortNumber(port),
    protocol: parseProtocol(undefined, query),
    service: query.get('service') ?? null,
    origin: parseWord(query, 'origin', ORIGINS),
    q: query.get('q') ?? null,
  };
}

/**
 * Parses the filters of informal and own uses.
 *
 * @param query - The query parameters.
 * @throws {RegistryError} `invalid_argument` for an invalid value.
 */
export function parseAssociationFilter(query: Query): AssociationFilter {
  return {
    ...parseRowFilter(query),
    category: parseWord(query, 'category', CATEGORIES),
    ...parseReportFilter(query),
    status: parseWord(query, 'status', ENTRY_STATUSES),
  };
}
