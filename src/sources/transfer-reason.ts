/** What fetch reports as `bad port`: the list of ports is in the Fetch standard, section "Port blocking". */
const BLOCKED_PORT =
  'HTTP clients block its port, as browsers do (WHATWG Fetch standard): the server needs another one';

/**
 * Returns why a request got no whole answer, for a sentence.
 *
 * @param error - The error of fetch, or of reading the body.
 * @param timeoutReason - The reason for a request that took too long.
 */
export function transferReason(error: unknown, timeoutReason: string): string {
  if (isBlockedPort(error)) return BLOCKED_PORT;
  const { name, message, cause } = error as Error & { readonly cause?: NodeJS.ErrnoException };
  return name === 'TimeoutError' ? timeoutReason : (cause?.code ?? cause?.message ?? message);
}

/**
 * Returns whether fetch refused to connect because of the port.
 *
 * @param error - The error of fetch.
 */
export function isBlockedPort(error: unknown): boolean {
  return ((error as Error).cause as Error | undefined)?.message === 'bad port';
}
