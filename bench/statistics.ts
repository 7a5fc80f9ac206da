/**
 * Returns the median of some values, which one outlier does not change.
 *
 * @param values - At least one value, in any order; not changed.
 * @returns The middle value, or the mean of the two middle ones.
 * @throws {RangeError} When there are no values.
 */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/**
 * Returns a percentile of some values, with linear interpolation.
 *
 * @param values - At least one value, in any order; not changed.
 * @param share - The percentile, 0-100.
 * @throws {RangeError} When there are no values.
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const index = ((sorted.length - 1) * share) / 100;
  const below = sorted[Math.floor(index)];
  const above = sorted[Math.ceil(index)];
  if (below === undefined || above === undefined) throw new RangeError('Cannot take a percentile: expected a value');
  return below + (above - below) * (index - Math.floor(index));
}

/**
 * Returns the median of the ratios of all rounds. What slows the whole machine for a round slows both values of a ratio.
 *
 * @param values - One value per round.
 * @param others - The divisors, one per round.
 * @throws {RangeError} When there are no values, or the lengths differ.
 */
export function medianRatio(values: readonly number[], others: readonly number[]): number {
  if (values.length !== others.length) throw new RangeError('Cannot compare: expected as many values on either side');
  return median(values.map((value, round) => value / (others[round] ?? Number.NaN)));
}
