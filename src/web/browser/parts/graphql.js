/**
 * Asks the server's GraphQL face.
 *
 * @param {string} address - Where it answers.
 * @param {string} query - The document.
 * @param {object} variables - Its variables.
 * @param {AbortSignal} [signal] - Ends the request.
 * @returns {Promise<any>} The data.
 * @throws {Error} With words for people, or an `AbortError`.
 */
export async function askGraphql(address, query, variables, signal) {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
  const body = JSON.stringify({ query, variables });
  const response = await fetch(address, { method: 'POST', headers, body, signal });
  const answer = await response.json().catch(() => ({}));
  if (answer.data) return answer.data;
  throw new Error(answer.errors?.[0]?.message ?? answer.detail ?? `The server answered ${response.status}`);
}
