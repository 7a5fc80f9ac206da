import type { Association } from '../../registry/rows/association.ts';
import { deriveAssociation } from './derive.ts';

/** The columns of a use, in the order of `associationValues`. */
export const ASSOCIATION_TABLE_COLUMNS = [
  'id',
  'name',
  'used_by',
  'first_port',
  'last_port',
  'protocols',
  'category',
  'confidence',
  'origin',
  'note',
  'sources',
  'owner',
  'contact',
  'environment',
  'link',
  'tags',
  'revision',
  'name_words',
  'text_words',
] as const;

/** The SQL that inserts a use. */
export const INSERT_ASSOCIATION = `INSERT INTO association (${ASSOCIATION_TABLE_COLUMNS.join(', ')}) VALUES (${ASSOCIATION_TABLE_COLUMNS.map(() => '?').join(', ')})`;

/** The SQL that updates every column of a use. Its last parameter is the id. */
export const UPDATE_ASSOCIATION = `UPDATE association SET ${ASSOCIATION_TABLE_COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`;

/**
 * Returns the values of the columns of a use, including the derived search words.
 *
 * @param row - The use.
 */
export function associationValues(row: Association): unknown[] {
  return [
    row.id,
    row.name,
    row.usedBy,
    row.firstPort,
    row.lastPort,
    JSON.stringify(row.protocols),
    row.category,
    row.confidence,
    row.origin,
    row.note,
    JSON.stringify(row.sources),
    row.owner,
    row.contact,
    row.environment,
    row.link,
    JSON.stringify(row.tags),
    row.revision,
    ...deriveAssociation(row),
  ];
}
