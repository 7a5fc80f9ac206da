import { type Assignment, compareAssignments, isRange, precedence, type RankedRow } from '../rows/assignment.ts';
import { type Association, compareAssociations } from '../rows/association.ts';
import type { EphemeralRange } from '../rows/ephemeral-range.ts';
import { contains, type PortSpan, spanWidth } from '../values/port-range.ts';
import { compareTexts } from '../values/text-order.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';
import type { EntryPorts } from './released-ports.ts';

/** The fields of an official row with ports that advice uses. */
export type OfficialRow = PortSpan &
  RankedRow &
  Pick<Assignment, 'description' | 'registrationDate' | 'modificationDate' | 'unauthorizedUse'>;

/** The fields of an informal or own use that advice uses. */
export type AdviceUse = Pick<
  Association,
  | 'id'
  | 'name'
  | 'usedBy'
  | 'firstPort'
  | 'lastPort'
  | 'protocols'
  | 'confidence'
  | 'prominence'
  | 'origin'
  | 'sources'
  | 'owner'
  | 'environment'
  | 'otherNames'
  | 'status'
>;

/** A pool: ranges of ports reserved for a team. */
export interface Pool {
  readonly name: string;
  /** At least one. */
  readonly spans: readonly PortSpan[];
  /** At least one. */
  readonly protocols: readonly TransportProtocol[];
  readonly owner: string | null;
}

/** The facts of the loaded lists and the settings. They change only when a list is imported. */
export interface ListFacts {
  /** The day of the IANA registry, `YYYY-MM-DD`. */
  readonly registryDate: string;
  readonly assignments: readonly OfficialRow[];
  /** Informal uses. */
  readonly informalUses: readonly AdviceUse[];
  /**
   * The ranges of all systems and versions, including own ones, in the order of their list. Answers keep that order.
   */
  readonly ephemeralRanges: readonly EphemeralRange[];
  /** The ports to which browsers do not connect. */
  readonly blockedPorts: readonly number[];
}

/** The facts of own entries and pools. They may change between two queries. */
export interface OwnFacts {
  readonly ownUses: readonly AdviceUse[];
  readonly pools: readonly Pool[];
  /** What hosts have reported; missing for a reader who may not see it. */
  readonly observedUses?: readonly ObservedUse[];
  /** Released ports that are not given again; missing for none. */
  readonly released?: readonly EntryPorts[];
}

/**
 * The input of advice, for all ports or at least for those asked for and their neighbours. The rows are in any order,
 * except for the ephemeral ranges.
 */
export interface AdviceFacts extends ListFacts, OwnFacts {}

/** The hosts of one environment that listen on a port. */
export interface ObservedUse extends PortSpan {
  readonly protocol: TransportProtocol;
  /** The environment; null for hosts without one. */
  readonly environment: string | null;
  /** The number of hosts. */
  readonly hosts: number;
}

/** The facts of one port: the input of a rule. */
export interface PortView extends Omit<AdviceFacts, 'assignments' | 'blockedPorts'> {
  readonly number: number;
  /** The deciding rows of each protocol. A rule uses all of them, never only the first. */
  readonly official: Readonly<Record<TransportProtocol, readonly OfficialRow[]>>;
  /** The rows with a report of an unauthorized use of this port. */
  readonly reported: readonly OfficialRow[];
  readonly isBlocked: boolean;
  /** The ports below and above, if the facts include them; their own `neighbours` are empty. */
  readonly neighbours: readonly PortView[];
}

/**
 * Selects the facts of one port, in the order of the input.
 *
 * @param number - A port number, 0-65535.
 * @param facts - The facts of this port and others.
 * @param neighbours - The views of the adjacent ports.
 */
export function viewPort(number: number, facts: AdviceFacts, neighbours: readonly PortView[] = []): PortView {
  const isHere = (span: PortSpan): boolean => contains(span, number);
  const rows = facts.assignments.filter(isHere);
  return {
    number,
    registryDate: facts.registryDate,
    official: {
      tcp: decidingRows(rows, 'tcp'),
      udp: decidingRows(rows, 'udp'),
      sctp: decidingRows(rows, 'sctp'),
      dccp: decidingRows(rows, 'dccp'),
    },
    reported: rows.filter((row) => reportedSpans(row).some(isHere)),
    informalUses: facts.informalUses.filter(isHere),
    ownUses: facts.ownUses.filter(isHere),
    ephemeralRanges: facts.ephemeralRanges.filter(isHere),
    isBlocked: facts.blockedPorts.includes(number),
    pools: facts.pools.filter(({ spans }) => spans.some(isHere)),
    ...(facts.observedUses !== undefined && { observedUses: facts.observedUses.filter(isHere) }),
    neighbours,
  };
}

/**
 * Finds the deciding rows of one protocol. If a named row decides: all named rows, either of the exact port or of
 * ranges. Else: all rows of the same precedence.
 *
 * @param rows - The official rows of a port.
 * @param protocol - The protocol.
 */
export function decidingRows(rows: readonly OfficialRow[], protocol: TransportProtocol): readonly OfficialRow[] {
  const here = rows.filter((row) => row.protocol === null || row.protocol === protocol);
  if (here.length < 2) return here;
  const decides = here.reduce((best, row) => (precedence(row) < precedence(best) ? row : best));
  return here.filter((row) =>
    decides.serviceName === null
      ? precedence(row) === precedence(decides)
      : row.serviceName !== null && isRange(row) === isRange(decides),
  );
}

/**
 * Sorts the facts of a port in the order of answers, so that answers do not depend on the order of the input. Ephemeral
 * ranges keep the order of their list.
 *
 * @param view - The port, from `viewPort`.
 */
export function orderView(view: PortView): PortView {
  const { tcp, udp, sctp, dccp } = view.official;
  return {
    ...view,
    official: {
      tcp: tcp.toSorted(compareAssignments),
      udp: udp.toSorted(compareAssignments),
      sctp: sctp.toSorted(compareAssignments),
      dccp: dccp.toSorted(compareAssignments),
    },
    reported: view.reported.toSorted(compareAssignments),
    informalUses: view.informalUses.toSorted(compareAssociations),
    ownUses: view.ownUses.toSorted(compareAssociations),
    pools: view.pools.toSorted((a, b) => compareTexts(a.name, b.name)),
    neighbours: view.neighbours.map(orderView),
  };
}

/** A port or a range as a separate word: not the number in RFC4146 or krb524. */
const PORTS = /(?<![\w.])(\d{1,5})(?:-(\d{1,5}))?(?!\w)/g;

/**
 * Finds the ports of a row with a report of an unauthorized use: the port of a single-port row, else the ports that the
 * report names.
 *
 * @param row - An official row.
 */
export function reportedSpans(row: OfficialRow): PortSpan[] {
  if (row.unauthorizedUse === null) return [];
  if (spanWidth(row) === 0) return [row];
  const named = [...row.unauthorizedUse.matchAll(PORTS)].map(([, first, last = first]) => ({
    firstPort: Math.max(Number(first), row.firstPort),
    lastPort: Math.min(Number(last), row.lastPort),
  }));
  return named.filter(({ firstPort, lastPort }) => firstPort <= lastPort);
}
