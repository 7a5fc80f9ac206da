import { AVOID_OPTIONS, SUGGESTION_ORDERS } from '../registry/advice/advice-question.ts';
import { parsePool, parsePoolPatch } from '../registry/advice/pool.ts';
import { parseReservation } from '../registry/advice/reservation.ts';
import { VERDICTS } from '../registry/advice/suitability.ts';
import { REASON_CODES, SEVERITIES } from '../registry/advice/suitability-rule.ts';
import { AUDIT_ACTIONS, AUDIT_KINDS } from '../registry/audit.ts';
import type { RegistryInfo } from '../registry/catalogue.ts';
import { CONFLICT_KINDS } from '../registry/conflicts/conflict.ts';
import { CHANGE_KINDS } from '../registry/history/history.ts';
import { DRIFT_KINDS } from '../registry/observed/drift.ts';
import { OBSERVATION_STATES } from '../registry/observed/observation.ts';
import { ADDRESS_SCOPES, SNAPSHOT_SOURCES } from '../registry/observed/snapshot.ts';
import { parseOwnEntry, parseOwnPatch } from '../registry/own/own-entry.ts';
import { ASSIGNMENT_STATES, type Assignment } from '../registry/rows/assignment.ts';
import { type Association, CATEGORIES, CONFIDENCES, ENTRY_STATUSES, ORIGINS } from '../registry/rows/association.ts';
import type { SearchResult } from '../registry/search/search-result.ts';
import { PORT_RANGES } from '../registry/values/port-range.ts';
import { TRANSPORT_PROTOCOLS } from '../registry/values/transport-protocol.ts';
import type { ChangeArguments, PoolArguments, WriteArguments } from './arguments.ts';
import type { Context } from './context.ts';
import { QUERY } from './questions.ts';

/** The resolvers of the schema. */
export const resolvers = {
  Query: QUERY,
  Mutation: {
    reservePort: async (_root: unknown, { input, strict }: WriteArguments, { own, authorize }: Context) => {
      const by = authorize('write');
      return (await own.reserve(parseReservation(input), strict === true, by)).entry;
    },
    createAssociation: async (
      _root: unknown,
      { input, strict, adopt }: WriteArguments & { readonly adopt?: boolean | null },
      { own, authorize }: Context,
    ) => {
      const by = authorize('write');
      const entries = [parseOwnEntry(input)];
      const [created] = await (adopt
        ? own.adopt(entries, strict === true, by)
        : own.create(entries, strict === true, by));
      return created;
    },
    updateAssociation: (
      _root: unknown,
      { id, revision, input, strict }: ChangeArguments & WriteArguments,
      { own, authorize }: Context,
    ) => {
      const by = authorize('write');
      return own.update(id, parseOwnPatch(input), revision, strict === true, by);
    },
    deleteAssociation: (_root: unknown, { id, revision }: ChangeArguments, { own, authorize }: Context) => {
      const by = authorize('write');
      return own.remove(id, revision, by);
    },
    approveAssociation: (_root: unknown, { id, revision }: ChangeArguments, { own, authorize }: Context) => {
      const by = authorize('admin');
      return own.approve(id, true, revision, by);
    },
    withdrawApproval: (_root: unknown, { id, revision }: ChangeArguments, { own, authorize }: Context) => {
      const by = authorize('admin');
      return own.approve(id, false, revision, by);
    },
    createPool: (_root: unknown, { input }: { readonly input: unknown }, { own, authorize }: Context) => {
      const by = authorize('admin');
      return own.createPool(parsePool(input), by);
    },
    updatePool: (
      _root: unknown,
      { name, input }: PoolArguments & { readonly input: unknown },
      { own, authorize }: Context,
    ) => {
      const by = authorize('admin');
      return own.updatePool(name, parsePoolPatch(input), by);
    },
    deletePool: (_root: unknown, { name }: PoolArguments, { own, authorize }: Context) => {
      const by = authorize('admin');
      return own.deletePool(name, by);
    },
  },
  Registry: {
    // It contains the age of the last update.
    update: notCacheable(({ update }: RegistryInfo) => update),
  },
  UpdateResult: enumValues(['changed', 'unchanged', 'failed']),
  SearchRow: { __resolveType: (row: Assignment | Association) => ('id' in row ? 'Association' : 'Assignment') },
  SearchResult: {
    __resolveType: ({ kind }: SearchResult) => (kind === 'assignment' ? 'AssignmentResult' : 'AssociationResult'),
  },
  SearchKind: enumValues(['assignment', 'association']),
  PortRangeName: enumValues(PORT_RANGES.map(({ name }) => name)),
  TransportProtocol: enumValues(TRANSPORT_PROTOCOLS),
  AssignmentState: enumValues(ASSIGNMENT_STATES),
  PortState: enumValues([...ASSIGNMENT_STATES, 'dynamic', 'unlisted']),
  Origin: enumValues(ORIGINS),
  Category: enumValues(CATEGORIES),
  Confidence: enumValues(CONFIDENCES),
  EntryStatus: enumValues(ENTRY_STATUSES),
  ChangeKind: enumValues(CHANGE_KINDS),
  AuditAction: enumValues(AUDIT_ACTIONS),
  AuditKind: enumValues(AUDIT_KINDS),
  ConflictKind: enumValues(CONFLICT_KINDS),
  SnapshotSource: enumValues(SNAPSHOT_SOURCES),
  AddressScope: enumValues(ADDRESS_SCOPES),
  ObservationState: enumValues(OBSERVATION_STATES),
  DriftKind: enumValues(DRIFT_KINDS),
  Severity: enumValues(SEVERITIES),
  Verdict: enumValues(VERDICTS),
  ReasonCode: enumValues(REASON_CODES),
  SuggestionOrder: enumValues(SUGGESTION_ORDERS),
  Avoidable: enumValues(AVOID_OPTIONS),
};

/** Marks a field whose value is time-dependent: a response with it is not cached. */
function notCacheable<Parent, Value>(resolve: (parent: Parent) => Value) {
  return (parent: Parent, _arguments: unknown, { markCacheable }: Context): Value => {
    markCacheable(false);
    return resolve(parent);
  };
}

/** Returns the words of the domain by the names of enum values: capitals, and `_` for `-`. */
function enumValues(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(words.map((word) => [word.toUpperCase().replaceAll('-', '_'), word]));
}
