import type { RunStep } from '../registry/values/run-step.ts';

/** The work of one request. Other requests get turns in between. */
export interface Work {
  /** Runs one step, after the earlier ones. */
  readonly run: RunStep;
  /** Yields to other requests, after the earlier steps. */
  readonly turn: () => Promise<void>;
  /** Waits until a large response may be composed. Throws `unavailable` if too many wait already. */
  readonly startLarge: () => Promise<void>;
  /** Answers in steps, as the only large response that is being composed if there are many. */
  readonly runAlone: <T>(answer: (run: RunStep) => Promise<T>) => Promise<T>;
}

/** The size of the list items that are completed in one turn: 16 ports with all fields and 8 rows each take up to 4 ms. */
const PART = 16;

/** The size of a row of a port, as a part of an item. */
export const ROW_SIZE = 1 / 8;

/**
 * Lets other requests run while a list is completed. graphql-js completes all items at once that are no promises, so those after
 * the first part become promises.
 *
 * @param list - The items.
 * @param work - The work of the request.
 * @param sizeOf - Returns the size of an item; 1 by default.
 * @returns The items, or promises of them; the list itself if one turn is enough.
 */
export function inTurns<T>(
  list: readonly T[],
  { turn }: Pick<Work, 'turn'>,
  sizeOf: (item: T, index: number) => number = () => 1,
): readonly (T | Promise<T>)[] {
  let ready: Promise<void> | undefined;
  let size = 0;
  const items = list.map((item, index) => {
    if (size >= PART) {
      ready = turn();
      size = 0;
    }
    size += sizeOf(item, index);
    return ready === undefined ? item : ready.then(() => item);
  });
  return ready === undefined ? list : items;
}
