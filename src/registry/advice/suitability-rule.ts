import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../values/transport-protocol.ts';
import type { ListFacts, PortView } from './advice-facts.ts';
import type { AdviceQuestion, AvoidOption } from './advice-question.ts';

/** The severities of reasons, the most severe first. `info` never changes the verdict. */
export const SEVERITIES = ['avoid', 'caution', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The kinds of reasons, in the order of answers within one severity. */
export const REASON_CODES = [
  'assigned',
  'own_use',
  'observed_use',
  'reserved',
  'dynamic_range',
  'blocked_by_browsers',
  'assigned_other_protocol',
  'recorded',
  'deregistered',
  'system_range',
  'ephemeral',
  'nodeport',
  'informal_use',
  'wide_informal_use',
  'neighbour',
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

/**
 * The weights of findings that do not exclude a port. Suggestions begin with the ports of the lowest weight. Ephemeral
 * ranges of systems that the query does not avoid have none.
 */
export const WEIGHTS = {
  /** A port that IANA took back: old programs may still use it. Counts once. */
  deregistered: 8,
  /** Each informal use of a wide range, or a disputed one. */
  informalUse: 2,
  /** A NodePort outside of the static band: Kubernetes assigns it to a Service by itself. */
  dynamicNodePort: 1,
  /** Each adjacent port that IANA has assigned. */
  assignedNeighbour: 1,
} as const;

/** One finding of a rule: a reason against a port, or information on it. */
export interface Finding {
  readonly severity: Severity;
  /** Returns the finding in one or two sentences. They are composed only on demand. */
  readonly detail: () => string;
  /** The source of the finding. */
  readonly source: string;
  /** The option of `avoid` that the severity depends on: without it the severity is `info`. */
  readonly avoidOption?: AvoidOption;
  /** The part of the finding in the weight of the port, which orders suggestions: one of `WEIGHTS`; 0 by default. */
  readonly weight?: number;
}

/** The kinds of facts that rules use: `number` is the port number, `neighbours` are all facts of the adjacent ports. */
export type FactKind = keyof ListFacts | 'own' | 'number' | 'neighbours';

/**
 * One rule of advice. It uses facts of one kind, so that the mask of each kind is computed separately, and own facts
 * are added to the cached masks of the lists.
 */
export interface Rule {
  readonly code: ReasonCode;
  readonly reads: FactKind;
  /** Returns the findings on a port, in the order of answers. */
  readonly find: (view: PortView, question: AdviceQuestion) => readonly Finding[];
}

/**
 * Lists the protocols of a query.
 *
 * @param question - The query; without a protocol it is for all four.
 */
export function askedProtocols({ protocol }: AdviceQuestion): readonly TransportProtocol[] {
  return protocol === null ? TRANSPORT_PROTOCOLS : [protocol];
}
