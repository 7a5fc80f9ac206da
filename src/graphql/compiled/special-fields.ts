/**
 * The fields that need a token, or have a value only with one. Queries with them are not compiled: a compiled query does not know the
 * token of its request.
 */
export const TOKEN_FIELDS: readonly string[] = ['Query.audit', 'Query.observations', 'Query.drift', 'Port.observed'];

/** The names of the fields whose values may depend on the token. */
const READER_FIELD_NAMES = [...TOKEN_FIELDS, 'Query.suitability', 'Query.suggestions'].map((field) =>
  field.slice(field.indexOf('.') + 1),
);

/**
 * Returns whether the body of a request may name a field whose value depends on the token.
 *
 * @param body - The body, in JSON; it may write letters with `\u`.
 */
export function mayNameReaderField(body: string): boolean {
  return body.includes('\\u') || READER_FIELD_NAMES.some((name) => body.includes(name));
}

/** The fields of a port that are the same object for all ports with the same rows. */
export const SHARED_FIELDS: readonly string[] = [
  'Port.range',
  'Port.states',
  'Port.assignments',
  'Port.associations',
  'Port.otherNames',
  'Port.ephemeralRanges',
  'Port.registry',
];
