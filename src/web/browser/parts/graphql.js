/**
 * Sends a GraphQL query.
 *
 * @param {string} address - The URL of the GraphQL endpoint.
 * @param {string} query - The document.
 * @param {object} variables - The variables.
 * @param {AbortSignal} [signal] - Cancels the request.
 * @returns {Promise<any>} The data.
 * @throws {Error} With a message for users, or an `AbortError`.
 */
export async function queryGraphql(address, query, variables, signal) {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
  const body = JSON.stringify({ query, variables });
  const response = await fetch(address, { method: 'POST', headers, body, signal });
  const answer = await response.json().catch(() => ({}));
  if (answer.data) return answer.data;
  throw new Error(answer.errors?.[0]?.message ?? answer.detail ?? `The server answered ${response.status}`);
}
