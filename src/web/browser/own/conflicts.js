// Asks the server for the conflicts that a write of an own entry would create.
import { refusalOf } from '../parts/short-verdict.js';
import { fetchJson } from './api.js';

const QUERY = `query ($input: AssociationInput!, $id: ID) {
  warnings(input: $input, id: $id) { severity detail }
}`;

/** The fields of an entry that decide its conflicts. */
const CHECKED = ['name', 'otherNames', 'firstPort', 'lastPort', 'protocols', 'owner', 'environment', 'status'];

/** The titles of conflicts by severity, as those of verdicts on ports. */
const TITLES = { AVOID: refusalOf('OWN_USE'), CAUTION: 'With care', INFO: 'Note' };

/**
 * Finds the conflicts that a write of an entry would create.
 *
 * @param {Record<string, any>} entry The entry in JSON.
 * @param {string | null} id The id of the entry that is changed; null for a new one.
 * @returns {Promise<{ severity: string, title: string, detail: string }[]>} The conflicts, the most severe first; empty for an
 *   entry that is not valid yet.
 */
export async function findConflicts(entry, id) {
  const fields = CHECKED.map((name) => [name, entry[name]]).filter(([, value]) => value !== undefined);
  const input = Object.fromEntries(fields);
  input.protocols = input.protocols.map(toEnum);
  input.status = toEnum(input.status);
  const { body } = await fetchJson('/graphql', { method: 'POST', body: { query: QUERY, variables: { input, id } } });
  return (body.data?.warnings ?? []).map(({ severity, detail }) => {
    return { severity: severity.toLowerCase(), title: TITLES[severity], detail };
  });
}

function toEnum(word) {
  return word.toUpperCase();
}
