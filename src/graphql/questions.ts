import { parseName, parseSuggestionConditions, type SuggestionConditions } from '../registry/advice/advice-question.ts';
import { parseTime } from '../registry/audit.ts';
import { toEntryChange } from '../registry/audit-description.ts';
import { ANY_CONFLICT } from '../registry/conflicts/conflict.ts';
import { ANY_CHANGE } from '../registry/history/history.ts';
import { ANY_OWN_CHANGE } from '../registry/own/own-change.ts';
import { parseOwnEntry } from '../registry/own/own-entry.ts';
import { ANY_OWN_ENTRY, DUE_DAYS } from '../registry/own/own-report.ts';
import type { SharedReport } from '../registry/report/port-report.ts';
import { sharedReportsInSteps } from '../registry/report-source.ts';
import { ANY_ASSIGNMENT, ANY_ASSOCIATION } from '../registry/search/search-result.ts';
import { parseUseOrder } from '../registry/search/use-order.ts';
import { dayIn } from '../registry/values/day.ts';
import { DEFAULT_PAGE, parseWholeNumber } from '../registry/values/page.ts';
import { checkPortNumber } from '../registry/values/port-number.ts';
import { PORT_RANGES } from '../registry/values/port-range.ts';
import { RegistryError } from '../registry/values/registry-error.ts';
import { prepareInSteps } from '../registry/values/registry-version.ts';
import { mapInSteps, runInSteps } from '../registry/values/run-step.ts';
import {
  type AllowedPortsArguments,
  type AssignmentsArguments,
  type AssociationArguments,
  type AssociationsArguments,
  type ChangesArguments,
  type ConflictsArguments,
  checkCount,
  checkFilter,
  type DueEntriesArguments,
  type OwnChangesArguments,
  type PoolArguments,
  type PortArguments,
  type PortsArguments,
  parseOptionalDay,
  type SearchArguments,
  type ServiceArguments,
  type SuitabilityArguments,
  searchTextOf,
  type WarningsArguments,
} from './arguments.ts';
import { AUDIT_QUERY } from './audit-questions.ts';
import { type ConnectionArguments, parsePageArguments, toConnection } from './connection.ts';
import type { Context } from './context.ts';
import { OBSERVED_QUERY, seesObserved, toPort } from './observed-questions.ts';
import { inTurns, ROW_SIZE } from './turns.ts';

/** A resolver with one call of the registry, which is one step of the request's work. */
type Answer<Arguments> = (arguments_: Arguments, context: Context) => unknown;

/** Resolvers of one step each. Types have the same fields as those of the domain. */
const QUESTIONS = {
  port: ({ number, protocol, asOf }: PortArguments, context: Context) => {
    checkPortNumber(number, String(number), 'number');
    const query = { firstPort: number, lastPort: number, protocol: protocol ?? null };
    const reports = context.registry.sharedReports([query], parseOptionalDay(asOf, 'asOf'), context.size);
    context.onLookups(reports);
    return toPort(number, reports[0] as SharedReport, asOf, protocol);
  },
  suitability: ({ number, ...asked }: SuitabilityArguments, context: Context) =>
    context.registry.suitability(checkPortNumber(number, String(number), 'number'), {
      seesObserved: seesObserved(context),
      protocol: asked.protocol ?? null,
      environment: parseName(asked.environment, 'environment'),
    }),
  pool: ({ name }: PoolArguments, { registry }: Context) => nullWhenNotFound(() => registry.pool(name)),
  pools: (_arguments: unknown, { registry }: Context) => registry.pools(),
  ranges: () => PORT_RANGES,
  ephemeralRanges: (_arguments: unknown, { registry }: Context) => registry.ephemeralRanges(),
  registry: (_arguments: unknown, { registry }: Context) => registry.info(),
  assignments: ({ filter, ...asked }: AssignmentsArguments, { registry }: Context) => {
    const request = parsePageArguments(asked, DEFAULT_PAGE);
    return toConnection(registry.assignments({ ...ANY_ASSIGNMENT, ...checkFilter(filter) }, request), request);
  },
  associations: ({ filter, sort, ...asked }: AssociationsArguments, { registry }: Context) => {
    const request = parsePageArguments(asked, DEFAULT_PAGE);
    const order = parseUseOrder(sort ?? 'port');
    return toConnection(registry.associations({ ...ANY_ASSOCIATION, ...checkFilter(filter) }, request, order), request);
  },
  conflicts: ({ filter, ...asked }: ConflictsArguments, { registry }: Context) => {
    const request = parsePageArguments(asked, DEFAULT_PAGE);
    return toConnection(registry.conflicts({ ...ANY_CONFLICT, ...filter }, request), request);
  },
  warnings: ({ input, id = null }: WarningsArguments, { registry }: Context) =>
    registry.warnings({ ...parseOwnEntry(input), id }),
  allowedPorts: ({ filter, sort, ...asked }: AllowedPortsArguments, { registry }: Context) => {
    const request = parsePageArguments(asked, DEFAULT_PAGE);
    const order = parseUseOrder(sort ?? 'port');
    return toConnection(registry.allowedPorts({ ...ANY_OWN_ENTRY, ...filter }, request, order), request);
  },
  dueEntries: ({ days, filter, ...asked }: DueEntriesArguments, { registry, markCacheable }: Context) => {
    // It depends on the current day.
    markCacheable(false);
    const request = parsePageArguments(asked, DEFAULT_PAGE);
    const until = dayIn(parseWholeNumber(String(days), 'days', 0, DUE_DAYS.largest));
    return toConnection(registry.dueEntries(until, { ...ANY_OWN_ENTRY, ...filter }, request), request);
  },
  suggestions: (conditions: SuggestionConditions, context: Context) => {
    const { registry, markCacheable } = context;
    if (registry.hasQuarantine()) markCacheable(false);
    return registry.suggestions({ ...parseSuggestionConditions(conditions), seesObserved: seesObserved(context) });
  },
  association: ({ id }: AssociationArguments, { registry }: Context) =>
    nullWhenNotFound(() => registry.association(id)),
  snapshots: (asked: ConnectionArguments, { registry }: Context) => {
    const request = parsePageArguments(asked, DEFAULT_PAGE);
    return toConnection(registry.snapshots(request), request);
  },
  changes: ({ filter, ...asked }: ChangesArguments, { registry }: Context) => {
    const request = parsePageArguments(asked, DEFAULT_PAGE);
    const days = {
      since: parseOptionalDay(filter?.since, 'filter.since'),
      until: parseOptionalDay(filter?.until, 'filter.until'),
    };
    const page = registry.changes({ ...ANY_CHANGE, ...checkFilter(filter), ...days }, request);
    const { firstSnapshot, lastSnapshot } = page;
    return { ...toConnection(page, request), firstSnapshot, lastSnapshot };
  },
};

