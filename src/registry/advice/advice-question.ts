import { type Association, LONGEST_NAME } from '../rows/association.ts';
import { isSameEnvironment } from '../rows/environment.ts';
import { nearest } from '../values/nearest.ts';
import { parseWholeNumber } from '../values/page.ts';
import { checkPortNumber } from '../values/port-number.ts';
import { parsePortSpan } from '../values/port-query.ts';
import type { PortSpan } from '../values/port-range.ts';
import { quoteInput, RegistryError } from '../values/registry-error.ts';
import { appliesTo, type TransportProtocol } from '../values/transport-protocol.ts';
import type { ObservedUse } from './advice-facts.ts';

/** The conditions that the choice of a port can ignore; `own` stands for own ephemeral ranges. */
export const AVOID_OPTIONS = ['linux', 'windows', 'macos', 'kubernetes', 'browsers', 'own'] as const;
export type AvoidOption = (typeof AVOID_OPTIONS)[number];

/** The orders of suggestions: by the weight of what is known of each port and then by number, or by number alone. */
export const SUGGESTION_ORDERS = ['weight', 'number'] as const;
export type SuggestionOrder = (typeof SUGGESTION_ORDERS)[number];

/** The conditions of all advice. */
export interface AdviceQuestion {
  /** The transport protocol of the new service; null for any: then facts of every protocol count. */
  readonly protocol: TransportProtocol | null;
  /** The environment of the new service: own uses of other environments do not count; null counts all. */
  readonly environment: string | null;
  /** True if what hosts have reported counts too. */
  readonly seesObserved?: boolean;
}

/**
 * Returns whether a use counts for a query: it has the protocol and the environment of the query.
 *
 * @param use - A use, or the release of its ports.
 * @param question - The query.
 */
export function concerns(
  { protocols, environment }: Pick<Association, 'protocols' | 'environment'>,
  question: AdviceQuestion,
): boolean {
  return appliesTo(protocols, question.protocol) && isSameEnvironment(environment, question.environment);
}

/**
 * Returns whether an observed use counts for a query.
 *
 * @param use - The use.
 * @param question - The query.
 */
export function isObservedFor({ protocol, environment }: ObservedUse, question: AdviceQuestion): boolean {
  return concerns({ protocols: [protocol], environment }, question);
}

/** The conditions of a suggestion. */
export interface SuggestionQuestion extends AdviceQuestion {
  /** The number of ports, 1-100. */
  readonly count: number;
  /** Prefers the ports nearest to this one; null for no preference. */
  readonly near: number | null;
  /** Suggests only ports of this range; null for the User Ports. */
  readonly within: PortSpan | null;
  /** True for one block of consecutive ports. */
  readonly consecutive: boolean;
  /** A name that is hashed to choose the ports: the same name gets the same ports; null for none. */
  readonly like: string | null;
  /** The conditions to avoid. The others do not exclude a port; they add reasons of severity `info`. */
  readonly avoid: readonly AvoidOption[];
  /** The pool of the ports; null excludes the ports of all pools. */
  readonly pool: string | null;
  /** The order of the ports. It has no effect with `near` or `like`. */
  readonly order: SuggestionOrder;
}

/** The conditions of a suggestion in a request; null or undefined for the default. */
export type SuggestionConditions = {
  readonly [Key in keyof Omit<SuggestionQuestion, 'within' | 'avoid'>]?: SuggestionQuestion[Key] | null | undefined;
} & { readonly within?: string | null | undefined; readonly avoid?: readonly string[] | null | undefined };

/** The most ports of a suggestion. */
export const LARGEST_COUNT = 100;

const DEFAULT_COUNT = 5;

/**
 * Parses the conditions of a suggestion and adds the defaults.
 *
 * @param conditions - The conditions of a request.
 * @throws {RegistryError} `invalid_argument` for an invalid condition, or two that exclude each other.
 */
export function parseSuggestionConditions(conditions: SuggestionConditions): SuggestionQuestion {
  const { count, near, within, like, avoid, order } = conditions;
  const question = {
    protocol: conditions.protocol ?? null,
    environment: parseName(conditions.environment, 'environment'),
    count: parseWholeNumber(String(count ?? DEFAULT_COUNT), 'count', 1, LARGEST_COUNT),
    near: near === undefined || near === null ? null : checkPortNumber(near, String(near), 'near'),
    within: within === undefined || within === null ? null : parsePortSpan(within, 'within'),
    consecutive: conditions.consecutive ?? false,
    like: parseName(like, 'like'),
    avoid: avoid?.map(parseAvoidOption) ?? AVOID_OPTIONS,
    pool: parseName(conditions.pool, 'pool'),
  };
  if (question.near !== null && question.like !== null) {
    throw new RegistryError(
      'invalid_argument',
      'Cannot suggest ports both near a port and like a name: expected one of near and like',
      { parameter: 'like' },
    );
  }
  const other = question.near !== null ? 'near' : question.like !== null ? 'like' : null;
  if (order != null && other !== null) {
    throw new RegistryError(
      'invalid_argument',
      `Cannot order ports by ${order}, as ${other} sets their order: expected one of ${other} and order`,
      { parameter: 'order' },
    );
  }
  // A pool is a numbering plan of its team: it is filled from its start.
  return { ...question, order: order ?? (question.pool === null ? 'weight' : 'number') };
}

/**
 * Parses the name in a condition.
 *
 * @param text - Any text; null or undefined for none.
 * @param parameter - The parameter's name.
 * @throws {RegistryError} `invalid_argument` when the name is blank or longer than 100 characters.
 */
export function parseName(text: string | null | undefined, parameter: string): string | null {
  if (text === undefined || text === null) return null;
  const name = text.trim();
  if (name !== '' && name.length <= LONGEST_NAME) return name;
  throw new RegistryError(
    'invalid_argument',
    `Cannot parse ${parameter} ${quoteInput(text)}: expected a name of 1 to ${LONGEST_NAME} characters`,
    { parameter },
  );
}

function parseAvoidOption(text: string): AvoidOption {
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
