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

/** What comes of all reasons together, the best first. */
export const VERDICTS = ['good', 'caution', 'avoid'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** One reason for or against taking a port for a new service. */
export interface Reason {
  readonly code: ReasonCode;
  readonly severity: Severity;
  /** Says it in one or two sentences. */
  readonly detail: string;
  /** Who says so: a registry, a standard, a document, an own entry's id. */
  readonly source: string;
}

/** Whether a port may be taken for a new service. */
export interface Suitability {
  /** The port number, 0-65535. */
  readonly number: number;
  /** The transport protocol asked about; null for any. */
  readonly protocol: TransportProtocol | null;
  /** The worst severity; a port with nothing worse than `info` is good. */
  readonly verdict: Verdict;
  /** The heaviest first. */
  readonly reasons: readonly Reason[];
}

/** The rules of advice, the same for one port and for the chart of all of them. */
export const RULES: readonly Rule[] = [...OFFICIAL_RULES, ...RANGE_RULES, ...USE_RULES];

/**
 * Tells how heavy a finding weighs for who wishes to avoid some things and not others.
 *
 * @param finding - What a rule found.
 * @param avoid - What is to be avoided.
 */
export function severityFor({ severity, avoidOption }: Finding, avoid: readonly AvoidOption[]): Severity {
  return avoidOption === undefined || avoid.includes(avoidOption) ? severity : 'info';
}

/**
 * Judges one port: the function behind every advice on a single one.
 *
 * @param number - A port number, 0-65535.
 * @param question - For which protocol and environment.
 * @param facts - At least all that is known of the port and of its neighbours.
 * @param avoid - What is to be avoided; what is left out only informs.
 */
export function judgePort(
  number: number,
  question: AdviceQuestion,
  facts: AdviceFacts,
  avoid: readonly AvoidOption[] = AVOID_OPTIONS,
): Suitability {
  const beside = [number - 1, number + 1].filter((port) => port >= 0 && port <= LAST_PORT);
  const neighbours = beside.map((port) => viewPort(port, facts));
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
