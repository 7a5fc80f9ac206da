import type { Association } from '../rows/association.ts';
import type { OwnEntry, OwnPatch } from './own-fields.ts';

/** An entry of an import file. */
export interface OwnRow {
  /** The id in the file; null for none. */
  readonly id: string | null;
  /** The entry, with defaults for the fields that the file does not have. */
  readonly entry: OwnEntry;
  /** The fields that the file has: an update of an existing entry changes only these. */
  readonly given: readonly (keyof OwnEntry)[];
}

/** One step of an import: it creates an entry, or updates one. An update may change nothing. */
export type OwnStep =
  | { readonly action: 'create'; readonly entry: OwnEntry }
  | { readonly action: 'update'; readonly before: Association; readonly patch: OwnPatch };

/**
 * Plans an import. A row updates the entry with its id, or else one with the same name, ports and protocols; otherwise
 * it creates an entry. No entry is deleted, and none is updated by two rows: of several equal entries, each row gets
 * another.
 *
 * @param rows - The rows of the file.
 * @param existing - All own entries.
 */
export function planImport(rows: readonly OwnRow[], existing: readonly Association[]): OwnStep[] {
  const unclaimed = new Map(existing.map((entry) => [entry.id, entry]));
  const byKey = Map.groupBy(existing, keyOf);
  // Rows with an id come first, so that no other row claims their entry.
  const claimedById = new Map(rows.map((row) => [row, row.id === null ? undefined : claim(unclaimed, row.id)]));
  return rows.map((row) => {
    const before =
      claimedById.get(row) ?? claim(unclaimed, byKey.get(keyOf(row.entry))?.find(({ id }) => unclaimed.has(id))?.id);
    return before === undefined
      ? { action: 'create', entry: row.entry }
      : { action: 'update', before, patch: patchOf(row) };
  });
}

function claim(unclaimed: Map<string, Association>, id: string | undefined): Association | undefined {
  const found = id === undefined ? undefined : unclaimed.get(id);
  if (found !== undefined) unclaimed.delete(found.id);
  return found;
}

function patchOf({ entry, given }: OwnRow): OwnPatch {
  const fields = given.map((name) => [name, entry[name]]);
  return { ...Object.fromEntries(fields), firstPort: entry.firstPort, lastPort: entry.lastPort };
}

function keyOf({ name, firstPort, lastPort, protocols }: OwnEntry): string {
  return JSON.stringify([name, firstPort, lastPort, protocols]);
}
