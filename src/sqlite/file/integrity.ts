import { openForReading, toRegistryError } from './database.ts';
import { checkSchema } from './migrate.ts';
import { findSchemaFault } from './schema-text.ts';

/** What a database turns out to be. */
export interface Examined {
  /** The date of the IANA registry that is loaded, `YYYY-MM-DD`; null when none is. */
  readonly date: string | null;
  /** What SQLite finds wrong in the file, at most ten sentences; none in a sound one. */
  readonly faults: readonly string[];
  /** The first object of the schema that is not as this program's migrations create it; null when all are. */
  readonly schemaFault: string | null;
}

const MOST_FAULTS = 10;
const SPANS = ['assignment_span', 'association_span'] as const;

/**
 * Reads all of a database and compares it with its indexes.
 *
 * @param path - The SQLite file.
 * @throws {RegistryError} `unavailable` when it is missing, cannot be read, or has another schema than this program's.
 */
export function examineDatabase(path: string): Examined {
  const db = openForReading(path);
  try {
    checkSchema(db);
    const told = db.prepare(`PRAGMA integrity_check(${MOST_FAULTS})`).pluck().all() as string[];
    const spans = SPANS.map((span) => db.prepare('SELECT rtreecheck(?)').pluck().get(span) as string);
    const date = db.prepare("SELECT date FROM list WHERE name = 'assignments'").pluck().get() as string | undefined;
    const faults = [...told, ...spans].filter((sentence) => sentence !== 'ok');
    return { date: date ?? null, faults, schemaFault: findSchemaFault(db) };
  } catch (error) {
    throw toRegistryError(error);
  } finally {
    db.close();
  }
}
