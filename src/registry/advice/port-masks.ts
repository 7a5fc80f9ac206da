import { PORT_COUNT } from '../values/port-number.ts';
import { coveredPorts, PORT_RANGES, type PortSpan } from '../values/port-range.ts';
import type { Steps } from '../values/run-step.ts';
import { appliesTo, TRANSPORT_PROTOCOLS, type TransportProtocol } from '../values/transport-protocol.ts';
import {
  type AdviceFacts,
  type ListFacts,
  type OwnFacts,
  type PortView,
  reportedSpans,
  viewPort,
} from './advice-facts.ts';
import { type AdviceQuestion, AVOID_OPTIONS, type AvoidOption, concerns, isObservedFor } from './advice-question.ts';
import { staticBands } from './nodeport-band.ts';
import type { PortWeights } from './port-preference.ts';
import { RULES } from './suitability.ts';
import { type FactKind, REASON_CODES, type ReasonCode, type Rule, WEIGHTS } from './suitability-rule.ts';
import { sweepRows } from './sweep-rows.ts';

/**
 * The reasons that can exclude a port: the options of `avoid`, the codes of other reasons, and the quarantine of released
 * ports.
 */
export const EXCLUSION_REASONS = [...AVOID_OPTIONS, ...REASON_CODES, 'quarantine'] as const;
/** A reason that can exclude a port. */
export type ExclusionReason = AvoidOption | ReasonCode | 'quarantine';

/** A bitmask for each port: one bit for each of `EXCLUSION_REASONS`, in their order. */
export type ExclusionMask = Uint32Array;

/** The findings on each of the 65,536 ports, for one protocol or for any. */
export interface PortMask {
  /** The reasons against each port. */
  readonly exclusions: ExclusionMask;
  /** The weight of each port: the sum of the weights of its findings, as in `WEIGHTS`. */
  readonly weights: PortWeights;
}

/** The masks of the loaded lists for each protocol and for any (null). */
export type PortMasks = ReadonlyMap<TransportProtocol | null, PortMask>;

const NO_FACTS: AdviceFacts = {
  registryDate: '',
  assignments: [],
  informalUses: [],
  ephemeralRanges: [],
  blockedPorts: [],
  ownUses: [],
  pools: [],
};

/**
 * For each kind of facts, the ranges of ports: findings change only at their ends. Neighbours are left out: they never
 * exclude a port, and their weights follow from the masks.
 */
const SPANS: Readonly<Record<MaskedKind, (facts: AdviceFacts) => readonly PortSpan[]>> = {
  number: () => PORT_RANGES,
  assignments: ({ assignments }) => [...assignments, ...assignments.flatMap(reportedSpans)],
  informalUses: ({ informalUses }) => informalUses,
  ephemeralRanges: ({ ephemeralRanges }) => [...ephemeralRanges, ...staticBands(ephemeralRanges)],
  blockedPorts: ({ blockedPorts }) => blockedPorts.map((port) => ({ firstPort: port, lastPort: port })),
};
type MaskedKind = Exclude<FactKind, 'registryDate' | 'neighbours' | 'own'>;

const LIST_KINDS = ['number', 'assignments', 'informalUses', 'ephemeralRanges', 'blockedPorts'] as const;

/** The most ports to which one step applies the rules: 1 ms, and 5 ms before they are compiled. */
const STEP_PORTS = 64;

/**
 * Computes the masks of all ports from the loaded lists, in steps. They are valid for all queries until a list changes.
 *
 * @param lists - The facts of the lists.
 */
export function* computePortMasks(lists: ListFacts): Steps<PortMasks> {
  const masks = new Map([...TRANSPORT_PROTOCOLS, null].map((protocol) => [protocol, emptyMask()]));
  const targets = [...masks].map(([protocol, mask]) => ({ question: { protocol, environment: null }, mask }));
  for (const kind of LIST_KINDS) {
    yield* fillMasks(kind, { ...NO_FACTS, ...lists }, targets);
    yield;
  }
  for (const mask of masks.values()) {
    weighNeighbours(mask);
    yield;
  }
  return masks;
}

function emptyMask(): PortMask {
  return { exclusions: new Uint32Array(PORT_COUNT), weights: new Uint32Array(PORT_COUNT) };
}

