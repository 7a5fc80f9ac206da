import type { AssignmentFilter, AssociationFilter } from '../../registry/search/search-result.ts';
import { ASSIGNMENT_COLUMNS, ASSOCIATION_COLUMNS } from '../tables/rows.ts';
import { type Condition, NONE } from './conditions.ts';

/** The table of the official rows. */
export const ASSIGNMENT = {
  kind: 'assignment',
  table: 'assignment',
  columns: ASSIGNMENT_COLUMNS,
  key: 'id',
  name: 'service_name',
  protocol: "(transport_protocol = '' OR transport_protocol = ?)",
} as const;
/** The table of the informal and own uses. */
export const ASSOCIATION = {
  kind: 'association',
  table: 'association',
  columns: ASSOCIATION_COLUMNS,
  key: 'row',
  name: 'name',
  // Finds the quoted word in the JSON array, several times faster than `json_each`.
  protocol: 'instr(protocols, json_quote(?)) > 0',
} as const;
/** A searched table. */
export type Searched = typeof ASSIGNMENT | typeof ASSOCIATION;

/**
 * Returns the conditions of the filters that the lists of both tables have.
 *
 * @param searched - The table.
 * @param filter - The filter.
 */
export function listConditions(searched: Searched, filter: AssignmentFilter | AssociationFilter): Condition[] {
  const { port, protocol, service } = filter;
  const conditions: Condition[] = [];
  if (port !== null) conditions.push(ofPort(searched, port));
  if (protocol !== null) conditions.push([searched.protocol, protocol]);
  if (service !== null) conditions.push([`${searched.name} = ? COLLATE NOCASE AND ${searched.name} <> ''`, service]);
  return conditions;
}

function ofPort({ table, key }: Searched, port: number | null): Condition {
  if (port === null) return NONE;
  return [`${key} IN (SELECT ${key} FROM ${table}_span WHERE first_port <= ? AND last_port >= ?)`, port, port];
}
