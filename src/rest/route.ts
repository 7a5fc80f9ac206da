import type { PoolReport } from '../registry/advice/pool.ts';
import type { SuggestionList } from '../registry/advice/suggestions.ts';
import type { Suitability } from '../registry/advice/suitability.ts';
import type { AuditRow } from '../registry/audit.ts';
import type { HistoryReach, RegistryChange, Snapshot } from '../registry/history/history.ts';
import type { Scope } from '../registry/own/token.ts';
import type { Registry, RegistryInfo, Service } from '../registry/registry.ts';
import type { SharedReport } from '../registry/report/port-report.ts';
import type { SearchResult } from '../registry/report/search.ts';
import type { Assignment } from '../registry/rows/assignment.ts';
import type { Association } from '../registry/rows/association.ts';
import type { EphemeralRange } from '../registry/rows/ephemeral-range.ts';
import type { PortRange } from '../registry/values/port-range.ts';
import type { RunStep } from '../registry/values/run-step.ts';
import type { TransportProtocol } from '../registry/values/transport-protocol.ts';
import type { List } from './list.ts';
import type { Query } from './query.ts';

/** One question as a request puts it: path and query are checked, nothing else is known of HTTP. */
export interface Question {
  /** The path that was asked, encoded as it came, from the root of the server that the client sees. */
  readonly path: string;
  /** The named parts of the path, decoded. */
  readonly parts: Readonly<Record<string, string | undefined>>;
  readonly query: Query;
}

/** A port, the protocol it was asked for, and its report: all of it that ports with the same rows share. */
export interface PortAnswer {
  readonly number: number;
  readonly protocol: TransportProtocol | null;
  readonly shared: SharedReport;
}

/** A page of search results, with the nearest spellings where nothing was found. */
export interface SearchList extends List<SearchResult> {
  readonly suggestions: readonly string[];
  /** How rows went away that once had the text for their name. */
  readonly retired: readonly RegistryChange[];
}

/** A page of changes, and between which days the history reaches. */
export interface ChangeList extends List<RegistryChange>, HistoryReach {}

/** The resources of the REST face: what each kind of answer holds, before a face renders it. */
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
  readonly audit: List<AuditRow>;
  readonly pools: List<PoolReport>;
  readonly pool: PoolReport;
}

/** Answers a question with one kind of resource, in steps. */
export type Handler<Kind extends keyof Answers> = (
  registry: Registry,
  question: Question,
  run: RunStep,
) => Promise<Answers[Kind]>;

/** A resource that can be read at an address. */
export interface Route<Kind extends keyof Answers = keyof Answers> {
  /** The address, in Express' notation. */
  readonly path: string;
  readonly kind: Kind;
  /** The query parameters it knows, beside `format`. */
  readonly parameters: readonly string[];
  readonly answer: Handler<Kind>;
  /** Counts the ports whose reports the answer holds: 1 where they are no list of the client's. */
  readonly countPorts: (question: Question) => number;
  /** What a token must allow; null where none is needed. */
  readonly scope: Scope | null;
  /** False where an answer depends on the time or the client's rights, and not on the registry and the question alone. */
  readonly cacheable: boolean;
}