/** Adds the weights of assigned neighbours. A port is excluded if it is assigned itself, so its weight does not matter. */
function weighNeighbours({ exclusions, weights }: PortMask): void {
  const assigned = bitsOf(['assigned']);
  for (let port = 0; port < PORT_COUNT; port++) {
    if (((exclusions[port] ?? 0) & assigned) === 0) continue;
    // Writes outside of the array have no effect.
    weights[port - 1] = (weights[port - 1] ?? 0) + WEIGHTS.assignedNeighbour;
    weights[port + 1] = (weights[port + 1] ?? 0) + WEIGHTS.assignedNeighbour;
  }
}

/**
 * Returns the mask of the lists with own facts added, which have no weight. There may be thousands: their ports are marked
 * without the rules, which took 5 ms for 10,000 entries.
 *
 * @param masks - The masks of the lists; they are not changed.
 * @param own - Own facts.
 * @param question - The protocol and the environment.
 */
export function maskFor(masks: PortMasks, own: OwnFacts, question: AdviceQuestion): PortMask {
  const { exclusions, weights } = masks.get(question.protocol) ?? emptyMask();
  const { ownUses, pools, observedUses = [], released = [] } = own;
  const mask = exclusions.slice();
  const ofPools = pools.filter(({ protocols }) => appliesTo(protocols, question.protocol));
  const marks: readonly (readonly [ExclusionReason, readonly PortSpan[]])[] = [
    ['own_use', ownUses.filter((use) => concerns(use, question))],
    ['own_use', ofPools.flatMap(({ spans }) => spans)],
    ['observed_use', observedUses.filter((use) => isObservedFor(use, question))],
    ['quarantine', released.filter((ports) => concerns(ports, question))],
  ];
  for (const [reason, spans] of marks) markSpans(mask, bitsOf([reason]), spans);
  return { exclusions: mask, weights };
}

/** Sets bits for all ports of spans. */
function markSpans(mask: ExclusionMask, bits: number, spans: readonly PortSpan[]): void {
  if (spans.length === 0) return;
  const isCovered = coveredPorts(spans);
  for (let port = 0; port < PORT_COUNT; port++) if (isCovered[port] === 1) mask[port] = (mask[port] ?? 0) | bits;
}

/**
 * Returns the bitmask of some reasons.
 *
 * @param reasons - The reasons.
 */
export function bitsOf(reasons: readonly ExclusionReason[]): number {
  return reasons.reduce((bits, reason) => bits | (1 << EXCLUSION_REASONS.indexOf(reason)), 0);
}

/** A mask to fill, and the query that it is for. */
interface MaskTarget {
  readonly question: AdviceQuestion;
  readonly mask: PortMask;
}

/** Applies the rules to the first port of each range with the same findings, and sets them for the whole range. */
function* fillMasks(kind: MaskedKind, facts: AdviceFacts, targets: readonly MaskTarget[]): Steps<void> {
  const rules = RULES.filter(({ reads }) => reads === kind);
  const ends = SPANS[kind](facts).flatMap(({ firstPort, lastPort }) => [firstPort, lastPort + 1]);
  const bounds = [...new Set(ends)].sort((a, b) => a - b);
  const sweep = SWEEPS[kind](facts);
  yield;
  for (const [index, port] of bounds.entries()) {
    if (index % STEP_PORTS === STEP_PORTS - 1) yield;
    const here = sweep(port);
    if (here === null) continue;
    const view = viewPort(port, { ...NO_FACTS, registryDate: facts.registryDate, ...here });
    for (const { question, mask } of targets) {
      addFindings(mask, { firstPort: port, lastPort: (bounds[index + 1] ?? PORT_COUNT) - 1 }, rules, view, question);
    }
  }
}

function addFindings(
  { exclusions, weights }: PortMask,
  { firstPort, lastPort }: PortSpan,
  rules: readonly Rule[],
  view: PortView,
  question: AdviceQuestion,
): void {
  let bits = 0;
  let added = 0;
  for (const { code, find } of rules) {
    for (const { severity, avoidOption, weight = 0 } of find(view, question)) {
      if (severity !== 'info') bits |= bitsOf([avoidOption ?? code]);
      added += weight;
    }
  }
  if (bits === 0 && added === 0) return;
  for (let port = firstPort; port <= lastPort; port++) {
    exclusions[port] = (exclusions[port] ?? 0) | bits;
    weights[port] = (weights[port] ?? 0) + added;
  }
}

/** For each kind, a function that returns the facts of a port, or null for none. It must be called with ascending ports. */
const SWEEPS: Readonly<Record<MaskedKind, (facts: AdviceFacts) => (port: number) => Partial<AdviceFacts> | null>> = {
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
};
