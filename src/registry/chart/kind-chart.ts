import { WIDEST_EXPANDED_RANGE } from '../report/port-name.ts';
import type { PortState, PortStates } from '../report/port-state.ts';
import { ASSIGNMENT_STATES, precedence, type StateRow } from '../rows/assignment.ts';
import { PORT_COUNT } from '../values/port-number.ts';
import { coveredPorts, PORT_RANGES, type PortSpan, spanWidth } from '../values/port-range.ts';
import { TRANSPORT_PROTOCOLS } from '../values/transport-protocol.ts';
import { OFFICIAL_KINDS, officialKind, PORT_MARKS } from './port-kind.ts';

/** The lists that the chart depends on, in any order. */
export interface ChartFacts {
  readonly assignments: readonly (StateRow & PortSpan)[];
  readonly informalUses: readonly PortSpan[];
  /** The ports to which browsers do not connect. */
  readonly blockedPorts: readonly number[];
}

/**
 * One byte for each port, 0 to 65535: the index of its official kind in `OFFICIAL_KINDS`, and the bits of `PORT_MARKS`.
 */
export type KindChart = Uint8Array;

/** All states; the index is the number of a state in the bit fields below. */
const STATES: readonly PortState[] = [...ASSIGNMENT_STATES, 'dynamic', 'unlisted'];
/** The width of a state's number, in bits. */
const STATE_BITS = 3;
/** The bitmask of one state. The bit fields are in the order of the protocols, the lowest first. */
const STATE_MASK = (1 << STATE_BITS) - 1;
/** 0b001_001_001_001: multiplied by a state, it sets that state for all protocols. */
const ALL_PROTOCOLS = TRANSPORT_PROTOCOLS.reduce((bits, _, place) => bits | (1 << (place * STATE_BITS)), 0);

/**
 * Computes the kind of each of the 65,536 ports without own entries. It agrees with the reports of the ports.
 *
 * @param facts - The rows.
 */
export function computeKindChart(facts: ChartFacts): KindChart {
  const kinds = kindsOf(packStates(facts.assignments));
  for (const use of facts.informalUses) mark(kinds, use, PORT_MARKS[markOf(use)]);
  for (const port of facts.blockedPorts) mark(kinds, { firstPort: port, lastPort: port }, PORT_MARKS.blocked);
  return kinds;
}

/**
 * Adds own entries to a chart.
 *
 * @param chart - The chart of the lists; it does not change.
 * @param ownSpans - The ports of the own entries.
 */
export function withOwnEntries(chart: KindChart, ownSpans: readonly PortSpan[]): KindChart {
  const own = coveredPorts(ownSpans);
  return chart.map((kind, port) => (own[port] === 1 ? kind | PORT_MARKS.own : kind));
}

/** Returns the states of the protocols of each port, 3 bits each. The deciding row of a port is written last. */
function packStates(rows: ChartFacts['assignments']): Uint16Array {
  const packed = new Uint16Array(PORT_COUNT);
  for (const { name, firstPort, lastPort } of PORT_RANGES) {
    const state: PortState = name === 'dynamic' ? 'dynamic' : 'unlisted';
    packed.fill(ALL_PROTOCOLS * STATES.indexOf(state), firstPort, lastPort + 1);
  }
  const byPrecedence = [...Map.groupBy(rows, precedence)].sort(([a], [b]) => b - a);
  for (const [, group] of byPrecedence) for (const row of group) packRow(packed, row);
  return packed;
}

function packRow(packed: Uint16Array, { protocol, state, firstPort, lastPort }: StateRow & PortSpan): void {
  const mask =
    protocol === null ? ALL_PROTOCOLS * STATE_MASK : STATE_MASK << (TRANSPORT_PROTOCOLS.indexOf(protocol) * STATE_BITS);
  const bits = mask & (ALL_PROTOCOLS * STATES.indexOf(state));
  for (let port = firstPort; port <= lastPort; port++) packed[port] = ((packed[port] ?? 0) & ~mask) | bits;
}

/** Returns the kinds. Each combination of states is computed once: ports have only some dozens of them. */
function kindsOf(packed: Uint16Array): KindChart {
  const cache = new Int8Array(1 << (TRANSPORT_PROTOCOLS.length * STATE_BITS)).fill(-1);
  const kinds = new Uint8Array(PORT_COUNT);
  for (let port = 0; port < PORT_COUNT; port++) {
    const states = packed[port] ?? 0;
    if (cache[states] === -1) cache[states] = OFFICIAL_KINDS.indexOf(officialKind(unpack(states)));
    kinds[port] = cache[states] ?? 0;
  }
  return kinds;
}

function unpack(states: number): PortStates {
  const entries = TRANSPORT_PROTOCOLS.map((protocol, place) => [
    protocol,
    STATES[(states >> (place * STATE_BITS)) & STATE_MASK],
  ]);
  return Object.fromEntries(entries) as PortStates;
}

function markOf(use: PortSpan): keyof typeof PORT_MARKS {
  return spanWidth(use) < WIDEST_EXPANDED_RANGE ? 'informal' : 'wide-informal';
}

function mark(kinds: KindChart, { firstPort, lastPort }: PortSpan, bit: number): void {
  for (let port = firstPort; port <= lastPort; port++) kinds[port] = (kinds[port] ?? 0) | bit;
}
