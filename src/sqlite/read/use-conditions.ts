import type { AssociationFilter } from '../../registry/search/search-result.ts';
import { USE_ORDERS, type UseOrder } from '../../registry/search/use-order.ts';
import { columnName } from '../tables/column-name.ts';
import { type Condition, equals } from './conditions.ts';

/** The columns that are never null. */
const NOT_NULL = ['port', 'name'];

/** The SQL of each order of uses. */
export const USE_ORDER_SQL = Object.fromEntries(USE_ORDERS.map((order) => [order, orderSql(order)])) as Readonly<
  Record<UseOrder, string>
>;

function orderSql(order: UseOrder): string {
  const column = columnName(order.replace('-', ''));
  // The order of COLLATE NOCASE. SQLite sorts 20,000 texts in 4 ms less if the first key has the default collation.
  const fields = column === 'port' ? [] : [`lower(${column})`, column];
  const terms = [...fields, 'first_port', 'last_port', 'id'].map((term) =>
    order.startsWith('-') ? `${term} DESC` : term,
  );
  return [...(NOT_NULL.includes(column) ? [] : [`${column} IS NULL`]), ...terms].join(', ');
}

/** The entries with a tag. `instr` excludes most others, several times faster than `json_each`; it finds parts of tags with quotes too. */
const HAS_TAG = 'instr(tags, ?) > 0 AND ? IN (SELECT value FROM json_each(tags))';

/** The entries with a port of a pool, and those with a protocol of it. */
const OF_POOL = `origin = 'own'
  AND row IN (
    SELECT span.row FROM pool CROSS JOIN json_each(pool.ranges) AS part CROSS JOIN association_span AS span
      ON span.first_port <= part.value ->> 'lastPort' AND span.last_port >= part.value ->> 'firstPort'
    WHERE pool.name = ?)
  AND EXISTS (
    SELECT 1 FROM pool, json_each(pool.protocols) AS protocol
    WHERE pool.name = ? AND protocol.value IN (SELECT value FROM json_each(association.protocols)))`;

/**
 * Returns the conditions of the filters that only uses have.
 *
 * @param filter - The filter.
 */
export function useConditions(filter: AssociationFilter): Condition[] {
  const { category, owner, environment, origin, tag, pool, status } = filter;
  return [
    ...equals('category', category),
    ...equals('owner', owner),
    ...equals('environment', environment),
    ...equals('origin', origin),
    ...(tag === null ? [] : [[HAS_TAG, JSON.stringify(tag), tag] as const]),
    ...(pool === null ? [] : [[OF_POOL, pool, pool] as const]),
    ...(status === null ? [] : [["origin = 'own' AND status = ?", status] as const]),
  ];
}
