/**
 * Returns the SQL column of a field: its name in snake_case.
 *
 * @param field - The name of the field in TypeScript, such as `usedBy`.
 */
export function columnName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * Returns the SQL that selects columns under the names of their fields.
 *
 * @param table - The table.
 * @param fields - The names of the fields, in the order of the result.
 */
export function selectedColumns(table: string, fields: readonly string[]): string {
  return fields.map((field) => `${table}.${columnName(field)} AS ${field}`).join(', ');
}
