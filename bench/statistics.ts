/**
 * Gives the middle of some figures: half of them are no larger, half no smaller. One outlier does not move it.
 *
 * @param figures - At least one, in any order; they are left as they are.
 * @returns The middle one, or the mean of the two in the middle.
 * @throws {RangeError} When there are none.
 */
export function median(figures: readonly number[]): number {
  return percentile(figures, 50);
}

/**
 * Gives the figure below which a share of all figures lies, between two of them in proportion.
 *
 * @param figures - At least one, in any order; they are left as they are.
 * @param share - In percent, 0-100.
 * @throws {RangeError} When there are none.
 */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const place = ((sorted.length - 1) * share) / 100;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new RangeError('There is no figure to take the middle of');
  return below + (above - below) * (place - Math.floor(place));
}

/**
 * Compares two series of the same rounds. Each round gives a ratio of its own, and their median counts: what slows the
 * whole machine for a round slows both sides of it.
 *
 * @param figures - One a round.
 * @param others - What they are divided by, one a round.
 * @throws {RangeError} When there are none, or more of one than of the other.
 */
export function medianRatio(figures: readonly number[], others: readonly number[]): number {
  if (figures.length !== others.length) throw new RangeError('Expected as many figures on either side');
  return median(figures.map((figure, round) => figure / (others[round] ?? Number.NaN)));
}
