import type { ConflictFilter } from '../registry/conflicts/conflict.ts';
import type { ChangeFilter } from '../registry/history/history.ts';
import type { OwnChangeFilter } from '../registry/own/own-change.ts';
import type { OwnReportFilter } from '../registry/own/own-report.ts';
import type { AssignmentState } from '../registry/rows/assignment.ts';
import type { Category, Origin } from '../registry/rows/association.ts';
import type { AssignmentFilter, AssociationFilter } from '../registry/search/search-result.ts';
import { parseDay } from '../registry/values/day.ts';
import { LARGEST_PAGE } from '../registry/values/page.ts';
import { checkPortNumber } from '../registry/values/port-number.ts';
import type { PortRange } from '../registry/values/port-range.ts';
import { RegistryError } from '../registry/values/registry-error.ts';
import type { TransportProtocol } from '../registry/values/transport-protocol.ts';
import type { ConnectionArguments } from './connection.ts';

/** The day of the official rows, `YYYY-MM-DD`. Optional arguments may be null, as in all types below. */
export interface PastArguments {
  readonly asOf?: string | null;
}

/** The arguments of `port`. */
export interface PortArguments extends PastArguments {
  readonly number: number;
  readonly protocol?: TransportProtocol | null;
}

/** The arguments of `ports`. */
export interface PortsArguments extends PastArguments {
  readonly numbers: readonly number[];
  readonly protocol?: TransportProtocol | null;
}

/** The arguments of `service`. */
export interface ServiceArguments extends PastArguments {
  readonly name: string;
}

/** The arguments of `pool`. */
export interface PoolArguments {
  readonly name: string;
}

/** The arguments of `suitability`. */
export interface SuitabilityArguments extends Omit<PortArguments, 'asOf'> {
  readonly environment?: string | null;
}

/** The arguments of `search`. */
export interface SearchArguments extends ConnectionArguments {
  readonly q?: string | null;
  /** The same as `q`. */
  readonly text?: string | null;
  readonly literal?: boolean | null;
  readonly origin?: Origin | null;
  readonly protocol?: TransportProtocol | null;
  readonly range?: PortRange['name'] | null;
  readonly state?: AssignmentState | null;
  readonly category?: Category | null;
}

/** The arguments of `assignments`. */
export interface AssignmentsArguments extends ConnectionArguments {
  readonly filter?: Partial<AssignmentFilter> | null;
}

/** The arguments of `associations`. */
export interface AssociationsArguments extends ConnectionArguments {
  readonly filter?: Partial<AssociationFilter> | null;
  readonly sort?: string | null;
}

/** The arguments of `allowedPorts`. */
export interface AllowedPortsArguments extends ConnectionArguments {
  readonly filter?: Partial<OwnReportFilter> | null;
  readonly sort?: string | null;
}

/** The arguments of `dueEntries`. */
export interface DueEntriesArguments extends Omit<AllowedPortsArguments, 'sort'> {
  readonly days: number;
}

/** The arguments of `association`. */
export interface AssociationArguments {
  readonly id: string;
}

/** The arguments of `changes`. */
export interface ChangesArguments extends ConnectionArguments {
  readonly filter?: Partial<ChangeFilter> | null;
}

/** The arguments of `conflicts`. */
export interface ConflictsArguments extends ConnectionArguments {
  readonly filter?: Partial<ConflictFilter> | null;
}

/** The arguments of `warnings`. */
export interface WarningsArguments {
  readonly input: unknown;
  readonly id?: string | null;
}

/** The arguments of `ownChanges`. */
export interface OwnChangesArguments extends ConnectionArguments {
  readonly filter?: Partial<OwnChangeFilter> | null;
}

/** The arguments of a write that may create conflicts. */
export interface WriteArguments {
  readonly input: unknown;
  readonly strict?: boolean | null;
}

/** The arguments that select an own entry. */
export interface ChangeArguments {
  readonly id: string;
  readonly revision: number;
}

/**
 * Checks the port of a filter.
 *
 * @param filter - The filter; undefined or null for none.
 * @throws {RegistryError} `invalid_argument`
 */
export function checkFilter<Filter extends { port?: number | null }>(
  filter: Filter | null | undefined,
): Filter | undefined {
  if (typeof filter?.port === 'number') checkPortNumber(filter.port, String(filter.port), 'filter.port');
  return filter ?? undefined;
}

/**
 * Returns the text of a search, which has two names: that of REST, and the one of earlier versions.
 *
 * @param asked - The arguments of `search`.
 * @throws {RegistryError} `invalid_argument` without a text, and for both.
 */
export function searchTextOf({ q = null, text = null }: Pick<SearchArguments, 'q' | 'text'>): string {
  const found = q ?? text;
  if (found !== null && (q === null || text === null)) return found;
  const given = found === null ? 'without q' : 'with q and text';
  throw new RegistryError('invalid_argument', `Cannot search ${given}: expected one of q and text`, { parameter: 'q' });
}

/**
 * Checks the number of requested ports.
 *
 * @param numbers - The ports.
 * @throws {RegistryError} `invalid_argument`
 */
export function checkCount(numbers: readonly number[]): readonly number[] {
  if (numbers.length <= LARGEST_PAGE) return numbers;
  throw new RegistryError(
    'invalid_argument',
    `Cannot answer for more than ${LARGEST_PAGE} ports at once: got ${numbers.length}`,
    { parameter: 'numbers' },
  );
}

/**
 * Parses an optional day.
 *
 * @param written - The day; undefined or null for none.
 * @param parameter - The name of the argument.
 * @throws {RegistryError} `invalid_argument`
 */
export function parseOptionalDay(written: string | null | undefined, parameter: string): string | null {
  return written === undefined || written === null ? null : parseDay(written, parameter);
}
