import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLED_DATABASE } from '../../src/cli/actions/open-local-registry.ts';

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The folder of the JavaScript of `src`. */
export const JAVASCRIPT = join(ROOT, 'dist');

/** The folder of the files that /docs and /graphql load, one folder for each package. */
export const EXPLORERS = join(JAVASCRIPT, 'web/explorers');

/** The versions of all packages that an installation gets. */
export const SHRINKWRAP = join(ROOT, 'npm-shrinkwrap.json');

/** The manifest, and the copy of it while the package has one without what only the repository needs. */
export const [MANIFEST, KEPT_MANIFEST] = [join(ROOT, 'package.json'), join(ROOT, 'package.json.kept')];

/** Removes the files that are only in the package, and restores the manifest. */
export function removePacked(): void {
  if (existsSync(KEPT_MANIFEST)) renameSync(KEPT_MANIFEST, MANIFEST);
  for (const path of [JAVASCRIPT, BUNDLED_DATABASE, SHRINKWRAP]) rmSync(path, { recursive: true, force: true });
}
