import { PORT_COUNT } from '../values/port-number.ts';
import { type PortSpan, rangeOf } from '../values/port-range.ts';
import { quoteInput, RegistryError } from '../values/registry-error.ts';
import { appliesTo, type TransportProtocol } from '../values/transport-protocol.ts';
import { enumerate } from '../values/wording.ts';
import type { OwnFacts, Pool } from './advice-facts.ts';
import { AVOID_OPTIONS, type SuggestionQuestion } from './advice-question.ts';
import { findPool } from './pool.ts';
import { bitsOf, EXCLUSION_REASONS, type ExclusionReason, maskFor, type PortMasks } from './port-masks.ts';
import { type PortSet, type PortWeights, preferredPorts } from './port-preference.ts';
import { suggestionFailure } from './suggestion-failure.ts';
import type { Reason } from './suitability.ts';

/** The lowest User Port (RFC 6335, section 6). */
export const FIRST_USER_PORT = 1024;

/** A suitable port. */
export interface Suggestion {
  /** The port number, 0-65535. */
  readonly number: number;
  /** The transport protocol asked for; null for any. */
  readonly protocol: TransportProtocol | null;
  /** Information on the port; all reasons are of severity `info`. */
  readonly reasons: readonly Reason[];
}

/** Suitable ports, the most preferred first; those of a block in ascending order. */
export interface SuggestionList {
  /** The number of ports found. */
  readonly count: number;
  /** The explanation if fewer ports were found than asked for; else null. */
  readonly detail: string | null;
  readonly results: readonly Suggestion[];
}

/** The chosen ports. */
export interface Choice {
  readonly ports: readonly number[];
  /** The explanation if there are fewer ports than asked for; else null. */
  readonly detail: string | null;
}

/**
 * Chooses ports for a new service: only ports with the verdict `good` under the conditions, and always the same ports
 * for the same conditions and data.
 *
 * @param question - The conditions.
 * @param masks - The masks of the lists.
 * @param own - Own facts.
 * @param excluded - Ports that are not chosen; undefined for none.
 * @throws {RegistryError} `invalid_argument` when the pool does not exist or is not for the protocol.
 */
export function choosePorts(
  question: SuggestionQuestion,
  masks: PortMasks,
  own: OwnFacts,
  excluded?: PortSpan,
): Choice {
  const pool = poolOf(question, own.pools);
  const others = own.pools.filter((other) => other !== pool);
  const { exclusions, weights } = maskFor(masks, { ...own, pools: others }, question);
  const ignored = AVOID_OPTIONS.filter((option) => !question.avoid.includes(option));
  const excludingBits = bitsOf(
    EXCLUSION_REASONS.filter((reason) => !(ignored as readonly ExclusionReason[]).includes(reason)),
  );
  const candidates = candidatePorts(question, pool);
  const suitable = candidates.slice();
  if (excluded !== undefined) suitable.fill(0, excluded.firstPort, excluded.lastPort + 1);
  for (let port = 0; port < PORT_COUNT; port++) if (((exclusions[port] ?? 0) & excludingBits) !== 0) suitable[port] = 0;
  const ports = question.consecutive
    ? chooseBlock(question, suitable, weights)
    : preferredPorts(question, { ports: suitable, weights, width: 1 }, question.count);
  const isEnough = ports.length === question.count;
  return {
    ports,
    detail: isEnough ? null : suggestionFailure(question, { candidates, suitable, mask: exclusions, excludingBits }),
  };
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

/** Returns the ports to choose from. The default is the User Ports: no other port is ever good. */
function candidatePorts({ within }: SuggestionQuestion, pool: Pool | null): PortSet {
  const candidates = new Uint8Array(PORT_COUNT);
  for (const { firstPort, lastPort } of pool?.spans ?? [within ?? rangeOf(FIRST_USER_PORT)]) {
    candidates.fill(1, firstPort, lastPort + 1);
  }
  return within === null ? candidates : candidates.fill(0, 0, within.firstPort).fill(0, within.lastPort + 1);
}

/** Returns the ports of the preferred block; empty if no block is long enough. A block weighs as much as all its ports. */
function chooseBlock(question: SuggestionQuestion, suitable: PortSet, weights: PortWeights): number[] {
  const { count } = question;
  const starts = new Uint8Array(PORT_COUNT);
  const sums = new Uint32Array(PORT_COUNT);
  /** The sum of the weights of all lower ports. */
  const below = new Uint32Array(PORT_COUNT + 1);
  for (let port = 0; port < PORT_COUNT; port++) below[port + 1] = (below[port] ?? 0) + (weights[port] ?? 0);
  let length = 0;
  for (let port = PORT_COUNT - 1; port >= 0; port--) {
    length = suitable[port] === 1 ? length + 1 : 0;
    if (length < count) continue;
    starts[port] = 1;
    sums[port] = (below[port + count] ?? 0) - (below[port] ?? 0);
  }
  const [start] = preferredPorts(question, { ports: starts, weights: sums, width: count }, 1);
  return start === undefined ? [] : Array.from({ length: count }, (_, index) => start + index);
}
