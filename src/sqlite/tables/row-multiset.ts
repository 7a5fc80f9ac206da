import type { AssignmentCells } from '../../registry/rows/assignment.ts';
import { fromCells, listCells } from '../../registry/rows/cells.ts';

/** A row as one text: the JSON of its 12 cells. */
export function toRowText(cells: AssignmentCells): string {
  return JSON.stringify(listCells(cells));
}

/** The row of a text that `toRowText` made. */
export function fromRowText(text: string): AssignmentCells {
  return fromCells(JSON.parse(text));
}

/** Rows of the registry, in no order: no column or set of them tells all rows apart, so each has its number. */
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

  /** Lists what this one has more of than the other. */
  without(other: RowMultiset): string[] {
    return [...this.#counts].flatMap(([row, count]) =>
      Array.from({ length: Math.max(0, count - (other.#counts.get(row) ?? 0)) }, () => row),
    );
  }

  /** How many rows there are. */
  get size(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }
}

/** A change as it is stored: the texts of both rows. */
export interface StoredChange {
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * Takes rows from one snapshot to a neighbour.
 *
 * @param bag - The rows of the one; they become those of the other.
 * @param changes - What changed between the two.
 * @param forward - False goes from the later one to its parent.
 */
export function apply(bag: RowMultiset, changes: readonly StoredChange[], forward: boolean): void {
  for (const { before, after } of changes) {
    if (before !== null) bag.add(before, forward ? -1 : 1);
    if (after !== null) bag.add(after, forward ? 1 : -1);
  }
}
