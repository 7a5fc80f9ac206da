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
  const asked = written.toLowerCase();
  const allowed = Math.max(1, Math.floor(asked.length / 3));
  const letters = lettersOf(asked);
  const found: { name: string; distance: number }[] = [];
  for (const name of names) {
    const candidate = name.toLowerCase();
    const isPrefix = asked.length >= 3 && candidate.startsWith(asked);
    if (!isPrefix && Math.abs(candidate.length - asked.length) > allowed) continue;
    if (!isPrefix && differingLetters(letters, lettersOf(candidate)) > allowed) continue;
    const distance = isPrefix ? Number(candidate !== asked) : editDistance(asked, candidate, allowed);
    if (distance <= allowed) found.push({ name, distance });
  }
  const startsAlike = (name: string): number => Number(name[0]?.toLowerCase() === asked[0]);
  found.sort(
    (a, b) => a.distance - b.distance || startsAlike(b.name) - startsAlike(a.name) || (a.name < b.name ? -1 : 1),
  );
  return found.slice(0, count).map(({ name }) => name);
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
 * Optimal string alignment distance, in one row of cells a letter of `a`, with the two rows before. Gives up, with a
 * distance beyond the limit, once a whole row is beyond it: most names are far.
 */
function editDistance(a: string, b: string, limit: number): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + Number(!same),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      }
      current.push(cost);
      least = Math.min(least, cost);
    }
    if (least > limit + 1) return least;
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
