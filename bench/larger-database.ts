import Database from 'better-sqlite3';
import { rebuildSearchEntries } from '../src/sqlite/import/search-entries.ts';
import { REBUILD_ASSIGNMENT_WORDS } from '../src/sqlite/tables/derive.ts';
import { OwnSearchEntries } from '../src/sqlite/tables/own-search-entries.ts';

/**
 * Multiplies the official rows. The added rows have no port; their names and descriptions are those of existing rows with a
 * number appended.
 *
 * @param path - The SQLite file; no other process has it open.
 * @param times - The factor.
 */
export function multiplyRows(path: string, times: number): void {
  withDatabase(path, (db) => {
    db.exec(`
      INSERT INTO assignment (service_name, port_number, transport_protocol, description, assignee, contact,
        registration_date, modification_date, reference, service_code, unauthorized_use_reported, assignment_notes,
        state, name_words, text_words, search_keys)
      WITH RECURSIVE copy (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM copy WHERE n < ${Math.trunc(times)})
      SELECT iif(service_name = '', 'unnamed-' || id, service_name) || '-' || n, '', transport_protocol, description || ' ' || n, assignee, contact,
        registration_date, modification_date, reference, service_code, unauthorized_use_reported, assignment_notes,
        'assigned', name_words || ' ' || n, text_words || ' ' || n,
        json_array(iif(service_name = '', 'unnamed' || id, search_keys ->> 0) || n, '', '', search_keys ->> 3, (search_keys ->> 4) || ' ' || n)
      FROM copy, assignment;
      ${REBUILD_ASSIGNMENT_WORDS};
    `);
    rebuildSearchEntries(db);
  });
}

/**
 * Adds own entries.
 *
 * @param path - The SQLite file; no other process has it open.
 * @param ports - The port of each entry, 0-65535.
 */
export function addOwnEntries(path: string, ports: readonly number[]): void {
  withDatabase(path, (db) => {
    const insert = db.prepare(`
      INSERT INTO association (id, name, first_port, last_port, protocols, category, confidence, origin, sources,
        revision, name_words, text_words, search_keys)
      VALUES (?, ?, ?, ?, '["tcp"]', 'other', 'documented', 'own', '[]', 1, ?, ?, json_array(?, '', '', '', ?))`);
    for (const [entry, port] of ports.entries()) {
      const id = `own-${entry.toString(16).padStart(12, '0')}`;
      const words = `bench ${entry}`;
      insert.run(id, words, port, port, words, `${port} tcp other`, `bench${entry}`, words);
    }
    new OwnSearchEntries(db).update();
  });
}

function withDatabase(path: string, change: (db: Database.Database) => void): void {
  const db = new Database(path);
  try {
    db.transaction(change)(db);
  } finally {
    // The last connection to close writes the whole write-ahead log into the file.
    db.close();
  }
}
