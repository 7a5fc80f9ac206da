import type { Association } from '../rows/association.ts';
import type { OwnEntry, OwnPatch } from './own-fields.ts';

/** An entry as a file has it. */
export interface OwnRow {
  /** The id that stands beside it; null where none does. */
  readonly id: string | null;
  /** The entry, with defaults for what the file leaves out. */
  readonly entry: OwnEntry;
  /** The fields that the file has: those of an entry that exists already are changed, the others stay. */
  readonly given: readonly (keyof OwnEntry)[];
}

/** What an import does with one row: it creates an entry, or changes one, perhaps nothing of it. */
export type OwnStep =
  | { readonly action: 'create'; readonly entry: OwnEntry }
  | { readonly action: 'update'; readonly before: Association; readonly patch: OwnPatch };

/**
 * Plans an import: a row stands for the entry with its id, or else for one of the same name, ports and protocols, or else
 * for a new one. No entry is deleted, and none is taken twice: of several alike, each row takes another.
 *
 * @param rows - The rows of the file.
 * @param existing - All own entries.
 */
export function planImport(rows: readonly OwnRow[], existing: readonly Association[]): OwnStep[] {
  const free = new Map(existing.map((entry) => [entry.id, entry]));
  const alike = Map.groupBy(existing, keyOf);
  // Rows with an id come first, so that no other takes what they stand for.
  const named = new Map(rows.map((row) => [row, row.id === null ? undefined : take(free, row.id)]));
  return rows.map((row) => {
    const before = named.get(row) ?? take(free, alike.get(keyOf(row.entry))?.find(({ id }) => free.has(id))?.id);
    return before === undefined
      ? { action: 'create', entry: row.entry }
      : { action: 'update', before, patch: patchOf(row) };
  });
}

function take(free: Map<string, Association>, id: string | undefined): Association | undefined {
  const found = id === undefined ? undefined : free.get(id);
  if (found !== undefined) free.delete(found.id);
  return found;
}

function patchOf({ entry, given }: OwnRow): OwnPatch {
  const fields = given.map((name) => [name, entry[name]]);
  return { ...Object.fromEntries(fields), firstPort: entry.firstPort, lastPort: entry.lastPort };
}

function keyOf({ name, firstPort, lastPort, protocols }: OwnEntry): string {
  return JSON.stringify([name, firstPort, lastPort, protocols]);
}
