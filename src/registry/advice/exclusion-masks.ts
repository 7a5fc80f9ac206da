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

/** The reasons that can exclude a port: the options of `avoid`, and the codes of other reasons. */
export const EXCLUSION_REASONS = [...AVOID_OPTIONS, ...REASON_CODES] as const;
/** A reason that can exclude a port. */
export type ExclusionReason = AvoidOption | ReasonCode;

/** A bitmask for each port: one bit for each of `EXCLUSION_REASONS`, in their order. */
export type ExclusionMask = Uint32Array;

/** The reasons of the loaded lists against each of the 65,536 ports, for each protocol and for any (null). */
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

/**
 * For each kind of facts, the ranges of ports: facts change only at their ends. Neighbours are left out, as their
 * reasons are never more severe than `info`.
 */
const SPANS: Readonly<Record<MaskedKind, (facts: AdviceFacts) => readonly PortSpan[]>> = {
  number: () => PORT_RANGES,
  assignments: ({ assignments }) => [...assignments, ...assignments.flatMap(reportedSpans)],
  informalUses: ({ informalUses }) => informalUses,
  ephemeralRanges: ({ ephemeralRanges }) => ephemeralRanges,
  blockedPorts: ({ blockedPorts }) => blockedPorts.map((port) => ({ firstPort: port, lastPort: port })),
  own: ({ ownUses, pools }) => [...ownUses, ...pools.flatMap(({ spans }) => spans)],
};
type MaskedKind = Exclude<FactKind, 'registryDate' | 'neighbours'>;

const LIST_KINDS = ['number', 'assignments', 'informalUses', 'ephemeralRanges', 'blockedPorts'] as const;

/**
 * Computes the masks of all ports from the loaded lists. They are valid for all queries until a list changes.
 *
 * @param lists - The facts of the lists.
 */
export function computeExclusionMasks(lists: ListFacts): ExclusionMasks {
  const masks = new Map([...TRANSPORT_PROTOCOLS, null].map((protocol) => [protocol, new Uint32Array(PORT_COUNT)]));
  const targets = [...masks].map(([protocol, mask]) => ({ question: { protocol, environment: null }, mask }));
  for (const kind of LIST_KINDS) fillMasks(kind, { ...NO_FACTS, ...lists }, targets);
  return masks;
}

/**
 * Returns the mask of the lists with the reasons of own uses and pools added.
 *
 * @param masks - The masks of the lists; they are not changed.
 * @param own - Own uses and pools.
 * @param question - The protocol and the environment.
 */
export function maskFor(masks: ExclusionMasks, own: OwnFacts, question: AdviceQuestion): ExclusionMask {
  const mask = masks.get(question.protocol)?.slice() ?? new Uint32Array(PORT_COUNT);
  fillMasks('own', { ...NO_FACTS, ...own }, [{ question, mask }]);
  return mask;
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
  readonly mask: ExclusionMask;
}

/** Applies the rules to the first port of each range with the same facts, and sets the bits for the whole range. */
function fillMasks(kind: MaskedKind, facts: AdviceFacts, targets: readonly MaskTarget[]): void {
  const rules = RULES.filter(({ reads }) => reads === kind);
  const ends = SPANS[kind](facts).flatMap(({ firstPort, lastPort }) => [firstPort, lastPort + 1]);
  const bounds = [...new Set(ends)].sort((a, b) => a - b);
  const sweep = SWEEPS[kind](facts);
  for (const [index, port] of bounds.entries()) {
    const here = sweep(port);
    if (here === null) continue;
    const view = viewPort(port, { ...NO_FACTS, registryDate: facts.registryDate, ...here });
    for (const { question, mask } of targets) {
      const bits = exclusionBits(rules, view, question);
      if (bits !== 0) setBits(mask, port, bounds[index + 1] ?? PORT_COUNT, bits);
    }
  }
}

function setBits(mask: ExclusionMask, first: number, end: number, bits: number): void {
  for (let port = first; port < end; port++) mask[port] = (mask[port] ?? 0) | bits;
}

function exclusionBits(rules: readonly Rule[], view: PortView, question: AdviceQuestion): number {
  let bits = 0;
  for (const { code, find } of rules) {
    for (const { severity, avoidOption } of find(view, question))
      if (severity !== 'info') bits |= bitsOf([avoidOption ?? code]);
  }
  return bits;
}

/**
 * For each kind, a function that returns the facts of a port, or null for none. It must be called with ascending ports:
 * a sweep keeps the rows of the current port and does not scan all rows for each port.
 */
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
  own: ({ ownUses, pools }) => {
    const sweep = sweepRows(ownUses);
    return (port) => {
      const here = sweep(port);
      return here.length === 0 && pools.length === 0 ? null : { ownUses: here, pools };
    };
  },
};

function sweepRows<Row extends PortSpan>(rows: readonly Row[]): (port: number) => readonly Row[] {
  const sorted = rows.toSorted((a, b) => a.firstPort - b.firstPort);
  let next = 0;
  let here: Row[] = [];
  return (port) => {
    here = here.filter(({ lastPort }) => lastPort >= port);
    for (let row = sorted[next]; row !== undefined && row.firstPort <= port; row = sorted[++next]) here.push(row);
    return here;
  };
}
