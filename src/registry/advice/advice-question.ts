import { nearest } from '../values/nearest.ts';
import { parseWholeNumber } from '../values/page.ts';
import { checkPortNumber } from '../values/port-number.ts';
import { parsePortSpan } from '../values/port-query.ts';
import type { PortSpan } from '../values/port-range.ts';
import { quoteInput, RegistryError } from '../values/registry-error.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';

/** What may be left out of account when a port is chosen; `own` is the team's own ephemeral ranges. */
export const AVOID_OPTIONS = ['linux', 'windows', 'macos', 'kubernetes', 'browsers', 'own'] as const;
export type AvoidOption = (typeof AVOID_OPTIONS)[number];

/** What every advice depends on beside the data. */
export interface AdviceQuestion {
  /** The transport protocol of the new service; null for any, so that what holds of one protocol counts. */
  readonly protocol: TransportProtocol | null;
  /** Own uses of another environment do not count; null lets all count. */
  readonly environment: string | null;
}

/** Which ports are to be suggested. */
export interface SuggestionQuestion extends AdviceQuestion {
  /** How many, 1-100. */
  readonly count: number;
  /** The nearest to this port first; null for any order. */
  readonly near: number | null;
  /** Only ports in here; null for the User Ports. */
  readonly within: PortSpan | null;
  /** True for ports of one block, without a gap. */
  readonly consecutive: boolean;
  /** The name from which the choice is made, so that it is the same each time; null for none. */
  readonly like: string | null;
  /** What is to be avoided; what is left out only informs. */
  readonly avoid: readonly AvoidOption[];
  /** The pool from which the ports are to come; null keeps out of every pool. */
  readonly pool: string | null;
}

/** The conditions of a suggestion as a client gives them; null or undefined for what it leaves open. */
export type SuggestionConditions = {
  readonly [Key in keyof Omit<SuggestionQuestion, 'within' | 'avoid'>]?: SuggestionQuestion[Key] | null | undefined;
} & { readonly within?: string | null | undefined; readonly avoid?: readonly string[] | null | undefined };

/** How many ports a suggestion has at most. */
export const LARGEST_COUNT = 100;

const DEFAULT_COUNT = 5;
const LONGEST_NAME = 100;

/**
 * Checks the conditions of a suggestion, and fills in what was left open.
 *
 * @param conditions - What the client gave.
 * @throws {RegistryError} `invalid_argument` for a condition that cannot be read, or two that exclude each other.
 */
export function readSuggestionConditions(conditions: SuggestionConditions): SuggestionQuestion {
  const { count, near, within, like, avoid } = conditions;
  const question = {
    protocol: conditions.protocol ?? null,
    environment: readName(conditions.environment, 'environment'),
    count: parseWholeNumber(String(count ?? DEFAULT_COUNT), 'count', 1, LARGEST_COUNT),
    near: near === undefined || near === null ? null : checkPortNumber(near, String(near), 'near'),
    within: within === undefined || within === null ? null : parsePortSpan(within, 'within'),
    consecutive: conditions.consecutive ?? false,
    like: readName(like, 'like'),
    avoid: avoid?.map(readAvoidable) ?? AVOID_OPTIONS,
    pool: readName(conditions.pool, 'pool'),
  };
  if (question.near === null || question.like === null) return question;
  throw new RegistryError(
    'invalid_argument',
    'Cannot suggest ports both near a port and like a name: expected one of near and like',
    { parameter: 'like' },
  );
}

/**
 * Reads a name that a condition holds.
 *
 * @param text - What was given; null or undefined for none.
 * @param parameter - The parameter's name.
 * @throws {RegistryError} `invalid_argument` when it is blank or longer than 100 characters.
 */
export function readName(text: string | null | undefined, parameter: string): string | null {
  if (text === undefined || text === null) return null;
  const name = text.trim();
  if (name !== '' && name.length <= LONGEST_NAME) return name;
  throw new RegistryError(
    'invalid_argument',
    `Cannot parse ${parameter} ${quoteInput(text)}: expected a name of 1 to ${LONGEST_NAME} characters`,
    { parameter },
  );
}

function readAvoidable(text: string): AvoidOption {
  const word = text.trim().toLowerCase();
  const known = AVOID_OPTIONS.find((name) => name === word);
  if (known !== undefined) return known;
  const suggestions = nearest(word, AVOID_OPTIONS, 1);
  const hint = suggestions.length === 0 ? '' : `; did you mean ${suggestions[0]}?`;
  throw new RegistryError(
    'invalid_argument',
    `Cannot parse avoid ${quoteInput(text)}: expected ${AVOID_OPTIONS.slice(0, -1).join(', ')} or ${AVOID_OPTIONS.at(-1)}${hint}`,
    { parameter: 'avoid', ...(suggestions.length > 0 && { suggestions }) },
  );
}
