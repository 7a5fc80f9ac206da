import type { Service } from './port-lookup.ts';
import { type NamedPlace, otherNameTargets, rowsOfPlace } from './report/other-name-rows.ts';
import type { NamedRow } from './report/preferred-origins.ts';
import { type Assignment, compareAssignments } from './rows/assignment.ts';
import { type Association, compareAssociations } from './rows/association.ts';
import { parseSearchQuestion } from './search/search-question.ts';
import { ANY_ROW } from './search/search-result.ts';
import type { Queries } from './stored-rows.ts';
import { AnswerSize } from './values/answer-size.ts';
import { quoteInput, RegistryError } from './values/registry-error.ts';
import { type Steps, sortInSteps } from './values/run-step.ts';

/**
 * Finds all rows of a name, as `PortLookup.service`. The first step fails for an unknown name.
 *
 * @param queries - The stored rows. The caller runs the queries in a transaction.
 * @param name - A service name, the name of a use, another or a former name, or the program that a use is known for.
 * @param asOf - The day of the official rows, `YYYY-MM-DD`; null for the current ones.
 * @throws {RegistryError} `not_found`, with the nearest names as suggestions.
 */
export function* findService(queries: Queries, name: string, asOf: string | null): Steps<Service> {
  const { rows, history, spellings, formerNames } = queries;
  const past = asOf === null ? null : history.asOf(asOf);
  const official = (past ?? rows).assignmentsOfService(name).sort((a, b) => byPort(a, b) || compareAssignments(a, b));
  const uses = yield* sortInSteps(yield* rows.associationsByName(name), compareAssociations);
  // The name is known.
  if (uses.length > 0) yield;
  const size = new AnswerSize();
  const rowsAt = (place: NamedPlace): NamedRow[] => {
    const assignments = past === null ? rows.assignmentsAt(place.port, size) : past.assignmentsAt(place.port);
    return rowsOfPlace(place, assignments, rows.associationsAt(place.port, size));
  };
  const retired = past === null ? history.retired(name) : [];
  // The changes of a removed name show what replaced its rows.
  const formerPlaces = past === null && retired.length === 0 ? formerNames(name) : [];
  const places = [...rows.placesOfOtherName(name), ...formerPlaces];
  const entries: NamedRow[] = rows.ownEntriesByOtherName(name).sort(compareAssociations);
  const isUnknown = [official, uses, entries, places, retired].every(({ length }) => length === 0);
  const users = isUnknown && past === null ? usesOfProgram(queries, name) : [];
  const others = newRows([...entries, ...places.flatMap(rowsAt), ...users], [...official, ...uses]);
  const otherSpelling = others.length > 0 ? (places[0]?.name ?? name) : undefined;
  const found = official[0]?.serviceName ?? uses[0]?.name ?? otherSpelling ?? retired[0]?.before?.serviceName;
  if (found == null) {
    const suggestions = spellings.serviceNames(name);
    const detail = asOf === null ? 'no such service name' : `no such service name on ${asOf}`;
    throw new RegistryError('not_found', `Cannot find service ${quoteInput(name)}: ${detail}`, { suggestions });
  }
  return {
    name: found,
    assignments: [...official, ...others.filter((row) => 'serviceName' in row)].sort(portsFirst),
    associations: [...uses, ...others.filter((row) => 'id' in row)],
    otherNameOf: otherNameTargets(others),
    retired,
  };
}

/** Finds the use that a program is known for, such as that of 3128 for `squid`; empty for a text that is no exact name. */
function usesOfProgram({ lists }: Queries, name: string): Association[] {
  const question = parseSearchQuestion(name);
  if (question.ports.length > 0) return [];
  const { best, results } = lists.search(question, ANY_ROW, { limit: 1, offset: 0 });
  const [result] = results;
  return best?.isExact && result?.kind === 'association' ? [...result.rows] : [];
}

/** Returns the rows that are not among known ones, each once. */
function newRows(rows: readonly NamedRow[], knownRows: readonly NamedRow[]): NamedRow[] {
  if (rows.length === 0) return [];
  const known = new Set(knownRows.map(keyOf));
  return rows.filter((row) => !known.has(keyOf(row)) && known.add(keyOf(row)));
}

/** Returns a key of a row with a port. */
function keyOf(row: NamedRow): string {
  if ('id' in row) return row.id;
  return JSON.stringify([row.serviceName, row.firstPort, row.lastPort, row.protocol]);
}

/** Compares two rows, one with a port first. */
function portsFirst(a: Assignment, b: Assignment): number {
  return Number(a.firstPort === null) - Number(b.firstPort === null);
}

function byPort(a: { firstPort: number | null }, b: { firstPort: number | null }): number {
  return (a.firstPort ?? Number.POSITIVE_INFINITY) - (b.firstPort ?? Number.POSITIVE_INFINITY) || 0;
}
