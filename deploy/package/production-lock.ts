/** A package in a lock file of npm. */
interface LockedPackage {
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly devDependencies?: unknown;
  readonly workspaces?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** A lock file of npm, version 3. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
  readonly [field: string]: unknown;
}

/**
 * Returns the part of a lock file that an installation of the package needs: the dependencies of the root, and theirs. Other
 * workspaces and development dependencies are left out.
 *
 * @param lock - The lock file of the repository.
 * @see https://docs.npmjs.com/cli/configuring-npm/package-lock-json
 */
export function productionLock({ packages, ...head }: Lock): Lock {
  const { devDependencies, workspaces, ...root } = packages[''] as LockedPackage;
  const needed = new Set<string>(['']);
  const add = (from: string, names: readonly string[]): void => {
    for (const name of names) {
      const place = resolve(packages, from, name);
      if (place === undefined || needed.has(place)) continue;
      needed.add(place);
      add(place, dependenciesOf(packages[place] as LockedPackage));
    }
  };
  add('', Object.keys(root.dependencies ?? {}));
  const kept = Object.entries(packages).filter(([place]) => needed.has(place));
  return { ...head, packages: { ...Object.fromEntries(kept), '': root } };
}

function dependenciesOf({ dependencies, optionalDependencies, peerDependencies }: LockedPackage): string[] {
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
}

/** Finds the place of a dependency as Node resolves it: in the folder of the package, then in those above it. */
function resolve(packages: Lock['packages'], from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (place in packages) return place;
    if (folder === '') return undefined;
  }
}
