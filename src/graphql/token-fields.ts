/**
 * The fields that need a token, or show more with one. Queries with them are not compiled: a compiled query does not know the token
 * of its request.
 */
export const TOKEN_FIELDS: readonly string[] = ['Query.audit', 'Query.observations', 'Query.drift', 'Port.observed'];
