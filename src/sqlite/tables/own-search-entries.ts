import type { Connection, Statement } from '../file/database.ts';
import { IN_USE } from './rows.ts';

/** The SQL that inserts the search entries of own entries; a condition on `association` can follow. */
export const INSERT_OWN_SEARCH_ENTRIES = `
  INSERT INTO search_entry (id, kind, entry_rows, name, first_port, last_port, protocols, prominence, origin, category,
    names, parts, users, name_words, text_words)
  SELECT -row, 'association', json_array(row), name, first_port, last_port, protocols, 3, 'own', category,
    search_keys ->> 0, search_keys ->> 1, search_keys ->> 2, search_keys ->> 4, text_words
  FROM association WHERE origin = 'own' AND ${IN_USE}`;

/** The columns of the index of words. */
const WORDS = 'main_names, names, later_names, parts, users, descriptions, name_words, text_words';

/** Selects the entries to update. */
const OUTDATED = 'id IN (SELECT -row FROM outdated_search_entry)';

/**
 * The steps of an update. FTS5 keeps words in memory as long as the ids of its rows ascend: each step adds rows in one statement,
 * by id.
 */
const UPDATE = [
  `INSERT INTO search_words (search_words, rowid, ${WORDS})
   SELECT 'delete', id, ${WORDS} FROM search_entry WHERE ${OUTDATED} ORDER BY id`,
  `DELETE FROM search_span WHERE ${OUTDATED}`,
  `DELETE FROM search_entry WHERE ${OUTDATED}`,
  `${INSERT_OWN_SEARCH_ENTRIES} AND row IN (SELECT row FROM outdated_search_entry)`,
  `INSERT INTO search_span SELECT id, first_port, last_port FROM search_entry WHERE ${OUTDATED}`,
  `INSERT INTO search_words (rowid, ${WORDS}) SELECT id, ${WORDS} FROM search_entry WHERE ${OUTDATED} ORDER BY id`,
  'DELETE FROM association_words WHERE rowid IN (SELECT row FROM outdated_search_entry)',
  `INSERT INTO association_words (rowid, name_words, text_words)
   SELECT row, name_words, text_words FROM association WHERE row IN (SELECT row FROM outdated_search_entry) ORDER BY row`,
  'DELETE FROM outdated_search_entry',
];

/**
 * Updates the search entries of own entries that were written, and the index of words that the filter `q` of lists reads. Each
 * transaction that writes own entries ends with it.
 */
export class OwnSearchEntries {
  readonly #isOutdated: Statement<[]>;
  readonly #update: readonly Statement<[]>[];

  /** @param db - A connection for writing. */
  constructor(db: Connection) {
    this.#isOutdated = db.prepare('SELECT 1 FROM outdated_search_entry LIMIT 1');
    this.#update = UPDATE.map((sql) => db.prepare(sql));
  }

  /** Updates the search entries of the rows that the triggers of `association` have noted. */
  update(): void {
    if (this.#isOutdated.get() === undefined) return;
    for (const step of this.#update) step.run();
  }
}
