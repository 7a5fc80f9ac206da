import type { Assignment } from '../rows/assignment.ts';
import { type Association, ORIGINS, type Origin, type RankedUse } from '../rows/association.ts';
import { quoteInput, RegistryError } from '../values/registry-error.ts';

/** A row with a name: an official row or a use. */
export type NamedRow = Assignment | Association;

/** The fields of a use that decide which row names a port. */
export type NamingUse = RankedUse & Pick<Association, 'protocols' | 'category' | 'status'>;

/** A row that can name a port. */
export type NamingRow = Assignment | NamingUse;

/** The order of origins of a client that asks for none: own entries, then all other rows. */
export const OWN_FIRST: readonly Origin[] = ['own'];

/** The rows of a port or of a name. */
export interface RowsByKind<Use extends NamingUse = Association> {
  readonly assignments: readonly Assignment[];
  readonly associations: readonly Use[];
}

/**
 * Returns the origin of a row.
 *
 * @param row - An official row or a use.
 */
export function originOf(row: NamingRow): Origin {
  return 'id' in row ? row.origin : 'iana';
}

/**
 * Compares two rows by origin: those that a client prefers come first, all others are equal.
 *
 * @param preferred - The preferred origins, the first one first.
 */
export function compareOrigins(preferred: readonly Origin[]): (a: NamingRow, b: NamingRow) => number {
  const rank = (row: NamingRow): number => {
    const index = preferred.indexOf(originOf(row));
    return index < 0 ? preferred.length : index;
  };
  return (a, b) => rank(a) - rank(b);
}

/**
 * Lists rows by origin for texts and tables: the preferred origins first, then official rows, own entries and informal uses.
 * Rows of one origin keep their order.
 *
 * @param rows - The rows, in the order of a report.
 * @param preferred - The preferred origins, the first one first.
 */
export function rowsByOrigin(
  { assignments, associations }: RowsByKind,
  preferred: readonly Origin[] = OWN_FIRST,
): NamedRow[] {
  return [...assignments, ...associations].sort(compareOrigins(preferred));
}

/**
 * Parses a list of origins; a repeated one counts once.
 *
 * @param text - Origins in any case, separated by commas.
 * @param parameter - The parameter, for the error.
 * @throws {RegistryError} `invalid_argument`
 */
export function parseOrigins(text: string, parameter: string): Origin[] {
  const origins = text.split(',').map((word) => {
    const origin = ORIGINS.find((known) => known === word.trim().toLowerCase());
    if (origin !== undefined) return origin;
    throw new RegistryError(
      'invalid_argument',
      `Cannot parse ${parameter} ${quoteInput(word)}: expected ${ORIGINS.join(', ')}, with commas between`,
      { parameter },
    );
  });
  return [...new Set(origins)];
}
