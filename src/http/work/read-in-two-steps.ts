import type { Registry } from '../../registry/registry.ts';
import { isSameVersion } from '../../registry/values/registry-version.ts';
import type { RunStep } from '../../registry/values/run-step.ts';

/**
 * Reads from the registry in two steps, which have one state of the data.
 *
 * @param registry - The registry.
 * @param run - Runs the steps.
 * @param first - The first step. It runs again if the data has changed before the second one.
 * @param second - The second step. It gets the result of the first one.
 * @returns The result of the second step.
 */
export async function readInTwoSteps<First, Second>(
  registry: Pick<Registry, 'read' | 'version'>,
  run: RunStep,
  first: () => First,
  second: (result: First) => Second,
): Promise<Second> {
  const read = () => ({ version: registry.version(), result: first() });
  const known = await run(() => registry.read(read));
  return run(() =>
    registry.read(() => second((isSameVersion(registry.version(), known.version) ? known : read()).result)),
  );
}
