import { type EntryPorts, MOST_RELEASES, releasedBy } from '../../registry/advice/released-ports.ts';
import type { Connection } from '../file/database.ts';

/** The writes that released ports, in exactly the words of the index `audit_released`: others would need the whole audit log. */
const RELEASES = `kind = 'association' AND coalesce("before" ->> 'status', 'active') <> 'retired'
  AND (action = 'delete' OR (action = 'update' AND (coalesce("after" ->> 'status', 'active') = 'retired'
    OR "before" ->> 'firstPort' <> "after" ->> 'firstPort' OR "before" ->> 'lastPort' <> "after" ->> 'lastPort'
    OR "before" ->> 'protocols' <> "after" ->> 'protocols' OR "before" ->> 'environment' IS NOT "after" ->> 'environment')))`;

/** The fields of `EntryPorts` in the JSON of an entry. */
function fieldsOf(column: string): string {
  const fields = ['firstPort', 'lastPort', 'protocols', 'environment'];
  return `json_object(${fields.map((name) => `'${name}', ${column} -> '${name}'`).join(', ')})`;
}

/** The SQL that finds the entries before and after each write since a time, the latest first. */
export const RELEASES_SINCE = `SELECT ${fieldsOf('"before"')} AS "before",
    iif(action = 'delete' OR coalesce("after" ->> 'status', 'active') = 'retired', NULL, ${fieldsOf('"after"')}) AS "after"
  FROM audit INDEXED BY audit_released WHERE ${RELEASES} AND at >= ? ORDER BY at DESC LIMIT ${MOST_RELEASES}`;

/**
 * Lists the ports that own entries released since a day.
 *
 * @param db - Any connection.
 * @param day - The day, `YYYY-MM-DD`, in UTC.
 */
export function releasedSince(db: Connection, day: string): EntryPorts[] {
  const rows = db
    .prepare<[string], { readonly before: string; readonly after: string | null }>(RELEASES_SINCE)
    .all(day);
  return rows.flatMap(({ before, after }) => {
    const [was, is] = [JSON.parse(before), JSON.parse(after ?? 'null')] as [EntryPorts, EntryPorts | null];
    return releasedBy(was, is);
  });
}
