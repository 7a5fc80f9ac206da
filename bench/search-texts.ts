import Database from 'better-sqlite3';
import { drawPorts, randomNumbers, SEED } from './port-sequence.ts';

/** How many texts of each kind. */
const EACH = 500;

/** How many characters of a name somebody has typed so far. */
const BEGINNING = 3;

/**
 * Makes texts as people search for, the same ones for the same database: names, their beginnings, two words of a
 * description, ports.
 *
 * @param database - Path of the SQLite file.
 */
export function searchTexts(database: string): string[] {
  const db = new Database(database, { readonly: true });
  const rows = db
    .prepare<[], { name: string; description: string }>(
      `SELECT service_name AS name, description FROM assignment WHERE service_name <> '' AND description <> '' ORDER BY id`,
    )
    .all();
  db.close();
  const random = randomNumbers(SEED);
  const drawn = Array.from({ length: EACH }, () => rows[Math.floor(random() * rows.length)]);
  const names = drawn.map((row) => row?.name ?? '');
  return [
    ...names,
    ...names.map((name) => name.slice(0, BEGINNING)),
    ...drawn.map((row) => row?.description.split(/\s+/).slice(0, 2).join(' ') ?? ''),
    ...drawPorts(EACH).map(String),
  ];
}
