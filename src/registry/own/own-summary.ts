/** The most owners, and the most environments, that a summary names: as many as a drop-down list can have. */
export const MOST_CHOICES = 100;

/** The own entries as a whole. */
export interface OwnSummary {
  /** The number of own entries. */
  readonly entries: number;
  /** The number of different owners. */
  readonly teams: number;
  /** The first `MOST_CHOICES` owners, by name. */
  readonly owners: readonly string[];
  /** The first `MOST_CHOICES` environments, by name. */
  readonly environments: readonly string[];
}
