import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../values/transport-protocol.ts';
import type { ListFacts, PortView } from './advice-facts.ts';
import type { AdviceQuestion, AvoidOption } from './advice-question.ts';

/** How heavy a reason weighs, the heaviest first. `info` never changes the verdict. */
export const SEVERITIES = ['avoid', 'caution', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What kinds of reasons there are, in the order of answers among reasons of one severity. */
export const REASON_CODES = [
  'assigned',
  'own_use',
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

/** One thing that speaks against a port, or is worth knowing of it. */
export interface Finding {
  readonly severity: Severity;
  /** Says it in one or two sentences. They are only made where someone reads them. */
  readonly detail: () => string;
  /** Who says so. */
  readonly source: string;
  /** The option without which the finding only informs. */
  readonly avoidOption?: AvoidOption;
}

/** The kinds of facts that rules read: `number` is the port's own, `neighbours` are all facts of the ports beside it. */
export type FactKind = keyof ListFacts | 'own' | 'number' | 'neighbours';

/**
 * One rule of advice. It reads facts of one kind, so that what is found of each kind can be painted by itself, and own
 * facts can be laid over those of the lists.
 */
export interface Rule {
  readonly code: ReasonCode;
  readonly reads: FactKind;
  /** Finds what there is to say of a port, in the order of answers. */
  readonly find: (view: PortView, question: AdviceQuestion) => readonly Finding[];
}

/**
 * Lists the protocols that a question is about.
 *
 * @param question - The question; without a protocol it is about all four.
 */
export function askedProtocols({ protocol }: AdviceQuestion): readonly TransportProtocol[] {
  return protocol === null ? TRANSPORT_PROTOCOLS : [protocol];
}
