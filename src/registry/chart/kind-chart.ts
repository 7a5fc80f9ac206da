import { WIDEST_EXPANDED_RANGE } from '../report/port-name.ts';
import type { PortState, PortStates } from '../report/port-state.ts';
import { ASSIGNMENT_STATES, precedence, type StateRow } from '../rows/assignment.ts';
import type { Association } from '../rows/association.ts';
import { PORT_COUNT } from '../values/port-number.ts';
import { PORT_RANGES, type PortSpan, spanWidth } from '../values/port-range.ts';
import { TRANSPORT_PROTOCOLS } from '../values/transport-protocol.ts';
import { OFFICIAL_KINDS, officialKind, PORT_MARKS } from './port-kind.ts';

/** What is known of all ports, as far as the chart shows it; in any order. */
export interface ChartFacts {
  readonly assignments: readonly (StateRow & PortSpan)[];
  readonly associations: readonly (PortSpan & Pick<Association, 'origin'>)[];
  /** The ports to which browsers do not connect. */
  readonly blockedPorts: readonly number[];
}

/** A byte for each port, 0 to 65535: the place of its official kind in `OFFICIAL_KINDS`, and the bits of `PORT_MARKS`. */
export type KindChart = Uint8Array;

/** All states, by the number that stands for each below. */
const STATES: readonly PortState[] = [...ASSIGNMENT_STATES, 'dynamic', 'unlisted'];
/** How many bits such a number takes. */
const WIDTH = 3;
/** The bits of one protocol, lowest first in the order of the protocols. */
const ONE = (1 << WIDTH) - 1;
/** Has the lowest bit of each protocol set: times a state it is that state for all of them. */
const EACH = TRANSPORT_PROTOCOLS.reduce((bits, _, place) => bits | (1 << (place * WIDTH)), 0);

/**
 * Tells of each of the 65,536 ports what it is. It says what the ports' reports say.
 *
 * @param facts - All that is known.
 */
export function drawKinds(facts: ChartFacts): KindChart {
  const kinds = kindsOf(paintStates(facts.assignments));
  for (const use of facts.associations) mark(kinds, use, PORT_MARKS[markOf(use)]);
  for (const port of facts.blockedPorts) mark(kinds, { firstPort: port, lastPort: port }, PORT_MARKS.blocked);
  return kinds;
}

/** For each port the states of its protocols, three bits each: the row that decides is painted over the others. */
function paintStates(rows: ChartFacts['assignments']): Uint16Array {
  const painted = new Uint16Array(PORT_COUNT);
  for (const { name, firstPort, lastPort } of PORT_RANGES) {
    const state: PortState = name === 'dynamic' ? 'dynamic' : 'unlisted';
    painted.fill(EACH * STATES.indexOf(state), firstPort, lastPort + 1);
  }
  const layers = [...Map.groupBy(rows, precedence)].sort(([a], [b]) => b - a);
  for (const [, layer] of layers) for (const row of layer) paintRow(painted, row);
  return painted;
}

function paintRow(painted: Uint16Array, { protocol, state, firstPort, lastPort }: StateRow & PortSpan): void {
  const mask = protocol === null ? EACH * ONE : ONE << (TRANSPORT_PROTOCOLS.indexOf(protocol) * WIDTH);
  const ink = mask & (EACH * STATES.indexOf(state));
  for (let port = firstPort; port <= lastPort; port++) painted[port] = ((painted[port] ?? 0) & ~mask) | ink;
}

/** Ports share some dozens of combinations of states: each is put into a word once. */
function kindsOf(painted: Uint16Array): KindChart {
  const known = new Int8Array(1 << (TRANSPORT_PROTOCOLS.length * WIDTH)).fill(-1);
  const kinds = new Uint8Array(PORT_COUNT);
  for (let port = 0; port < PORT_COUNT; port++) {
    const states = painted[port] ?? 0;
    if (known[states] === -1) known[states] = OFFICIAL_KINDS.indexOf(officialKind(unpack(states)));
    kinds[port] = known[states] ?? 0;
  }
  return kinds;
}

function unpack(states: number): PortStates {
  const entries = TRANSPORT_PROTOCOLS.map((protocol, place) => [protocol, STATES[(states >> (place * WIDTH)) & ONE]]);
  return Object.fromEntries(entries) as PortStates;
}

function markOf(use: ChartFacts['associations'][number]): keyof typeof PORT_MARKS {
  if (use.origin === 'own') return 'own';
  return spanWidth(use) < WIDEST_EXPANDED_RANGE ? 'informal' : 'wide-informal';
}

function mark(kinds: KindChart, { firstPort, lastPort }: PortSpan, bit: number): void {
  for (let port = firstPort; port <= lastPort; port++) kinds[port] = (kinds[port] ?? 0) | bit;
}
