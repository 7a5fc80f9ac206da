import { LAST_PORT } from '../values/port-number.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';
import { type AdviceFacts, orderView, viewPort } from './advice-facts.ts';
import { type AdviceQuestion, AVOID_OPTIONS, type AvoidOption } from './advice-question.ts';
import { OFFICIAL_RULES } from './official-rules.ts';
import { RANGE_RULES } from './range-rules.ts';
import {
  type Finding,
  REASON_CODES,
  type ReasonCode,
  type Rule,
  SEVERITIES,
  type Severity,
} from './suitability-rule.ts';
import { USE_RULES } from './use-rules.ts';

/** The verdicts, the best first. */
export const VERDICTS = ['good', 'caution', 'avoid'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** One reason against a port for a new service, or information on it. */
export interface Reason {
  readonly code: ReasonCode;
  readonly severity: Severity;
  /** The reason in one or two sentences. */
  readonly detail: string;
  /** The source: a registry, a standard, a document, an own entry's id. */
  readonly source: string;
}

/** The suitability of a port for a new service. */
export interface Suitability {
  /** The port number, 0-65535. */
  readonly number: number;
  /** The transport protocol asked for; null for any. */
  readonly protocol: TransportProtocol | null;
  /** The worst severity; a port with reasons of severity `info` only is `good`. */
  readonly verdict: Verdict;
  /** The most severe first. */
  readonly reasons: readonly Reason[];
}

/** The rules of advice, the same for one port and for the masks of all ports. */
export const RULES: readonly Rule[] = [...OFFICIAL_RULES, ...RANGE_RULES, ...USE_RULES];

/**
 * Returns the severity of a finding for the given `avoid` options.
 *
 * @param finding - The finding.
 * @param avoid - The options.
 */
function severityFor({ severity, avoidOption }: Finding, avoid: readonly AvoidOption[]): Severity {
  return avoidOption === undefined || avoid.includes(avoidOption) ? severity : 'info';
}

/**
 * Computes the suitability of one port.
 *
 * @param number - A port number, 0-65535.
 * @param question - The protocol and the environment of the service.
 * @param facts - All facts of the port and its neighbours, at least.
 * @param avoid - The conditions to avoid; the others give reasons of severity `info`.
 */
export function judgePort(
  number: number,
  question: AdviceQuestion,
  facts: AdviceFacts,
  avoid: readonly AvoidOption[] = AVOID_OPTIONS,
): Suitability {
  const adjacent = [number - 1, number + 1].filter((port) => port >= 0 && port <= LAST_PORT);
  const neighbours = adjacent.map((port) => viewPort(port, facts));
  const view = orderView(viewPort(number, facts, neighbours));
  const reasons = RULES.flatMap(({ code, find }) =>
    find(view, question).map((finding): Reason => {
      const { detail, source } = finding;
      return { code, severity: severityFor(finding, avoid), detail: detail(), source };
    }),
  ).sort(compareReasons);
  const worst = reasons[0]?.severity ?? 'info';
  return { number, protocol: question.protocol, verdict: worst === 'info' ? 'good' : worst, reasons };
}

function compareReasons(a: Reason, b: Reason): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    REASON_CODES.indexOf(a.code) - REASON_CODES.indexOf(b.code)
  );
}
