import { ASSOCIATION_FIELD_NAMES, type Association } from '../../registry/rows/association.ts';
import { columnName } from './column-name.ts';
import { deriveAssociation } from './derive.ts';

/** The columns of a use, in the order of `associationValues`. */
export const ASSOCIATION_TABLE_COLUMNS = [
  ...ASSOCIATION_FIELD_NAMES.map(columnName),
  'name_words',
  'text_words',
  'search_keys',
];

/** The SQL that inserts a use. A transaction that writes own entries ends with `OwnSearchEntries.update`. */
export const INSERT_ASSOCIATION = `INSERT INTO association (${ASSOCIATION_TABLE_COLUMNS.join(', ')}) VALUES (${ASSOCIATION_TABLE_COLUMNS.map(() => '?').join(', ')})`;

/** The SQL that updates every column of a use. Its last parameter is the id. */
export const UPDATE_ASSOCIATION = `UPDATE association SET ${ASSOCIATION_TABLE_COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`;

/**
 * Returns the values of the columns of a use, including the derived search words. Lists are JSON.
 *
 * @param row - The use.
 */
export function associationValues(row: Association): unknown[] {
  const values = ASSOCIATION_FIELD_NAMES.map((name): unknown => {
    const value = row[name];
    return Array.isArray(value) ? JSON.stringify(value) : value;
  });
  return [...values, ...deriveAssociation(row)];
}
