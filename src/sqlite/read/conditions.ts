/** A part of a WHERE clause with the values of its parameters. */
export type Condition = readonly [sql: string, ...values: (string | number)[]];

/** A condition that is never true, for filters that exclude a whole table. */
export const NONE: Condition = ['0'];

/**
 * Returns the condition that a column has a value.
 *
 * @param column - The column.
 * @param value - The value; null returns no condition.
 */
export function equals(column: string, value: string | null): Condition[] {
  return value === null ? [] : [[`${column} = ?`, value]];
}

/**
 * Joins conditions to a WHERE clause with AND.
 *
 * @param conditions - The conditions; an empty list returns an empty clause.
 */
export function where(conditions: readonly Condition[]): { sql: string; values: (string | number)[] } {
  const sql = conditions.map(([condition]) => condition).join(' AND ');
  return { sql: sql === '' ? '' : `WHERE ${sql}`, values: conditions.flatMap(([, ...values]) => values) };
}
