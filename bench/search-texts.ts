import Database from 'better-sqlite3';
import { drawPorts, randomNumbers, SEED } from './port-sequence.ts';

/** The number of texts of each kind. */
const EACH = 500;

/** The length of the name prefixes, in characters. */
const PREFIX_LENGTH = 3;

/**
 * Returns typical search texts, the same ones for the same database: names, prefixes of names, the first two words of
 * descriptions, and ports.
 *
 * @param database - The path of the SQLite file.
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
    ...names.map((name) => name.slice(0, PREFIX_LENGTH)),
    ...drawn.map((row) => row?.description.split(/\s+/).slice(0, 2).join(' ') ?? ''),
    ...drawPorts(EACH).map(String),
  ];
}
