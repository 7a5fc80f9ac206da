/** The reason before a node has compared itself with the shared log for the first time. */
export const NOT_REACHED = 'The shared register was not reached yet';

/** The state of a node of a shared register. */
export interface SharedStatus {
  /** The number of the last write that this node has: the id of the last row of its audit log. */
  readonly position: number;
  /** Whether the shared log can be used. Without it, this node answers, and refuses writes. */
  readonly connected: boolean;
  /** The time since when the log cannot be used, in UTC, ISO 8601 with milliseconds; null while it can. */
  readonly since: string | null;
  /** The reason why the log cannot be used; null while it can. */
  readonly reason: string | null;
  /** The time since this node last had all writes, in seconds. */
  readonly lagSeconds: number;
}
