import type { VersionSource } from './registry-version.ts';

/**
 * Runs one step of long work and returns its result, or a promise if other work runs before the step. A step is synchronous
 * and takes a few milliseconds at most. Rejects without running the step when the client has disconnected or the work has used
 * its processor time.
 */
export type RunStep = <T>(step: () => T) => T | Promise<T>;

/** Runs each step at once, where no other work waits: on the command line. */
export const runAtOnce: RunStep = async (step) => step();

/** The most writes during the work: each may start it again. */
const MOST_WRITES = 5;

/**
 * Runs work that the first answer after a start, an import or a write needs, in steps.
 *
 * @param registry - The registry.
 * @param step - Runs one step of the work, and returns true if none is left.
 * @param run - Runs the steps.
 */
export async function prepareInSteps(registry: VersionSource, step: () => boolean, run: RunStep): Promise<void> {
  let known = registry.version();
  let writes = 0;
  while (!(await run(step))) {
    const version = registry.version();
    if (version.own !== known.own) writes++;
    // The answer then runs all steps at once: imports or writes might follow too fast to ever finish.
    if (version.lists !== known.lists || writes > MOST_WRITES) return;
    known = version;
  }
}

/**
 * Runs all steps of a computation.
 *
 * @param steps - The computation, which yields between two steps.
 * @param run - Runs the steps.
 * @returns Its result.
 */
export async function runInSteps<T>(steps: Generator<void, T>, run: RunStep): Promise<T> {
  const next = () => steps.next();
  let result = await run(next);
  while (!result.done) result = await run(next);
  return result.value;
}
