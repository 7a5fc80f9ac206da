import type { SearchText } from '../../registry/report/search.ts';
import { NameIndex, nearestIn } from '../../registry/values/nearest.ts';
import type { Connection } from '../file/database.ts';
import type { Reads } from './reads.ts';

const SUGGESTIONS = 5;

/** The largest number of words in a text to correct: each is compared with 18,000 words, in about 1 ms. */
const MOST_CORRECTED = 4;

/** The queries of the names and of the words: those of official rows, and those of informal and own uses. */
const NAMES = [
  "SELECT DISTINCT service_name FROM assignment WHERE service_name <> ''",
  'SELECT DISTINCT name FROM association',
] as const;
const WORDS = ['SELECT term FROM assignment_vocabulary', 'SELECT term FROM association_vocabulary'] as const;

/** The existing names and words, for suggestions when a search finds nothing. */
export class Spellings {
  readonly #db: Connection;
  readonly #reads: Reads;
  /** The indexes by SQL, with the version of the data. */
  readonly #indexes = new Map<string, { readonly version: string; readonly index: NameIndex }>();

  /**
   * @param db - A connection to a database of this program's schema.
   * @param reads - Reads the version, over the same connection.
   */
  constructor(db: Connection, reads: Reads) {
    this.#db = db;
    this.#reads = reads;
  }

  /**
   * Finds the service names of official rows that are nearest to a text.
   *
   * @param name - Any text.
   */
  serviceNames(name: string): string[] {
    return nearestIn(name, this.#indexesOf(NAMES).slice(0, 1)).slice(0, SUGGESTIONS);
  }

  /** Finds the nearest names. If there are none, returns the text with each of up to 4 words replaced by the nearest one. */
  suggest({ name, words }: SearchText): string[] {
    // The name itself may exist, if a filter excluded its rows.
    const close = nearestIn(name, this.#indexesOf(NAMES)).filter((known) => known.toLowerCase() !== name);
    if (close.length > 0) return close.slice(0, SUGGESTIONS);
    if (words.length === 0 || words.length > MOST_CORRECTED) return [];
    const corrected = words.map((word) => nearestIn(word, this.#indexesOf(WORDS))[0]);
    return corrected.every((word) => word !== undefined) ? [corrected.join(' ')] : [];
  }

  /** Reading all words takes about 15 ms: a write of own entries does not invalidate those of the lists. */
  #indexesOf([official, uses]: readonly [string, string]): NameIndex[] {
    const { lists, own } = this.#reads.version();
    return [this.#index(official, `${lists}`), this.#index(uses, `${lists} ${own}`)];
  }

  #index(sql: string, version: string): NameIndex {
    const known = this.#indexes.get(sql);
    if (known?.version === version) return known.index;
    const index = new NameIndex(this.#db.prepare<[], string>(sql).pluck().all());
    this.#indexes.set(sql, { version, index });
    return index;
  }
}
