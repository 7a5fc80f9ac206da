/**
 * An index of names for fuzzy lookup. The folded names and their letter bitmasks are computed once, for many lookups.
 */
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
   * Finds the near names, in no particular order.
   *
   * @param asked - The name to look for, in lower case.
   * @param most - The most different letters; a third of them by default.
   */
  near(asked: string, most = Math.max(1, Math.floor(asked.length / 3))): NearName[] {
    const letters = lettersOf(asked);
    const found: NearName[] = [];
    for (let index = 0; index < this.#names.length; index++) {
      const candidate = this.#folded[index] as string;
      const isPrefix = asked.length >= 3 && candidate.startsWith(asked);
      if (!isPrefix && Math.abs(candidate.length - asked.length) > most) continue;
      if (!isPrefix && differingLetters(letters, this.#letters[index] as number) > most) continue;
      const distance = isPrefix ? Number(candidate !== asked) : editDistance(asked, candidate, most);
      if (distance <= most) found.push({ name: this.#names[index] as string, distance });
    }
    return found;
  }
}

/** A name and its edit distance from the name asked for. */
interface NearName {
  readonly name: string;
  readonly distance: number;
}

/**
 * Finds the names that were perhaps meant: those with the least edit distance from the text. An insertion, a deletion,
 * a replacement and a swap of neighbours count 1 each. A name is near when at most a third of the letters differ
 * (one letter in short names), or when it begins with the text.
 *
 * @param written - The text to look for, in any case.
 * @param names - The names that exist.
 * @param count - The most names to return.
 * @returns The near names: nearest first, then those with the same first letter, then in the order of ASCII.
 * @example nearest('protcol', ['protocol', 'format'], 1) // ['protocol']
 */
export function nearest(written: string, names: Iterable<string>, count: number): string[] {
  return nearestIn(written, [new NameIndex(names)]).slice(0, count);
}

/**
 * Finds the near names as `nearest` does, in indexes that are built once.
 *
 * @param written - The text to look for, in any case.
 * @param indexes - Indexes of the names that exist; a name in several of them is returned once.
 * @returns All near names, in the order of `nearest`.
 */
export function nearestIn(written: string, indexes: readonly NameIndex[]): string[] {
  const asked = written.toLowerCase();
  const sharesFirstLetter = (name: string): number => Number(name[0]?.toLowerCase() === asked[0]);
  const found = indexes
    .flatMap((index) => index.near(asked))
    .sort(
      (a, b) =>
        a.distance - b.distance || sharesFirstLetter(b.name) - sharesFirstLetter(a.name) || (a.name < b.name ? -1 : 1),
    );
  return [...new Set(found.map(({ name }) => name))];
}

/** Returns a bitmask of the characters of a text: 32 bits, so several characters share one. */
function lettersOf(text: string): number {
  let bits = 0;
  for (let index = 0; index < text.length; index++) bits |= 1 << (text.charCodeAt(index) & 31);
  return bits;
}

/**
 * Returns a lower bound of the edit distance: the number of characters that only one of the two texts has, on the side
 * with more of them. It rules out most names in a hundredth of the time of `editDistance`.
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
 * Computes the optimal string alignment distance: one row of cells for each letter of `a`, with the two rows before.
 * Only cells within the limit of the diagonal are computed: all others exceed the limit (Ukkonen 1985).
 *
 * @returns The distance; any number above the limit if the distance is above it.
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
    // The previous row ends one cell earlier.
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
