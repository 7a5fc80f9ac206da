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

/** Adds a use. */
export const INSERT_ASSOCIATION = `INSERT INTO association (${ASSOCIATION_TABLE_COLUMNS.join(', ')}) VALUES (${ASSOCIATION_TABLE_COLUMNS.map(() => '?').join(', ')})`;

/** Writes every column of a use anew; its id comes behind the values. */
export const UPDATE_ASSOCIATION = `UPDATE association SET ${ASSOCIATION_TABLE_COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`;

/**
 * Gives the values of a use's columns, those among them by which it is searched.
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
