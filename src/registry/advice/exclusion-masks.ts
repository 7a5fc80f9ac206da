import { PORT_COUNT } from '../values/port-number.ts';
import { PORT_RANGES, type PortSpan } from '../values/port-range.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../values/transport-protocol.ts';
import {
  type AdviceFacts,
  type ListFacts,
  type OwnFacts,
  type PortView,
  reportedSpans,
  viewPort,
} from './advice-facts.ts';
import { type AdviceQuestion, AVOID_OPTIONS, type AvoidOption } from './advice-question.ts';
import { RULES } from './suitability.ts';
import { type FactKind, REASON_CODES, type ReasonCode, type Rule } from './suitability-rule.ts';

/** What can rule a port out: something that was to be avoided, or else the code of a reason. */
export const EXCLUSION_REASONS = [...AVOID_OPTIONS, ...REASON_CODES] as const;
/** One of them. */
export type ExclusionReason = AvoidOption | ReasonCode;

/** For each port the hindrances, a bit each, in the order of `EXCLUSION_REASONS`. */
export type ExclusionMask = Uint32Array;

/** What the loaded lists have against each of the 65,536 ports, for each protocol that can be asked about. */
export type ExclusionMasks = ReadonlyMap<TransportProtocol | null, ExclusionMask>;

const NO_FACTS: AdviceFacts = {
  registryDate: '',
  assignments: [],
  informalUses: [],
  ephemeralRanges: [],
  blockedPorts: [],
  ownUses: [],
  pools: [],
};

/** The kinds of facts, with the stretches at whose ends something changes. Neighbours never weigh more than `info`. */
const SPANS: Readonly<Record<PaintedKind, (facts: AdviceFacts) => readonly PortSpan[]>> = {
  number: () => PORT_RANGES,
  assignments: ({ assignments }) => [...assignments, ...assignments.flatMap(reportedSpans)],
  informalUses: ({ informalUses }) => informalUses,
  ephemeralRanges: ({ ephemeralRanges }) => ephemeralRanges,
  blockedPorts: ({ blockedPorts }) => blockedPorts.map((port) => ({ firstPort: port, lastPort: port })),
  own: ({ ownUses, pools }) => [...ownUses, ...pools.flatMap(({ spans }) => spans)],
};
type PaintedKind = Exclude<FactKind, 'registryDate' | 'neighbours'>;

const LIST_KINDS = ['number', 'assignments', 'informalUses', 'ephemeralRanges', 'blockedPorts'] as const;

/**
 * Paints the chart of all ports from the loaded lists. It is good for any question until a list changes.
 *
 * @param lists - All that the lists say.
 */
export function paintChart(lists: ListFacts): ExclusionMasks {
  const chart = new Map([...TRANSPORT_PROTOCOLS, null].map((protocol) => [protocol, new Uint32Array(PORT_COUNT)]));
  const layers = [...chart].map(([protocol, ink]) => ({ question: { protocol, environment: null }, ink }));
  for (const kind of LIST_KINDS) fillMask(kind, { ...NO_FACTS, ...lists }, layers);
  return chart;
}

/**
 * Lays what the team has said over the chart.
 *
 * @param chart - The chart of the lists; it is not changed.
 * @param own - The team's uses and pools.
 * @param question - For which protocol and environment.
 * @returns All that is known against each port.
 */
export function maskFor(chart: ExclusionMasks, own: OwnFacts, question: AdviceQuestion): ExclusionMask {
  const ink = chart.get(question.protocol)?.slice() ?? new Uint32Array(PORT_COUNT);
  fillMask('own', { ...NO_FACTS, ...own }, [{ question, ink }]);
  return ink;
}

/**
 * Gives the bits of hindrances.
 *
 * @param hindrances - Which ones.
 */
export function bitsOf(hindrances: readonly ExclusionReason[]): number {
  return hindrances.reduce((bits, hindrance) => bits | (1 << EXCLUSION_REASONS.indexOf(hindrance)), 0);
}

/** A question and the ink in which its answers are painted. */
interface MaskTarget {
  readonly question: AdviceQuestion;
  readonly ink: ExclusionMask;
}

/** Asks the rules about one port of each stretch on which the same rows stand: what holds of one holds of all. */
function fillMask(kind: PaintedKind, facts: AdviceFacts, layers: readonly MaskTarget[]): void {
  const rules = RULES.filter(({ reads }) => reads === kind);
  const ends = SPANS[kind](facts).flatMap(({ firstPort, lastPort }) => [firstPort, lastPort + 1]);
  const bounds = [...new Set(ends)].sort((a, b) => a - b);
  const sweep = SWEEPS[kind](facts);
  for (const [index, port] of bounds.entries()) {
    const here = sweep(port);
    if (here === null) continue;
    const view = viewPort(port, { ...NO_FACTS, registryDate: facts.registryDate, ...here });
    for (const { question, ink } of layers) {
      const bits = hindrancesOf(rules, view, question);
      if (bits !== 0) paintStretch(ink, port, bounds[index + 1] ?? PORT_COUNT, bits);
    }
  }
}

function paintStretch(ink: ExclusionMask, first: number, end: number, bits: number): void {
  for (let port = first; port < end; port++) ink[port] = (ink[port] ?? 0) | bits;
}

function hindrancesOf(rules: readonly Rule[], view: PortView, question: AdviceQuestion): number {
  let bits = 0;
  for (const { code, find } of rules) {
    for (const { severity, avoidOption } of find(view, question))
      if (severity !== 'info') bits |= bitsOf([avoidOption ?? code]);
  }
  return bits;
}

/**
 * For each kind the function that gives its facts at ever higher ports, without looking through all of them each time;
 * null where nothing stands.
 */
const SWEEPS: Readonly<Record<PaintedKind, (facts: AdviceFacts) => (port: number) => Partial<AdviceFacts> | null>> = {
  number: () => () => ({}),
  assignments: (facts) => {
    const sweep = sweepRows(facts.assignments);
    return (port) => {
      const here = sweep(port);
      return here.length === 0 ? null : { assignments: here };
    };
  },
  informalUses: (facts) => {
    const sweep = sweepRows(facts.informalUses);
    return (port) => {
      const here = sweep(port);
      return here.length === 0 ? null : { informalUses: here };
    };
  },
  ephemeralRanges:
    ({ ephemeralRanges }) =>
    () => ({ ephemeralRanges }),
  blockedPorts:
    ({ blockedPorts }) =>
    () => ({ blockedPorts }),
  own: ({ ownUses, pools }) => {
    const sweep = sweepRows(ownUses);
    return (port) => {
      const here = sweep(port);
      return here.length === 0 && pools.length === 0 ? null : { ownUses: here, pools };
    };
  },
};

function sweepRows<Row extends PortSpan>(rows: readonly Row[]): (port: number) => readonly Row[] {
  const coming = rows.toSorted((a, b) => a.firstPort - b.firstPort);
  let next = 0;
  let here: Row[] = [];
  return (port) => {
    here = here.filter(({ lastPort }) => lastPort >= port);
    for (let row = coming[next]; row !== undefined && row.firstPort <= port; row = coming[++next]) here.push(row);
    return here;
  };
}
