import type { Association } from '../rows/association.ts';
import type { Author } from './token.ts';

/** The fields that an approval covers. */
const APPROVED_FIELDS = ['firstPort', 'lastPort', 'protocols', 'hosts', 'justification'] as const;

/** The fields of an entry without an approval. */
export const NOT_APPROVED = { approvedBy: null, approvedAt: null } as const;

/**
 * Approves an entry as it is, also if it is approved already.
 *
 * @param entry - The entry.
 * @param by - The author of the approval.
 * @param now - The current time.
 */
export function approve(entry: Association, by: Author, now = new Date()): Association {
  return { ...entry, approvedBy: by.token, approvedAt: now.toISOString() };
}

/**
 * Clears the approval of a changed entry if one of the approved fields has changed.
 *
 * @param before - The entry before the change.
 * @param after - The entry after the change.
 */
export function clearOldApproval(before: Association, after: Association): Association {
  const isSame = APPROVED_FIELDS.every((name) => JSON.stringify(before[name]) === JSON.stringify(after[name]));
  return isSame ? after : { ...after, ...NOT_APPROVED };
}
