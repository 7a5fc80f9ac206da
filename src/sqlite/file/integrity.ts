import { checkAudit } from './audit-check.ts';
import { openForReading, toRegistryError } from './database.ts';
import { checkSchema } from './migrate.ts';
import { findSchemaFault } from './schema-text.ts';

/** The result of an examination of a database. */
export interface Examined {
  /** The date of the loaded IANA registry, `YYYY-MM-DD`; null when none is loaded. */
  readonly date: string | null;
  /** The faults that SQLite reports, at most ten; empty for a sound file. */
  readonly faults: readonly string[];
  /** The first object of the schema that differs from what this program's migrations create; null when none does. */
  readonly schemaFault: string | null;
  /** The id of the first row of the audit log that is not in its hash chain; null when all are. */
  readonly brokenAuditRow: number | null;
}

const MOST_FAULTS = 10;
const SPANS = ['assignment_span', 'association_span'] as const;

/**
 * Checks all pages, indexes, the schema and the audit's hash chain of a database.
 *
 * @param path - The SQLite file.
 * @throws {RegistryError} `unavailable` when it is missing, cannot be read, or has another schema than this program's.
 */
export function examineDatabase(path: string): Examined {
  const db = openForReading(path);
  try {
    checkSchema(db);
    const pages = db.prepare(`PRAGMA integrity_check(${MOST_FAULTS})`).pluck().all() as string[];
    const spans = SPANS.map((span) => db.prepare('SELECT rtreecheck(?)').pluck().get(span) as string);
    const date = db.prepare("SELECT date FROM list WHERE name = 'assignments'").pluck().get() as string | undefined;
    const faults = [...pages, ...spans].filter((result) => result !== 'ok');
    // A foreign or damaged file has no audit that could be read.
    const schemaFault = findSchemaFault(db);
    const brokenAuditRow = faults.length > 0 || schemaFault !== null ? null : checkAudit(db).broken;
    return { date: date ?? null, faults, schemaFault, brokenAuditRow };
  } catch (error) {
    throw toRegistryError(error);
  } finally {
    db.close();
  }
}
