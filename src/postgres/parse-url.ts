import { RegistryError } from '../registry/values/registry-error.ts';

/**
 * Parses the address of a shared register.
 *
 * @param url - The address.
 * @throws {RegistryError} `invalid_argument`. The message does not repeat the address, which has a password.
 */
export function parseUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed !== null && /^postgres(?:ql)?:$/.test(parsed.protocol)) return parsed;
  const message = 'Setting SHARED: expected an address such as postgres://user@host:5432/database';
  throw new RegistryError('invalid_argument', message, { parameter: 'SHARED' });
}