/** Steps of work that all answers of a resolver share. */
const PREPARATIONS: {
  readonly [Name in keyof typeof QUESTIONS]?: (registry: Context['registry'], context: Context) => boolean;
} = {
  suggestions: (registry, context) => registry.prepareSuggestions(seesObserved(context)),
  conflicts: (registry) => registry.prepareConflicts(),
  warnings: (registry) => registry.prepareConflicts(),
};

/** The resolvers of `Query`. */
export const QUERY = {
  ...inSteps(QUESTIONS, PREPARATIONS),
  ...OBSERVED_QUERY,
  ...AUDIT_QUERY,
  service: (_root: unknown, { name, asOf }: ServiceArguments, { registry, work }: Context) =>
    work
      .runAlone((run) => runInSteps(registry.service(name, parseOptionalDay(asOf, 'asOf')), run))
      .catch(nullForUnknown),
  ownChanges: async (_root: unknown, { filter, ...asked }: OwnChangesArguments, { registry, work }: Context) => {
    const request = parsePageArguments(asked, DEFAULT_PAGE);
    const { since = null, ...others } = checkFilter(filter) ?? {};
    const selected = { ...ANY_OWN_CHANGE, ...others, since: since === null ? null : parseTime(since, 'since') };
    const { count, results } = await runInSteps(registry.ownChanges(selected, request), work.run);
    const changes = await runInSteps(mapInSteps(results, toEntryChange), work.run);
    return toConnection({ count, results: changes }, request);
  },
  search: async (_root: unknown, asked: SearchArguments, { registry, work }: Context) => {
    await prepareInSteps(registry, () => registry.prepareSearch(), work.run);
    const request = parsePageArguments(asked, 20);
    const filter = {
      origin: asked.origin ?? null,
      protocol: asked.protocol ?? null,
      range: asked.range ?? null,
      state: asked.state ?? null,
      category: asked.category ?? null,
    };
    const question = [searchTextOf(asked), filter, request, asked.literal === true] as const;
    await runInSteps(registry.findResults(...question), work.run);
    const page = await work.run(() => registry.search(...question));
    const { corrected, detail, suggestions, retired } = page;
    return { ...toConnection(page, request), corrected, detail, suggestions, retired };
  },
  ports: async (_root: unknown, { numbers, protocol, asOf }: PortsArguments, context: Context) => {
    const queries = checkCount(numbers).map((number) => {
      checkPortNumber(number, String(number), 'numbers');
      return { firstPort: number, lastPort: number, protocol: protocol ?? null };
    });
    const { registry, work } = context;
    const shared = await sharedReportsInSteps(
      registry,
      queries,
      parseOptionalDay(asOf, 'asOf'),
      work.run,
      context.size,
    );
    context.onLookups(shared);
    const ports = numbers.map((number, index) => toPort(number, shared[index] as SharedReport, asOf, protocol));
    return inTurns(ports, work, (_port, index) => sizeOf(shared[index] as SharedReport));
  },
};

/** Runs a resolver as a step of the request's work, so that other requests get turns between the fields of a document. */
function inSteps(
  questions: Readonly<Record<string, Answer<never>>>,
  preparations: Readonly<Record<string, (registry: Context['registry'], context: Context) => boolean>>,
) {
  return Object.fromEntries(
    Object.entries(questions).map(([name, answer]) => {
      const resolve = (_root: unknown, arguments_: unknown, context: Context) =>
        context.work.run(() => answer(arguments_ as never, context));
      const prepare = preparations[name];
      if (prepare === undefined) return [name, resolve];
      const resolvePrepared: typeof resolve = async (root, arguments_, context) => {
        const { registry, work } = context;
        await prepareInSteps(registry, () => prepare(registry, context), work.run);
        return resolve(root, arguments_, context);
      };
      return [name, resolvePrepared];
    }),
  );
}

function sizeOf({ assignments, associations }: SharedReport): number {
  return Math.max(1, (assignments.length + associations.length) * ROW_SIZE);
}

function nullWhenNotFound<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch (error) {
    return nullForUnknown(error);
  }
}

/** Returns null for the error of an unknown name, and throws any other one, such as that of an unknown day. */
function nullForUnknown(error: unknown): null {
  if (error instanceof RegistryError && error.code === 'not_found' && error.parameter === undefined) return null;
  throw error;
}
