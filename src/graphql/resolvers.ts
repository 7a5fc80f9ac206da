import { readName, readSuggestionConditions, type SuggestionConditions } from '../registry/advice-question.ts';
import type { AnswerSize } from '../registry/answer-size.ts';
import { ASSIGNMENT_STATES, type Assignment } from '../registry/assignment.ts';
import { type Association, CATEGORIES, CONFIDENCES, ORIGINS } from '../registry/association.ts';
import { ANY_CHANGE, CHANGE_KINDS } from '../registry/history.ts';
import { readOwnEntry, readOwnPatch } from '../registry/own-entry.ts';
import type { OwnRegistry } from '../registry/own-registry.ts';
import { DEFAULT_PAGE } from '../registry/page.ts';
import { checkPortNumber } from '../registry/port-number.ts';
import { PORT_RANGES } from '../registry/port-range.ts';
import { type PortReport, portReport, type SharedReport } from '../registry/port-report.ts';
import type { Registry, RegistryInfo } from '../registry/registry.ts';
import { RegistryError } from '../registry/registry-error.ts';
import { sharedReportsInSteps } from '../registry/report-steps.ts';
import { readReservation } from '../registry/reservation.ts';
import { ANY_ASSIGNMENT, ANY_ASSOCIATION } from '../registry/search.ts';
import { VERDICTS } from '../registry/suitability.ts';
import { REASON_CODES, SEVERITIES } from '../registry/suitability-rule.ts';
import type { Author, Scope } from '../registry/token.ts';
import { TRANSPORT_PROTOCOLS } from '../registry/transport-protocol.ts';
import {
  type AssignmentsArguments,
  type AssociationArguments,
  type AssociationsArguments,
  type ChangeArguments,
  type ChangesArguments,
  checkCount,
  checkFilter,
  type PoolArguments,
  type PortArguments,
  type PortsArguments,
  readDay,
  type SearchArguments,
  type ServiceArguments,
  type SuitabilityArguments,
} from './arguments.ts';
import { type ConnectionArguments, readConnection, toConnection } from './connection.ts';
import { inTurns, type Work } from './turns.ts';

/** What every resolver finds beside its arguments. */
export interface Context {
  readonly registry: Registry;
  readonly own: OwnRegistry;
  /** In whose steps every question is asked. */
  readonly work: Work;
  /** The size of the reports of ports in the answer. */
  readonly size: AnswerSize;
  /** Tells who asks, or throws `unauthorized` or `forbidden`. */
  readonly authorize: (scope: Scope) => Author;
  /** The id under which the server's log tells of this request. */
  readonly requestId: string;
  /** Says that the answer may be sent again to whoever asks the same. */
  readonly mayKeep: () => void;
  /** Says that the answer tells something that changes without a change of the data. */
  readonly changesByItself: () => void;
  /**
   * Counts a large request as more than 1 where requests are limited.
   *
   * @param cost - How many requests it counts in addition to 1.
   * @returns Why it is refused, in a sentence for the client; null where it is not.
   */
  readonly chargeCost: (cost: number) => Promise<string | null>;
  /** Is told of the ports that were looked up. */
  readonly onLookups: (reports: readonly PortReport[]) => void;
}

/** What a question is answered by: one call of the registry, which is one step of the request's work. */
type Answer<Arguments> = (arguments_: Arguments, context: Context) => unknown;

/** Questions that one step answers. The fields of the types are those of the domain, under the same names. */
const QUESTIONS = {
  port: ({ number, protocol, asOf }: PortArguments, context: Context) => {
    checkPortNumber(number, String(number), 'number');
    const query = { firstPort: number, lastPort: number, protocol: protocol ?? null };
    const [shared] = context.registry.sharedReports([query], readDay(asOf, 'asOf'), context.size);
    return tellOf(context, [portReport(number, shared as SharedReport)])[0];
  },
  service: ({ name, asOf }: ServiceArguments, { registry }: Context) =>
    nullWhenNotFound(() => registry.service(name, readDay(asOf, 'asOf'))),
  suitability: ({ number, ...asked }: SuitabilityArguments, { registry }: Context) =>
    registry.suitability(checkPortNumber(number, String(number), 'number'), {
      protocol: asked.protocol ?? null,
      environment: readName(asked.environment, 'environment'),
    }),
  suggestions: (conditions: SuggestionConditions, { registry }: Context) =>
    registry.suggestions(readSuggestionConditions(conditions)),
  pool: ({ name }: PoolArguments, { registry }: Context) => nullWhenNotFound(() => registry.pool(name)),
  pools: (_arguments: unknown, { registry }: Context) => registry.pools(),
  ranges: () => PORT_RANGES,
  ephemeralRanges: (_arguments: unknown, { registry }: Context) => registry.ephemeralRanges(),
  registry: (_arguments: unknown, { registry }: Context) => registry.info(),
  search: ({ text, ...asked }: SearchArguments, { registry }: Context) => {
    const request = readConnection(asked, 20);
    const filter = {
      origin: asked.origin ?? null,
      protocol: asked.protocol ?? null,
      range: asked.range ?? null,
      state: asked.state ?? null,
      category: asked.category ?? null,
    };
    const page = registry.search(text, filter, request);
    return { ...toConnection(page, request), suggestions: page.suggestions, retired: page.retired };
  },
  assignments: ({ filter, ...asked }: AssignmentsArguments, { registry }: Context) => {
    const request = readConnection(asked, DEFAULT_PAGE);
    return toConnection(registry.assignments({ ...ANY_ASSIGNMENT, ...checkFilter(filter) }, request), request);
  },
  associations: ({ filter, ...asked }: AssociationsArguments, { registry }: Context) => {
    const request = readConnection(asked, DEFAULT_PAGE);
    return toConnection(registry.associations({ ...ANY_ASSOCIATION, ...checkFilter(filter) }, request), request);
  },
  association: ({ id }: AssociationArguments, { registry }: Context) =>
    nullWhenNotFound(() => registry.association(id)),
  snapshots: (asked: ConnectionArguments, { registry }: Context) => {
    const request = readConnection(asked, DEFAULT_PAGE);
    return toConnection(registry.snapshots(request), request);
  },
  changes: ({ filter, ...asked }: ChangesArguments, { registry }: Context) => {
    const request = readConnection(asked, DEFAULT_PAGE);
    const days = {
      since: readDay(filter?.since, 'filter.since'),
      until: readDay(filter?.until, 'filter.until'),
    };
    const page = registry.changes({ ...ANY_CHANGE, ...checkFilter(filter), ...days }, request);
    const { firstSnapshot, lastSnapshot } = page;
    return { ...toConnection(page, request), firstSnapshot, lastSnapshot };
  },
};

