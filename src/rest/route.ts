import type { PoolReport } from '../registry/advice/pool.ts';
import type { SuggestionList } from '../registry/advice/suggestions.ts';
import type { Suitability } from '../registry/advice/suitability.ts';
import type { AuditEvent, AuditRow } from '../registry/audit.ts';
import type { RegistryInfo } from '../registry/catalogue.ts';
import type { Conflict } from '../registry/conflicts/conflict.ts';
import type { HistoryRange, RegistryChange, Snapshot } from '../registry/history/history.ts';
import type { Drift } from '../registry/observed/drift.ts';
import type { Observation } from '../registry/observed/observation.ts';
import type { ObservedPort } from '../registry/observed/observed-port.ts';
import type { EntryChange } from '../registry/own/own-change.ts';
import type { Scope } from '../registry/own/token.ts';
import type { Service } from '../registry/port-lookup.ts';
import type { Registry } from '../registry/registry.ts';
import type { SharedReport } from '../registry/report/port-report.ts';
import type { Assignment } from '../registry/rows/assignment.ts';
import type { Association } from '../registry/rows/association.ts';
import type { EphemeralRange } from '../registry/rows/ephemeral-range.ts';
import type { SearchPage, SearchResult } from '../registry/search/search-result.ts';
import type { Page } from '../registry/values/page.ts';
import type { PortRange } from '../registry/values/port-range.ts';
import type { RunStep } from '../registry/values/run-step.ts';
import type { TransportProtocol } from '../registry/values/transport-protocol.ts';
import type { List } from './list.ts';
import type { Query } from './query.ts';

/** A request for a resource: path and query are checked; it has nothing else of HTTP. */
export interface ResourceRequest {
  /** The path of the request, still encoded, from the root of the server that the client sees. */
  readonly path: string;
  /** The named parts of the path, decoded. */
  readonly parts: Readonly<Record<string, string | undefined>>;
  readonly query: Query;
  /** True for a feed: it has the newest results. */
  readonly isFeed?: boolean;
  /** True if the token of the request may read what hosts have reported. */
  readonly maySeeObserved?: boolean;
}

/** The report of a port, for a protocol, with the part that ports with the same rows share. */
export interface PortAnswer {
  readonly number: number;
  readonly protocol: TransportProtocol | null;
  readonly shared: SharedReport;
  /** The observed use, for a reader who may see it. */
  readonly observed?: ObservedPort;
}

/** A page of search results, with the nearest names if nothing was found. */
export interface SearchList extends List<SearchResult>, Omit<SearchPage, keyof Page<SearchResult>> {}

/** A page of changes, with the first and the last day of the history. */
export interface ChangeList extends List<RegistryChange>, HistoryRange {}

/** A page of the audit log, with the head of the hash chain. */
export interface AuditList extends List<AuditRow> {
  /** The hash of the last row of the whole audit log; null before the first write. */
  readonly head: string | null;
}

/** A page of the events of the audit log, with the head of the hash chain. */
export interface AuditEventList extends List<AuditEvent> {
  /** The hash of the last row of the whole audit log; null before the first write. */
  readonly head: string | null;
}

/** A page of allowed ports, with the hash of the last row of the audit log; null before the first write. */
export interface AllowedPorts extends List<Association> {
  readonly auditHead: string | null;
}

/** The resources of the REST API by kind, before they are rendered. */
export interface Answers {
  readonly port: PortAnswer;
  readonly ports: List<PortAnswer>;
  readonly service: Service;
  readonly suitability: Suitability;
  readonly suggestions: SuggestionList;
  readonly ranges: List<PortRange>;
  readonly 'ephemeral-ranges': List<EphemeralRange>;
  readonly registry: RegistryInfo;
  readonly snapshots: List<Snapshot>;
  readonly changes: ChangeList;
  readonly search: SearchList;
  readonly assignments: List<Assignment>;
  readonly associations: List<Association>;
  readonly association: Association;
  readonly 'allowed-ports': AllowedPorts;
  readonly due: List<Association>;
  readonly audit: AuditList;
  readonly 'audit-events': AuditEventList;
  readonly conflicts: List<Conflict>;
  readonly pools: List<PoolReport>;
  readonly pool: PoolReport;
  readonly observations: List<Observation>;
  readonly drift: List<Drift>;
  readonly 'own-changes': List<EntryChange>;
}

/** A handler of requests for one kind of resource, in steps. */
export type Handler<Kind extends keyof Answers> = (
  registry: Registry,
  question: ResourceRequest,
  run: RunStep,
) => Promise<Answers[Kind]>;

/** Runs one step of work before an answer, and returns true if none is left. */
export type PrepareStep = () => boolean;

/** A route of a resource that can be read. */
export interface Route<Kind extends keyof Answers = keyof Answers> {
  /** The path, in Express' notation. */
  readonly path: string;
  readonly kind: Kind;
  /** The query parameters of the route, in addition to `format` and `wide`. */
  readonly parameters: readonly string[];
  readonly answer: Handler<Kind>;
  /** The same in one step; null for a route whose answers take several. */
  readonly answerInOneStep: ((registry: Registry, question: ResourceRequest) => Answers[Kind]) | null;
  /** Returns the steps of work before the answer, whose results are cached; null for a route without such work. */
  readonly prepare: ((registry: Registry, question: ResourceRequest) => PrepareStep) | null;
  /** Counts the ports of the answer, or other work in ports: the length of a list of ports, 1 for most others. */
  readonly countPorts: (question: ResourceRequest) => number;
  /** The required scope of the token; null for none. */
  readonly scope: Scope | null;
  /** True if the answer has more for a token that may read what hosts have reported. */
  readonly showsObserved: boolean;
  /** Returns false where an answer depends on the time or the client's rights, and not on the registry and the question alone. */
  readonly isCacheable: (registry: Registry) => boolean;
}
