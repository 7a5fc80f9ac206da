import { type Association, NO_OWN_DETAILS } from '../../registry/rows/association.ts';

/**
 * Parses an own entry of the audit log. A field that the version of its write did not know has its default, as the migration that
 * added the column gave to existing rows.
 *
 * @param text - The entry, as JSON.
 */
export function parseAuditedEntry(text: string): Association {
  return { ...NO_OWN_DETAILS, ...(JSON.parse(text) as Association) };
}
