import type { AssignmentCells } from '../../registry/rows/assignment.ts';
import { fromCells, listCells } from '../../registry/rows/cells.ts';

/** Returns a row as one text: the JSON array of its 12 cells. */
export function toRowText(cells: AssignmentCells): string {
  return JSON.stringify(listCells(cells));
}

/** Parses a row from the text that `toRowText` returns. */
export function fromRowText(text: string): AssignmentCells {
  return fromCells(JSON.parse(text));
}

/** A multiset of official rows (row → count): the rows have no unique key. */
export class RowMultiset {
  readonly #counts: Map<string, number>;

  constructor(counts: ReadonlyMap<string, number> = new Map()) {
    this.#counts = new Map(counts);
  }

  add(row: string, count = 1): void {
    const sum = (this.#counts.get(row) ?? 0) + count;
    if (sum === 0) this.#counts.delete(row);
    else this.#counts.set(row, sum);
  }

  copy(): RowMultiset {
    return new RowMultiset(this.#counts);
  }

  /** Returns the difference of two multisets: each row as often as this one has more of it than the other. */
  minus(other: RowMultiset): string[] {
    return [...this.#counts].flatMap(([row, count]) =>
      Array.from({ length: Math.max(0, count - (other.#counts.get(row) ?? 0)) }, () => row),
    );
  }

  /** The number of rows, duplicates included. */
  get size(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }
}

/** A stored change: the texts of both rows; null for an added or removed row. */
export interface StoredChange {
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * Applies the changes between a snapshot and its parent to the rows of one of them; they become those of the other.
 *
 * @param rows - The rows, changed in place.
 * @param changes - The changes.
 * @param forward - True goes from the parent to the snapshot, false back to the parent.
 */
export function applyChanges(rows: RowMultiset, changes: readonly StoredChange[], forward: boolean): void {
  for (const { before, after } of changes) {
    if (before !== null) rows.add(before, forward ? -1 : 1);
    if (after !== null) rows.add(after, forward ? 1 : -1);
  }
}
