import type { SearchText } from '../../registry/report/search.ts';
import { NameIndex, nearestIn } from '../../registry/values/nearest.ts';
import type { Connection } from '../file/database.ts';
import type { Reads } from './reads.ts';

const SUGGESTIONS = 5;

/** How many words a text may have of which each is corrected: a word is compared with 18,000, in about 1 ms. */
const MOST_CORRECTED = 4;

/** What one list of names or words is read by: that of the official rows, and that of the informal and own uses. */
const NAMES = [
  "SELECT DISTINCT service_name FROM assignment WHERE service_name <> ''",
  'SELECT DISTINCT name FROM association',
] as const;
const WORDS = ['SELECT term FROM assignment_vocabulary', 'SELECT term FROM association_vocabulary'] as const;

/** The names and words that there are, for questions that find nothing. */
export class Spellings {
  readonly #db: Connection;
  readonly #reads: Reads;
  /** By the statement, with the version of the data that it read. */
  readonly #indexes = new Map<string, { readonly version: string; readonly index: NameIndex }>();

  /**
   * @param db - A connection to a database of this program's schema.
   * @param reads - Tells the version, over the same connection.
   */
  constructor(db: Connection, reads: Reads) {
    this.#db = db;
    this.#reads = reads;
  }

  /**
   * Finds the service names of official rows that are nearest to another one.
   *
   * @param name - Any text.
   */
  serviceNames(name: string): string[] {
    return nearestIn(name, this.#indexesOf(NAMES).slice(0, 1)).slice(0, SUGGESTIONS);
  }

  /** Finds the nearest names; failing that, the text with each of up to 4 words replaced by the nearest that there is. */
  suggest({ name, words }: SearchText): string[] {
    // The name itself may exist, where a filter kept its rows out.
    const close = nearestIn(name, this.#indexesOf(NAMES)).filter((known) => known.toLowerCase() !== name);
    if (close.length > 0) return close.slice(0, SUGGESTIONS);
    if (words.length === 0 || words.length > MOST_CORRECTED) return [];
    const corrected = words.map((word) => nearestIn(word, this.#indexesOf(WORDS))[0]);
    return corrected.every((word) => word !== undefined) ? [corrected.join(' ')] : [];
  }

  /** Reading all words takes some 15 ms: those of the lists are kept while the team writes. */
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