/** The resolvers of the schema. */
export const resolvers = {
  Query: {
    ...inSteps(QUESTIONS),
    ports: async (_root: unknown, { numbers, protocol, asOf }: PortsArguments, context: Context) => {
      const queries = checkCount(numbers).map((number) => {
        checkPortNumber(number, String(number), 'numbers');
        return { firstPort: number, lastPort: number, protocol: protocol ?? null };
      });
      const { registry, work } = context;
      const shared = await sharedReportsInSteps(registry, queries, readDay(asOf, 'asOf'), work.run, context.size);
      const reports = numbers.map((number, index) => portReport(number, shared[index] as SharedReport));
      return inTurns(tellOf(context, reports), work);
    },
  },
  Mutation: {
    reservePort: (_root: unknown, { input }: { readonly input: unknown }, { own, authorize }: Context) => {
      const by = authorize('write');
      return own.reserve(readReservation(input), by);
    },
    createAssociation: async (_root: unknown, { input }: { readonly input: unknown }, { own, authorize }: Context) => {
      const by = authorize('write');
      const [created] = await own.create([readOwnEntry(input)], by);
      return created;
    },
    updateAssociation: (
      _root: unknown,
      { id, revision, input }: ChangeArguments & { readonly input: unknown },
      { own, authorize }: Context,
    ) => {
      const by = authorize('write');
      return own.update(id, readOwnPatch(input), revision, by);
    },
    deleteAssociation: (_root: unknown, { id, revision }: ChangeArguments, { own, authorize }: Context) => {
      const by = authorize('write');
      return own.remove(id, revision, by);
    },
  },
  Registry: {
    update: ({ update }: RegistryInfo, _arguments: unknown, { changesByItself }: Context) => {
      changesByItself();
      return update;
    },
  },
  UpdateResult: enumValues(['changed', 'unchanged', 'failed']),
  SearchRow: { __resolveType: (row: Assignment | Association) => ('id' in row ? 'Association' : 'Assignment') },
  SearchKind: enumValues(['assignment', 'association']),
  PortRangeName: enumValues(PORT_RANGES.map(({ name }) => name)),
  TransportProtocol: enumValues(TRANSPORT_PROTOCOLS),
  AssignmentState: enumValues(ASSIGNMENT_STATES),
  PortState: enumValues([...ASSIGNMENT_STATES, 'dynamic', 'unlisted']),
  Origin: enumValues(ORIGINS),
  Category: enumValues(CATEGORIES),
  Confidence: enumValues(CONFIDENCES),
  ChangeKind: enumValues(CHANGE_KINDS),
  Severity: enumValues(SEVERITIES),
  Verdict: enumValues(VERDICTS),
  ReasonCode: enumValues(REASON_CODES),
};

/** Makes each question a step of the request's work: other requests get turns between the fields of a document. */
function inSteps(questions: Readonly<Record<string, Answer<never>>>) {
  const resolve = (answer: Answer<never>) => (_root: unknown, arguments_: unknown, context: Context) =>
    context.work.run(() => answer(arguments_ as never, context));
  return Object.fromEntries(Object.entries(questions).map(([name, answer]) => [name, resolve(answer)]));
}

function tellOf({ onLookups }: Context, reports: readonly PortReport[]): readonly PortReport[] {
  onLookups(reports);
  return reports;
}

/** GraphQL's names of the domain's words: capital letters, `_` for `-`. */
function enumValues(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(words.map((word) => [word.toUpperCase().replaceAll('-', '_'), word]));
}

/** A day of which nothing is known is another matter than a name that nobody had. */
function nullWhenNotFound<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'not_found' && error.parameter === undefined) return null;
    throw error;
  }
}
