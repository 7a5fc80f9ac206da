import { RegistryError } from '../../registry/values/registry-error.ts';

/** Reasons for operators by the code of an error of PostgreSQL or of the system; the first match counts. */
const REASONS: readonly (readonly [code: RegExp, reason: string])[] = [
  [/^ECONNREFUSED$/, 'PostgreSQL refuses connections'],
  [/^(?:ENOTFOUND|EAI_AGAIN)$/, 'the name of its host cannot be resolved'],
  [/^(?:ECONNRESET|EPIPE|57P0[12])$/, 'PostgreSQL has ended the connection'],
  [/^57P03$/, 'PostgreSQL is starting or stopping'],
  [/^(?:ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/, 'the host does not answer'],
  [/^28/, 'PostgreSQL refuses the user or the password'],
  [/^3D000$/, 'its database does not exist'],
  [/^42P01$/, 'its database has no register: run portolan shared init'],
  [/^(?:23505|42P07)$/, 'its database has a register already'],
  [/^42501$/, 'its role lacks a right'],
  [/^(?:55P03|57014)$/, 'a lock or a statement took more than 5 s'],
  [/^25P03$/, 'this node paused for more than 4 s during a write'],
  [/^53100$/, 'the disk of PostgreSQL is full'],
  [/^53300$/, 'PostgreSQL has too many connections'],
  [/^25006$/, 'PostgreSQL is read-only, as a standby is'],
  [/^(?:UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|CERT_|ERR_TLS|ERR_SSL)/, 'its certificate cannot be verified'],
];

/** Reasons by the text of an error of the driver, which has no code. */
const TEXTS: readonly (readonly [text: RegExp, reason: string])[] = [
  [/timeout/i, 'PostgreSQL does not answer'],
  [/SSL|TLS/, 'PostgreSQL does not offer TLS'],
  [/terminated|closed|ended|not queryable/i, 'PostgreSQL has ended the connection'],
];

/**
 * Converts an error of PostgreSQL or of its driver into a message without the address, the password and SQL.
 *
 * @param error - Any caught error.
 */
export function fromPostgresError(error: unknown): RegistryError {
  if (error instanceof RegistryError) return error;
  const { code = '', message = '' } = error as { readonly code?: string; readonly message?: string };
  const found = REASONS.find(([pattern]) => pattern.test(code)) ?? TEXTS.find(([pattern]) => pattern.test(message));
  const reason = found?.[1] ?? `PostgreSQL reports the error ${code === '' ? 'unknown' : code}`;
  return new RegistryError('unavailable', `The shared register cannot be used: ${reason}`, { cause: error });
}
