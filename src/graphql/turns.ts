import type { RunStep } from '../registry/values/run-step.ts';

/** The work of one request. Other requests get turns in between. */
export interface Work {
  /** Runs one step, after the earlier ones. */
  readonly run: RunStep;
  /** Yields to other requests, after the earlier steps. */
  readonly turn: () => Promise<void>;
  /** Waits until a large response may be composed. Returns false if the request has to be rejected. */
  readonly startLarge: () => Promise<boolean>;
}

/** The most list items that are completed in one turn: 32 ports with all fields take up to 6 ms. */
const PART = 32;

/**
 * Lets other requests run while a list is completed. graphql-js completes all items at once that are no promises, so those after
 * the first 32 become promises.
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
