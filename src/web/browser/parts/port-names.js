/** A wider range says too little about a single port: `WIDEST_EXPANDED_RANGE` of the server, in ports. */
const WIDEST_RANGE = 256;

/** The fields of a GraphQL `Port` on which its names depend. */
export const NAME_FIELDS = `assignments { serviceName aliasOf }
    associations { name usedBy origin category firstPort lastPort }`;

/**
 * Lists the names of a port as src/web/parts/port-names.ts does: of own entries, of IANA, of informal uses.
 *
 * @param {object} port - A port with `NAME_FIELDS`.
 * @returns {string[]} The names, without duplicates.
 */
export function namesOf({ assignments, associations }) {
  const own = associations.filter(({ origin }) => origin === 'OWN').map(({ name }) => name);
  const official = assignments
    .filter(({ aliasOf }) => aliasOf === null)
    .flatMap(({ serviceName }) => serviceName ?? []);
  const uses = associations.filter(isNarrowUse).map(shortName);
  return [...new Set([...own, ...official, ...uses])];
}

function isNarrowUse({ origin, category, firstPort, lastPort }) {
  return origin !== 'OWN' && category !== 'MALWARE' && lastPort - firstPort < WIDEST_RANGE;
}

/** Returns the product of a use whose name begins with it. */
function shortName({ name, usedBy }) {
  return usedBy !== null && name.startsWith(usedBy) ? usedBy : name;
}
