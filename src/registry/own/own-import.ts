import type { Association } from '../rows/association.ts';
import type { OwnEntry, OwnPatch } from './own-fields.ts';

/** An entry of an import file. */
export interface OwnRow {
  /** Its first line in the file, from 1. */
  readonly line: number;
  /** The id in the file; null for none. */
  readonly id: string | null;
  /** The entry, with defaults for the fields that the file does not have. */
  readonly entry: OwnEntry;
  /** The fields that the file has: an update of an existing entry changes only these. */
  readonly given: readonly (keyof OwnEntry)[];
}

/** One step of an import. An update may change nothing. */
export type OwnStep =
  | { readonly action: 'create'; readonly line: number; readonly entry: OwnEntry }
  | { readonly action: 'update'; readonly line: number; readonly before: Association; readonly patch: OwnPatch }
  | { readonly action: 'delete'; readonly before: Association };

/** Returns a text that is equal for entries that may be the same. */
export type Key = (entry: OwnEntry) => string;

const byPorts: Key = ({ name, firstPort, lastPort, protocols }) =>
  JSON.stringify([name, firstPort, lastPort, protocols]);

/** The keys of entries on the same ports: with the same environment first. */
export const PORT_KEYS: readonly Key[] = [(entry) => JSON.stringify([byPorts(entry), entry.environment]), byPorts];

/**
 * Plans an import. A row updates the entry with its id, or else one with the same name, ports and protocols, and the same
 * environment if there is one; otherwise it creates an entry. No entry is deleted.
 *
 * @param rows - The rows of the file.
 * @param existing - All own entries.
 * @returns The steps in the order of the rows.
 */
export function planImport(rows: readonly OwnRow[], existing: readonly Association[]): OwnStep[] {
  const matches = matchRows(rows, existing, PORT_KEYS);
  return rows.map((row) => toStep(row, matches.get(row)));
}

/**
 * Finds the entry of each row: that with its id, or else the first one with an equal key. No entry is found by two rows:
 * of several equal entries, each row gets another.
 *
 * @param rows - The rows of the file.
 * @param existing - The entries that may be found.
 * @param keys - The keys. A row finds an entry by a later key if none is left for an earlier one.
 */
export function matchRows(
  rows: readonly OwnRow[],
  existing: readonly Association[],
  keys: readonly Key[],
): ReadonlyMap<OwnRow, Association> {
  const unclaimed = new Map(existing.map((entry) => [entry.id, entry]));
  const matches = new Map<OwnRow, Association>();
  const claim = (row: OwnRow, found: Association | undefined): void => {
    if (found === undefined) return;
    matches.set(row, found);
    unclaimed.delete(found.id);
  };
  // Rows with an id come first, so that no other row claims their entry.
  for (const row of rows) if (row.id !== null) claim(row, unclaimed.get(row.id));
  for (const key of keys) {
    // Reversed, so that `pop` returns them in their order.
    const byKey = Map.groupBy([...unclaimed.values()].reverse(), key);
    for (const row of rows) if (!matches.has(row)) claim(row, byKey.get(key(row.entry))?.pop());
  }
  return matches;
}

/**
 * Returns the step of a row.
 *
 * @param row - The row.
 * @param before - The entry that it updates; undefined to create one.
 */
export function toStep(row: OwnRow, before: Association | undefined): OwnStep {
  const { line, entry } = row;
  return before === undefined
    ? { action: 'create', line, entry }
    : { action: 'update', line, before, patch: patchOf(row) };
}

function patchOf({ entry, given }: OwnRow): OwnPatch {
  const fields = given.map((name) => [name, entry[name]]);
  return { ...Object.fromEntries(fields), firstPort: entry.firstPort, lastPort: entry.lastPort };
}
