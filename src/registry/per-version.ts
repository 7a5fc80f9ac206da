import type { RegistryVersion } from './registry.ts';

/**
 * Remembers what is computed from the registry until its version changes.
 *
 * @param registry - Has the version.
 * @param compute - Computes the value from the present rows.
 * @param parts - The parts of the version on which the value depends; by default all.
 * @returns A function that returns the value: the same object while the version is the same.
 */
export function perVersion<T>(
  registry: { readonly version: () => RegistryVersion },
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

/**
 * Compares two versions of the registry.
 *
 * @param version - A version.
 * @param other - Another one; undefined differs from each.
 * @param parts - The parts that count; by default all.
 */
export function isSameVersion(
  version: RegistryVersion,
  other: Readonly<Record<keyof RegistryVersion, number | undefined>> | undefined,
  parts: readonly (keyof RegistryVersion)[] = ['lists', 'own'],
): boolean {
  return parts.every((part) => version[part] === other?.[part]);
}
