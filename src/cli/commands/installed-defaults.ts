import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Given } from '../../config/given.ts';
import { SETTINGS } from '../../config/settings.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';

/** True in a package that npm installed: it has JavaScript. A repository has TypeScript. */
const IS_INSTALLED = import.meta.url.endsWith('.js');

/**
 * Returns the defaults that differ in an installed package: its database is in the folder of the user's data, because npm
 * replaces the folder of the package. Needed only if no setting names the database.
 *
 * @throws {RegistryError} `invalid_argument` when the user has no home folder.
 */
export function installedDefaults(): Given {
  if (!IS_INSTALLED) return new Map();
  const text = join(userDataFolder(process.platform, process.env, homeFolder()), 'portolan.db');
  return new Map([[SETTINGS.database.name, { text, source: 'default', place: null }]]);
}

function homeFolder(): string {
  try {
    return homedir();
  } catch (error) {
    const sentence = 'Setting DATABASE: this user has no home folder for the database; set DATABASE to a path';
    throw new RegistryError('invalid_argument', sentence, { parameter: 'DATABASE', cause: error });
  }
}

/**
 * Returns the folder for the data of this program and of one user, by the conventions of the operating system.
 *
 * @param platform - The platform, as Node names it.
 * @param environment - The environment variables.
 * @param home - The user's home folder.
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function userDataFolder(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  if (platform === 'win32') return join(environment.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'Portolan');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Portolan');
  const { XDG_DATA_HOME: folder = '' } = environment;
  // The specification says to ignore a relative path.
  return join(folder.startsWith('/') ? folder : join(home, '.local', 'share'), 'portolan');
}
