import type { RegistryChange } from '../history/history.ts';
import { type Assignment, type AssignmentState, compareAssignments } from '../rows/assignment.ts';
import type { Association, Category, EntryStatus, Origin } from '../rows/association.ts';
import type { Prominence } from '../rows/prominence.ts';
import type { Page } from '../values/page.ts';
import type { PortRange } from '../values/port-range.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../values/transport-protocol.ts';

/** A filter of official rows; null matches any value. */
export interface AssignmentFilter {
  /** Rows that contain this port, 0-65535. */
  readonly port: number | null;
  /** Rows that apply to this protocol. */
  readonly protocol: TransportProtocol | null;
  /** Rows of this service name, in any case. */
  readonly service: string | null;
  readonly state: AssignmentState | null;
  readonly origin: Origin | null;
  /** Rows with all these words; the last one may be a prefix of a word. */
  readonly q: string | null;
}

/** A filter of informal and own uses; null matches any value. */
export interface AssociationFilter extends Omit<AssignmentFilter, 'state'> {
  readonly category: Category | null;
  /** Own entries of exactly this owner. */
  readonly owner: string | null;
  /** Own entries of exactly this environment. */
  readonly environment: string | null;
  /** Own entries with exactly this tag. */
  readonly tag: string | null;
  /** Own entries with a port and a protocol of the pool with this name, even if other ports of the entry are outside of it. */
  readonly pool: string | null;
  /** Own entries with this status. */
  readonly status: EntryStatus | null;
}

/** A filter of search results; null matches any value. */
export interface SearchFilter {
  readonly origin: Origin | null;
  readonly protocol: TransportProtocol | null;
  /** Results with a port in this range of RFC 6335. */
  readonly range: PortRange['name'] | null;
  /** Official rows in this state, and no uses. */
  readonly state: AssignmentState | null;
  /** Uses of this category, and no official rows. */
  readonly category: Category | null;
}

/** A filter that matches every official row. */
export const ANY_ASSIGNMENT: AssignmentFilter = {
  port: null,
  protocol: null,
  service: null,
  state: null,
  origin: null,
  q: null,
};

/** A filter that matches every informal and own use. */
export const ANY_ASSOCIATION: AssociationFilter = {
  port: null,
  protocol: null,
  service: null,
  category: null,
  owner: null,
  environment: null,
  tag: null,
  pool: null,
  status: null,
  origin: null,
  q: null,
};

/** A filter that matches every row. */
export const ANY_ROW: SearchFilter = { origin: null, protocol: null, range: null, state: null, category: null };

/** The fields of results of both kinds. */
interface ResultFields {
  /** The first port, 0-65535; null for rows without a port. */
  readonly port: number | null;
  /** The last port, equal to `port` for a single port; null for rows without a port. */
  readonly lastPort: number | null;
  /** The protocols of the rows, each once; empty where a row applies to all four. */
  readonly protocols: readonly TransportProtocol[];
  readonly name: string | null;
  readonly description: string | null;
  /** The highest prominence of the rows. */
  readonly prominence: Prominence;
}

/** The official rows of one service and port. */
export interface AssignmentResult extends ResultFields {
  readonly kind: 'assignment';
  readonly origin: 'iana';
  readonly rows: readonly Assignment[];
}

/** An informal or own use, or a port that only another name leads to: that has no rows. */
export interface AssociationResult extends ResultFields {
  readonly kind: 'association';
  readonly origin: Association['origin'];
  readonly rows: readonly Association[];
}

/** One search result: a service and port, with its rows. */
export type SearchResult = AssignmentResult | AssociationResult;

/** The correction of a spelling. */
export interface Correction {
  /** The text that was searched for. */
  readonly from: string;
  /** The text that the results are for. */
  readonly to: string;
}

/** How many results are found, before they are read. */
export interface FoundCount {
  /** The number of results of the whole list. */
  readonly count: number;
  /** How well the best result matches; null for no results. */
  readonly best: BestMatch | null;
}

/** Found results, without what the history and the spellings add. */
export interface FoundResults extends Page<SearchResult>, FoundCount {}

/** The best match of a search. */
export interface BestMatch {
  /** True if the text is a name, or the port of the result. */
  readonly isExact: boolean;
  /** True if the match is in a name. */
  readonly isName: boolean;
  readonly prominence: Prominence;
}

/** A page of search results, best first. */
export interface SearchPage extends Page<SearchResult> {
  /** The corrected spelling that the results are for; null if the text was searched for as it is. */
  readonly corrected: Correction | null;
  /** Why the text finds nothing, such as a port above 65535, or that it is a former name; null for any other text. */
  readonly detail: string | null;
  /** The nearest names, if nothing was found. */
  readonly suggestions: readonly string[];
  /** Changes that removed the text as a name, the latest first; only on the first page. */
  readonly retired: readonly RegistryChange[];
}

/** The ports of a result, which may be one port of a wider row, and the name of a result without rows. */
export interface ResultPlace {
  readonly firstPort: number | null;
  readonly lastPort: number | null;
  readonly name: string | null;
  readonly protocols: readonly TransportProtocol[];
}

/**
 * Converts the official rows of one service and port to a search result.
 *
 * @param rows - The rows, at least one.
 * @param place - The ports of the result.
 */
export function assignmentResult(rows: readonly Assignment[], { firstPort, lastPort }: ResultPlace): AssignmentResult {
  const sorted = rows.toSorted(compareAssignments);
  const [first] = sorted;
  const protocols = new Set(sorted.map(({ protocol }) => protocol));
  return {
    kind: 'assignment',
    port: firstPort,
    lastPort,
    protocols: protocols.has(null) ? [] : TRANSPORT_PROTOCOLS.filter((protocol) => protocols.has(protocol)),
    name: first?.serviceName ?? null,
    description: first?.description ?? null,
    origin: 'iana',
    prominence: Math.max(...sorted.map(({ prominence }) => prominence)) as Prominence,
    rows: sorted,
  };
}

/**
 * Converts an informal or own use to a search result.
 *
 * @param row - The use; undefined for a port that only another name leads to.
 * @param place - The ports of the result.
 */
export function associationResult(row: Association | undefined, place: ResultPlace): AssociationResult {
  const { firstPort: port, lastPort } = place;
  if (row === undefined) {
    const { name, protocols } = place;
    const fields = { port, lastPort, protocols, name, description: null, origin: 'informal', prominence: 1 } as const;
    return { kind: 'association', ...fields, rows: [] };
  }
  const { protocols, name, usedBy, note, origin, prominence } = row;
  const fields = { port, lastPort, protocols, name, description: usedBy ?? note, origin, prominence };
  return { kind: 'association', ...fields, rows: [row] };
}
