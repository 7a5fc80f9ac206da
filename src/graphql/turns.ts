import type { RunStep } from '../registry/values/run-step.ts';

/** The work of one request, of which other requests get turns in between. */
export interface Work {
  /** Runs one step, after the steps that were asked for before. */
  readonly run: RunStep;
  /** Gives other requests a turn, after the steps that were asked for before. */
  readonly turn: () => Promise<void>;
  /** Waits, before a large answer is composed, until there is room; false where the request is to be refused. */
  readonly startLarge: () => Promise<boolean>;
}

/** The most items of a list that are completed in one turn: 32 ports with all their fields take up to 6 ms. */
const PART = 32;

/**
 * Gives other requests turns while graphql-js completes a list, which it does at once for all items that are there: those
 * behind the first 32 are promises.
 *
 * @param list - The items.
 * @param work - The work of the request.
 * @returns The items, or promises of them.
 */
export function inTurns<T>(list: readonly T[], { turn }: Work): readonly (T | Promise<T>)[] {
  let ready: Promise<void> | undefined;
  return list.map((item, index) => {
    if (index > 0 && index % PART === 0) ready = turn();
    return ready === undefined ? item : ready.then(() => item);
  });
}
