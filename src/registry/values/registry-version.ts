import type { RunStep, Steps } from './run-step.ts';

/**
 * The maximum age of a cached registry version, in milliseconds. It is shorter than the time between a client's
 * response and its next request, so that a client always sees its own writes. Under load, one check serves many
 * requests.
 */
export const VERSION_AGE_MS = 0.5;

/** The version of the data. Answers are the same as long as both numbers are. */
export interface RegistryVersion {
  /** Changes with every change of a list. */
  readonly lists: number;
  /** Changes with every change of own entries and pools. */
  readonly own: number;
}

/** The source of the version: a registry or its rows. */
export interface VersionSource {
  /** Returns the version of the data. */
  version(): RegistryVersion;
}

/**
 * Caches a value that is computed from the registry, until the version changes.
 *
 * @param registry - The source of the version.
 * @param compute - Computes the value from the current rows.
 * @param parts - The parts of the version on which the value depends; all by default.
 * @returns A function that returns the value, which is the same object until the version changes.
 */
export function perVersion<T>(
  registry: VersionSource,
  compute: () => T,
  parts: readonly (keyof RegistryVersion)[] = ['lists', 'own'],
): () => T {
  let known: { readonly version: RegistryVersion; readonly value: T } | undefined;
  return () => {
    const version = registry.version();
    if (known === undefined || !isSameVersion(version, known.version, parts)) known = { version, value: compute() };
    return known.value;
  };
}

/** A value that is computed in steps, each a few milliseconds long. */
export interface SteppedValue<T> {
  /**
   * Runs one step of the computation.
   *
   * @returns True if the value of the current version is computed.
   */
  readonly step: () => boolean;
  /** Returns the value; runs all steps that are left. */
  readonly value: () => T;
  /** Returns whether the value of the current version is computed. */
  readonly isReady: () => boolean;
}

/** The computation for one version, with the result of its last step. */
interface Computation<T> {
  readonly version: RegistryVersion;
  readonly steps: Steps<T>;
  readonly result: IteratorResult<void, T>;
}

/**
 * Caches a value that is computed from the registry, until the version changes. The first request after a change can run
 * the computation in steps, with other requests in between.
 *
 * @param registry - The source of the version.
 * @param compute - Computes the value from the current rows, and yields between two steps.
 * @param parts - The parts of the version on which the value depends.
 */
export function perVersionInSteps<T>(
  registry: VersionSource,
  compute: () => Steps<T>,
  parts: readonly (keyof RegistryVersion)[],
): SteppedValue<T> {
  let current: Computation<T> | undefined;
  const find = (version: RegistryVersion): Computation<T> | undefined =>
    current !== undefined && isSameVersion(version, current.version, parts) ? current : undefined;
  const advance = (): IteratorResult<void, T> => {
    const version = registry.version();
    const known = find(version);
    if (known?.result.done) return known.result;
    const steps = known?.steps ?? compute();
    // Cleared during the step: a step that throws ends the computation.
    current = undefined;
    current = { version, steps, result: steps.next() };
    return current.result;
  };
  return {
    step: () => advance().done === true,
    value: () => {
      let result = advance();
      while (!result.done) result = advance();
      return result.value;
    },
    isReady: () => find(registry.version())?.result.done === true,
  };
}

/**
 * Compares two versions of the registry.
 *
 * @param version - A version.
 * @param other - Another version; undefined differs from every version.
 * @param parts - The parts to compare; all by default.
 */
export function isSameVersion(
  version: RegistryVersion,
  other: Readonly<Record<keyof RegistryVersion, number | undefined>> | undefined,
  parts: readonly (keyof RegistryVersion)[] = ['lists', 'own'],
): boolean {
  return parts.every((part) => version[part] === other?.[part]);
}

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
