import type { ChangeFilter } from '../registry/history/history.ts';
import type { AssignmentFilter, AssociationFilter } from '../registry/report/search.ts';
import type { AssignmentState } from '../registry/rows/assignment.ts';
import type { Category, Origin } from '../registry/rows/association.ts';
import { parseDay } from '../registry/values/day.ts';
import { LARGEST_PAGE } from '../registry/values/page.ts';
import { checkPortNumber } from '../registry/values/port-number.ts';
import type { PortRange } from '../registry/values/port-range.ts';
import { RegistryError } from '../registry/values/registry-error.ts';
import type { TransportProtocol } from '../registry/values/transport-protocol.ts';
import type { ConnectionArguments } from './connection.ts';

/** A day, `YYYY-MM-DD`, on which the official rows are asked for. What may be left out may be null, as everywhere below. */
export interface PastArguments {
  readonly asOf?: string | null;
}

/** What `port` is asked. */
export interface PortArguments extends PastArguments {
  readonly number: number;
  readonly protocol?: TransportProtocol | null;
}

/** What `ports` is asked. */
export interface PortsArguments extends PastArguments {
  readonly numbers: readonly number[];
  readonly protocol?: TransportProtocol | null;
}

/** What `service` is asked. */
export interface ServiceArguments extends PastArguments {
  readonly name: string;
}

/** What `pool` is asked. */
export interface PoolArguments {
  readonly name: string;
}

/** What `suitability` is asked. */
export interface SuitabilityArguments extends Omit<PortArguments, 'asOf'> {
  readonly environment?: string | null;
}

/** What `search` is asked. */
export interface SearchArguments extends ConnectionArguments {
  readonly text: string;
  readonly origin?: Origin | null;
  readonly protocol?: TransportProtocol | null;
  readonly range?: PortRange['name'] | null;
  readonly state?: AssignmentState | null;
  readonly category?: Category | null;
}

/** What `assignments` is asked. */
export interface AssignmentsArguments extends ConnectionArguments {
  readonly filter?: Partial<AssignmentFilter> | null;
}

/** What `associations` is asked. */
export interface AssociationsArguments extends ConnectionArguments {
  readonly filter?: Partial<AssociationFilter> | null;
}

/** What `association` is asked. */
export interface AssociationArguments {
  readonly id: string;
}

/** What `changes` is asked. */
export interface ChangesArguments extends ConnectionArguments {
  readonly filter?: Partial<ChangeFilter> | null;
}

/** Which own entry a mutation is about. */
export interface ChangeArguments {
  readonly id: string;
  readonly revision: number;
}

/**
 * Makes sure that the port of a filter is one.
 *
 * @param filter - The filter; undefined or null where none was given.
 * @throws {RegistryError} `invalid_argument`
 */
export function checkFilter<Filter extends { port?: number | null }>(
  filter: Filter | null | undefined,
): Filter | undefined {
  if (typeof filter?.port === 'number') checkPortNumber(filter.port, String(filter.port), 'filter.port');
  return filter ?? undefined;
}

/**
 * Makes sure that no more ports are asked for than may be.
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
 * Reads a day that may be left out.
 *
 * @param written - The day; undefined or null where none was given.
 * @param parameter - The argument's name.
 * @throws {RegistryError} `invalid_argument`
 */
export function readDay(written: string | null | undefined, parameter: string): string | null {
  return written === undefined || written === null ? null : parseDay(written, parameter);
}
