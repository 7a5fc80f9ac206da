import type { StoredToken } from '../../registry/own/token.ts';
import type { OwnRegistry } from '../../registry/own-registry.ts';

/**
 * Creates the function that stores the hour of the last use of tokens. It writes at most once an hour for each token and
 * process, and never delays or fails a request: a use is lost while the database cannot be written.
 *
 * @param own - Stores the hour.
 */
export function recordTokenUse(own: Pick<OwnRegistry, 'recordTokenUse'>): (token: StoredToken) => void {
  /** The hours of the last attempts, by the id of the token. Tokens are created on this machine only, so they are few. */
  const attempts = new Map<string, string>();
  return ({ id, lastUsedAt }) => {
    const hour = `${new Date().toISOString().slice(0, 13)}:00:00.000Z`;
    if (lastUsedAt === hour || attempts.get(id) === hour) return;
    attempts.set(id, hour);
    own.recordTokenUse(id, hour).catch(() => {});
  };
}
