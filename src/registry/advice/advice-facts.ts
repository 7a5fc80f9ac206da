import { type Assignment, compareAssignments, isRange, precedence, type RankedRow } from '../rows/assignment.ts';
import { type Association, compareAssociations } from '../rows/association.ts';
import type { EphemeralRange } from '../rows/ephemeral-range.ts';
import { contains, type PortSpan, spanWidth } from '../values/port-range.ts';
import { compareTexts } from '../values/text-order.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';

/** What advice needs to know of an official row that has ports. */
export type OfficialRow = PortSpan &
  RankedRow &
  Pick<Assignment, 'description' | 'registrationDate' | 'modificationDate' | 'unauthorizedUse'>;

/** What advice needs to know of an informal or own use. */
export type AdviceUse = Pick<
  Association,
  | 'id'
  | 'name'
  | 'usedBy'
  | 'firstPort'
  | 'lastPort'
  | 'protocols'
  | 'confidence'
  | 'origin'
  | 'sources'
  | 'owner'
  | 'environment'
>;

/** Stretches of ports that are given to a team. */
export interface Pool {
  readonly name: string;
  /** At least one. */
  readonly spans: readonly PortSpan[];
  /** At least one. */
  readonly protocols: readonly TransportProtocol[];
  readonly owner: string | null;
}

/** What the loaded lists and the settings say: it stays the same until a list is imported. */
export interface ListFacts {
  /** The day of the IANA registry, `YYYY-MM-DD`. */
  readonly registryDate: string;
  readonly assignments: readonly OfficialRow[];
  /** Informal uses. */
  readonly informalUses: readonly AdviceUse[];
  /** Of all systems and versions, the team's own among them, in the order of their list: answers keep it. */
  readonly ephemeralRanges: readonly EphemeralRange[];
  /** The ports to which browsers do not connect. */
  readonly blockedPorts: readonly number[];
}

/** What the team has said: it may be another at each question. */
export interface OwnFacts {
  readonly ownUses: readonly AdviceUse[];
  readonly pools: readonly Pool[];
}

/** What is known of ports, but for the ephemeral ranges in any order: of all of them, or at least of those that are asked about and their neighbours. */
export interface AdviceFacts extends ListFacts, OwnFacts {}

/** What is known of one port, as the rules see it. */
export interface PortView extends Omit<AdviceFacts, 'assignments' | 'blockedPorts'> {
  readonly number: number;
  /** For each protocol the rows that count; a rule decides by all of them, never by the first. */
  readonly official: Readonly<Record<TransportProtocol, readonly OfficialRow[]>>;
  /** The rows in which IANA tells of an unauthorized use of this port. */
  readonly reported: readonly OfficialRow[];
  readonly isBlocked: boolean;
  /** The ports below and above, as far as they are known; they have no neighbours themselves. */
  readonly neighbours: readonly PortView[];
}

/**
 * Picks what is known of one port, in the order in which it was read.
 *
 * @param number - A port number, 0-65535.
 * @param facts - What is known of it and of others.
 * @param neighbours - The views of the ports beside it.
 */
export function viewPort(number: number, facts: AdviceFacts, neighbours: readonly PortView[] = []): PortView {
  const isHere = (span: PortSpan): boolean => contains(span, number);
  const rows = facts.assignments.filter(isHere);
  return {
    number,
    registryDate: facts.registryDate,
    official: {
      tcp: counting(rows, 'tcp'),
      udp: counting(rows, 'udp'),
      sctp: counting(rows, 'sctp'),
      dccp: counting(rows, 'dccp'),
    },
    reported: rows.filter((row) => reportedSpans(row).some(isHere)),
    informalUses: facts.informalUses.filter(isHere),
    ownUses: facts.ownUses.filter(isHere),
    ephemeralRanges: facts.ephemeralRanges.filter(isHere),
    isBlocked: facts.blockedPorts.includes(number),
    pools: facts.pools.filter(({ spans }) => spans.some(isHere)),
    neighbours,
  };
}

/** Finds the rows of one protocol that count: with names all named rows that are as exact, else all of one standing. */
function counting(rows: readonly OfficialRow[], protocol: TransportProtocol): readonly OfficialRow[] {
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
 * Puts what is known of a port into the order of answers, so that the order in which rows were read never shows.
 * Ephemeral ranges are a list with an order of its own.
 *
 * @param view - The port as `viewPort` gives it.
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

/** A number of its own: not the one of RFC4146 or krb524. */
const PORTS = /(?<![\w.])(\d{1,5})(?:-(\d{1,5}))?(?!\w)/g;

/**
 * Finds the ports of a row of which IANA tells an unauthorized use: those that the words name, and the one port of a row
 * that has no other.
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
