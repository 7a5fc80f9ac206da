import { nearest } from '../registry/nearest.ts';
import type { SearchText } from '../registry/search.ts';
import type { Connection } from './database.ts';

const SUGGESTIONS = 5;

const NAMES =
  "SELECT DISTINCT service_name FROM assignment WHERE service_name <> '' UNION SELECT name FROM association";
const VOCABULARY = 'SELECT term FROM assignment_vocabulary UNION SELECT term FROM association_vocabulary';

/** The names and words that there are, for searches that find nothing. */
export class Spellings {
  readonly #db: Connection;
  readonly #known = new Map<string, readonly string[]>();
  #version: unknown;

  /** @param db - A connection to a database of this program's schema. */
  constructor(db: Connection) {
    this.#db = db;
  }

  /** Gives the nearest names; failing that, the text with each word replaced by the nearest that there is. */
  suggest({ name, words }: SearchText): string[] {
    // The name itself may exist, where a filter kept its rows out.
    const others = this.#read(NAMES).filter((known) => known.toLowerCase() !== name);
    const close = nearest(name, others, SUGGESTIONS);
    if (close.length > 0 || words.length === 0) return close;
    const corrected = words.map((word) => nearest(word, this.#read(VOCABULARY), 1)[0]);
    return corrected.every((word) => word !== undefined) ? [corrected.join(' ')] : [];
  }

  /** Kept until another connection changes the database, for reading all of them takes several milliseconds. */
  #read(sql: string): readonly string[] {
    const version = this.#db.pragma('data_version', { simple: true });
    if (version !== this.#version) this.#known.clear();
    this.#version = version;
    const known = this.#known.get(sql) ?? this.#db.prepare<[], string>(sql).pluck().all();
    this.#known.set(sql, known);
    return known;
  }
}
