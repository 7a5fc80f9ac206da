/** Names to look for near ones in. What rules most of them out is computed once, for many questions. */
export class NameIndex {
  readonly #names: readonly string[];
  readonly #folded: readonly string[];
  readonly #letters: Int32Array;

  /** @param names - The names that exist. */
  constructor(names: Iterable<string>) {
    this.#names = [...names];
    this.#folded = this.#names.map((name) => name.toLowerCase());
    this.#letters = Int32Array.from(this.#folded, lettersOf);
  }

  /**
   * Finds the names that are near, in no particular order.
   *
   * @param asked - What was asked for, in small letters.
   */
  near(asked: string): NearName[] {
    const allowed = Math.max(1, Math.floor(asked.length / 3));
    const letters = lettersOf(asked);
    const found: NearName[] = [];
    for (let index = 0; index < this.#names.length; index++) {
      const candidate = this.#folded[index] as string;
      const isPrefix = asked.length >= 3 && candidate.startsWith(asked);
      if (!isPrefix && Math.abs(candidate.length - asked.length) > allowed) continue;
      if (!isPrefix && differingLetters(letters, this.#letters[index] as number) > allowed) continue;
      const distance = isPrefix ? Number(candidate !== asked) : editDistance(asked, candidate, allowed);
      if (distance <= allowed) found.push({ name: this.#names[index] as string, distance });
    }
    return found;
  }
}

/** A name, and how many changes make what was asked for of it. */
interface NearName {
  readonly name: string;
  readonly distance: number;
}

/**
 * Finds the names that were perhaps meant: those that differ least from what was written, counting each insertion,
 * deletion, replacement and swap of neighbours as one. A name is near when at most a third of the letters differ
 * (one letter in short names), or when it begins with what was written.
 *
 * @param written - What was asked for; case does not matter.
 * @param names - The names that exist.
 * @param count - How many to give at most.
 * @returns The near names: nearest first, then those with the same first letter, then in the order of ASCII.
 * @example nearest('protcol', ['protocol', 'format'], 1) // ['protocol']
 */
export function nearest(written: string, names: Iterable<string>, count: number): string[] {
  return nearestIn(written, [new NameIndex(names)]).slice(0, count);
}

/**
 * Finds the near names as `nearest` does, among names that are asked for often.
 *
 * @param written - What was asked for; case does not matter.
 * @param indexes - The names that exist; one that stands in several is given once.
 * @returns All near names, in the order of `nearest`.
 */
export function nearestIn(written: string, indexes: readonly NameIndex[]): string[] {
  const asked = written.toLowerCase();
  const startsAlike = (name: string): number => Number(name[0]?.toLowerCase() === asked[0]);
  const found = indexes
    .flatMap((index) => index.near(asked))
    .sort((a, b) => a.distance - b.distance || startsAlike(b.name) - startsAlike(a.name) || (a.name < b.name ? -1 : 1));
  return [...new Set(found.map(({ name }) => name))];
}

/** Which characters a text has, as bits: several characters share one, as there are but 32. */
function lettersOf(text: string): number {
  let bits = 0;
  for (let index = 0; index < text.length; index++) bits |= 1 << (text.charCodeAt(index) & 31);
  return bits;
}

/**
 * Counts the characters that only one of two texts has, on the side that has more of them: each costs a change at
 * least. It rules out most names in a hundredth of the time that their distance would take.
 */
function differingLetters(a: number, b: number): number {
  return Math.max(countBits(a & ~b), countBits(b & ~a));
}

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/**
 * Computes the optimal string alignment distance, in one row of cells a letter of `a`, with the two rows before. Only cells
 * within the limit of the diagonal are computed: any other is beyond the limit (Ukkonen 1985).
 *
 * @returns The distance; any number beyond the limit where it is beyond the limit.
 */
function editDistance(a: string, b: string, limit: number): number {
  const beyond = limit + 1;
  let before = new Uint16Array(b.length + 1);
  let previous = new Uint16Array(b.length + 1);
  let current = new Uint16Array(b.length + 1);
  for (let column = 1; column <= b.length; column++) previous[column] = column;
  for (let row = 1; row <= a.length; row++) {
    const [first, last] = [Math.max(1, row - limit), Math.min(b.length, row + limit)];
    current[first - 1] = first === 1 ? row : beyond;
    // The row before ends one cell earlier.
    if (row + limit <= b.length) previous[last] = beyond;
    let least = current[first - 1] as number;
    for (let column = first; column <= last; column++) {
      const same = a.charCodeAt(row - 1) === b.charCodeAt(column - 1);
      let cost = Math.min(
        (previous[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (previous[column - 1] as number) + Number(!same),
      );
      const isSwap =
        row > 1 &&
        column > 1 &&
        a.charCodeAt(row - 1) === b.charCodeAt(column - 2) &&
        a.charCodeAt(row - 2) === b.charCodeAt(column - 1);
      if (isSwap) cost = Math.min(cost, (before[column - 2] as number) + 1);
      current[column] = cost;
      least = Math.min(least, cost);
    }
    if (least > limit) return least;
    [before, previous, current] = [previous, current, before];
  }
  return previous[b.length] as number;
}
