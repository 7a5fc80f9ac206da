import type { Pool } from './advice/advice-facts.ts';
import type { AdviceQuestion, SuggestionQuestion } from './advice/advice-question.ts';
import type { PoolReport } from './advice/pool.ts';
import type { SuggestionList } from './advice/suggestions.ts';
import type { Suitability } from './advice/suitability.ts';

/** Advises on ports for new services. */
export interface PortAdvice {
  /**
   * Returns whether a port is suitable for a new service, with all reasons.
   *
   * @param number - A port number, 0-65535.
   * @param question - The protocol and the environment of the service.
   * @throws {RegistryError} `invalid_argument` when the number is out of range.
   */
  suitability(number: number, question: AdviceQuestion): Suitability;

  /** Returns whether released ports are not suggested for some days: suggestions then depend on the current day. */
  hasQuarantine(): boolean;

  /**
   * Suggests ports for a new service: always the same ports for the same conditions and data.
   *
   * @param question - The conditions, from `parseSuggestionConditions`.
   * @throws {RegistryError} `invalid_argument` when the pool does not exist.
   */
  suggestions(question: SuggestionQuestion): SuggestionList;

  /**
   * Runs one step of the work that the first suggestion after a start, an import or a write needs. Suggestions are correct without
   * it, but then run all steps at once.
   *
   * @param seesObserved - True for suggestions that what hosts have reported counts for.
   * @returns True if no step is left.
   */
  prepareSuggestions(seesObserved?: boolean): boolean;

  /**
   * Runs one step of the work that the first list of pools after a start or a write needs. Pools are correct without it.
   *
   * @returns True if no step is left.
   */
  preparePools(): boolean;

  /**
   * Returns a pool with its current usage.
   *
   * @param pool - The pool; it need not be stored any more.
   */
  poolUsage(pool: Pool): PoolReport;

  /** Lists the pools by name. */
  pools(): PoolReport[];

  /**
   * Finds a pool.
   *
   * @param name - Its name.
   * @throws {RegistryError} `not_found`, with the nearest name under `suggestions`.
   */
  pool(name: string): PoolReport;
}
