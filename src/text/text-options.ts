import type { Origin } from '../registry/rows/association.ts';

/** How a client wants its text. */
export interface TextOptions {
  /** True to truncate nothing; false for lines of at most 80 characters. */
  readonly isWide: boolean;
  /** The preferred origins of names and rows, the first one first. */
  readonly preferred: readonly Origin[];
  /** The system whose commands are in port reports; `all` for every system, `none` for no commands. */
  readonly checks: string;
}
