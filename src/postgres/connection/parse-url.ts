import { RegistryError } from '../../registry/values/registry-error.ts';

/** The parameters of an address. Others could override what the node sets itself, such as time limits. */
const PARAMETERS: readonly string[] = [
  'host',
  'port',
  'user',
  'password',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
];

/** The values of `sslmode`, as the driver understands them: it verifies the certificate and the host for each of the last three. */
const SSL_MODES: Readonly<Record<string, string>> = {
  disable: 'disable',
  'no-verify': 'no-verify',
  require: 'verify-full',
  'verify-ca': 'verify-full',
  'verify-full': 'verify-full',
};

/**
 * Parses the address of a shared register.
 *
 * @param url - The address.
 * @returns The address for the driver: `sslmode` is `disable`, `no-verify` or `verify-full`, if it is set.
 * @throws {RegistryError} `invalid_argument`. The message does not repeat the address, which has a password.
 */
export function parseUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^postgres(?:ql)?:$/.test(parsed.protocol)) {
    refuse('expected an address such as postgres://user@host:5432/database');
  }
  const { searchParams } = parsed;
  const names = [...searchParams.keys()];
  if (!names.every((name) => PARAMETERS.includes(name)) || new Set(names).size < names.length) {
    refuse(`expected after "?" only these parameters, each at most once: ${PARAMETERS.join(', ')}`);
  }
  const mode = searchParams.get('sslmode');
  if (mode === null) return parsed;
  if (!Object.hasOwn(SSL_MODES, mode)) refuse(`expected sslmode as one of ${Object.keys(SSL_MODES).join(', ')}`);
  searchParams.set('sslmode', SSL_MODES[mode] as string);
  return parsed;
}

function refuse(detail: string): never {
  throw new RegistryError('invalid_argument', `Setting SHARED: ${detail}`, { parameter: 'SHARED' });
}
