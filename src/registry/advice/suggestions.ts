import { PORT_COUNT } from '../values/port-number.ts';
import { rangeOf } from '../values/port-range.ts';
import { quoteInput, RegistryError } from '../values/registry-error.ts';
import { appliesTo, type TransportProtocol } from '../values/transport-protocol.ts';
import { enumerate } from '../values/wording.ts';
import type { OwnFacts, Pool } from './advice-facts.ts';
import { AVOID_OPTIONS, type SuggestionQuestion } from './advice-question.ts';
import { bitsOf, EXCLUSION_REASONS, type ExclusionMasks, type ExclusionReason, maskFor } from './exclusion-masks.ts';
import { findPool } from './pool.ts';
import { type PortSet, preferredPorts } from './port-preference.ts';
import { suggestionFailure } from './suggestion-failure.ts';
import type { Reason } from './suitability.ts';

const FIRST_USER_PORT = 1024;

/** A port that suits. */
export interface Suggestion {
  /** The port number, 0-65535. */
  readonly number: number;
  /** The transport protocol asked about; null for any. */
  readonly protocol: TransportProtocol | null;
  /** What is worth knowing all the same; all of severity `info`. */
  readonly reasons: readonly Reason[];
}

/** Ports that suit, the most preferred first; those of a block from the lowest on. */
export interface SuggestionList {
  /** How many were found. */
  readonly count: number;
  /** Why fewer than asked were found; null where they were not. */
  readonly detail: string | null;
  readonly results: readonly Suggestion[];
}

/** The ports that were chosen. */
export interface Choice {
  readonly ports: readonly number[];
  /** Why there are fewer than asked; null where there are not. */
  readonly detail: string | null;
}

/**
 * Chooses ports for a new service: only such as are good under the conditions, always the same for the same question
 * and data.
 *
 * @param question - How many, and which.
 * @param chart - What the lists have against each port.
 * @param own - The team's uses and pools.
 * @throws {RegistryError} `invalid_argument` when there is no such pool, or it is not for the protocol.
 */
export function choosePorts(question: SuggestionQuestion, chart: ExclusionMasks, own: OwnFacts): Choice {
  const pool = poolOf(question, own.pools);
  const ink = maskFor(chart, { ...own, pools: own.pools.filter((other) => other !== pool) }, question);
  const ignored = AVOID_OPTIONS.filter((avoidable) => !question.avoid.includes(avoidable));
  const counted = bitsOf(
    EXCLUSION_REASONS.filter((hindrance) => !(ignored as readonly ExclusionReason[]).includes(hindrance)),
  );
  const asked = portsAsked(question, pool);
  const good = asked.slice();
  for (let port = 0; port < PORT_COUNT; port++) if (((ink[port] ?? 0) & counted) !== 0) good[port] = 0;
  const ports = question.consecutive ? chooseBlock(question, good) : preferredPorts(question, good, 1, question.count);
  const isEnough = ports.length === question.count;
  return { ports, detail: isEnough ? null : suggestionFailure(question, { asked, good, ink, counted }) };
}

function poolOf({ pool: name, protocol }: SuggestionQuestion, pools: readonly Pool[]): Pool | null {
  if (name === null) return null;
  const pool = findPool(name, pools, 'invalid_argument', { parameter: 'pool' });
  if (appliesTo(pool.protocols, protocol)) return pool;
  throw new RegistryError(
    'invalid_argument',
    `Cannot suggest ${protocol} ports of pool ${quoteInput(name)}: expected ${enumerate(pool.protocols)}`,
    { parameter: 'protocol' },
  );
}

/** The ports among which is chosen. Where nothing is said these are the User Ports: no other is ever good. */
function portsAsked({ within }: SuggestionQuestion, pool: Pool | null): PortSet {
  const asked = new Uint8Array(PORT_COUNT);
  for (const { firstPort, lastPort } of pool?.spans ?? [within ?? rangeOf(FIRST_USER_PORT)]) {
    asked.fill(1, firstPort, lastPort + 1);
  }
  return within === null ? asked : asked.fill(0, 0, within.firstPort).fill(0, within.lastPort + 1);
}

/** The best block; none where no block is long enough. */
function chooseBlock(question: SuggestionQuestion, good: PortSet): number[] {
  const { count } = question;
  const starts = new Uint8Array(PORT_COUNT);
  let length = 0;
  for (let port = PORT_COUNT - 1; port >= 0; port--) {
    length = good[port] === 1 ? length + 1 : 0;
    starts[port] = Number(length >= count);
  }
  const [start] = preferredPorts(question, starts, count, 1);
  return start === undefined ? [] : Array.from({ length: count }, (_, index) => start + index);
}
