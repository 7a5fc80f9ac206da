import type { VersionSource } from './registry-version.ts';

/**
 * Runs one step of long work and returns its result. Other work may run before the step. A step is synchronous and
 * takes a few milliseconds at most. Rejects without running the step when the client has disconnected or the work has
 * used its processor time.
 */
export type RunStep = <T>(step: () => T) => Promise<T>;

/**
 * Runs work that the first answer after a start or an import needs, in steps.
 *
 * @param registry - The registry.
 * @param step - Runs one step of the work, and returns true if none is left.
 * @param run - Runs the steps.
 */
export async function prepareInSteps(registry: VersionSource, step: () => boolean, run: RunStep): Promise<void> {
  const { lists } = registry.version();
  // Ends at a change of the lists, and the answer runs all steps at once: imports might follow too fast to ever finish.
  while (!(await run(step)) && registry.version().lists === lists);
}
