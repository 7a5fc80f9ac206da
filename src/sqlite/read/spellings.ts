import type { SearchText } from '../../registry/report/search.ts';
import { NameIndex, nearestIn } from '../../registry/values/nearest.ts';
import { perVersion, type RegistryVersion } from '../../registry/values/registry-version.ts';
import type { Connection } from '../file/database.ts';
import type { Reads } from './reads.ts';

const SUGGESTIONS = 5;

/** The largest number of words in a text to correct: each is compared with 18,000 words, in about 1 ms. */
const MOST_CORRECTED = 4;

/** The queries of the names and words of official rows, and of those of informal and own uses. */
const OFFICIAL = {
  names: "SELECT DISTINCT service_name FROM assignment WHERE service_name <> ''",
  words: 'SELECT term FROM assignment_vocabulary',
};
const USES = {
  names: 'SELECT DISTINCT name FROM association',
  words: 'SELECT term FROM association_vocabulary',
};

/** The indexes of names and of words. Reading all words takes about 15 ms. */
interface Indexes {
  readonly names: () => NameIndex;
  readonly words: () => NameIndex;
}

/** The existing names and words, for suggestions when a search finds nothing. */
export class Spellings {
  /** A write of own entries does not invalidate these. */
  readonly #official: Indexes;
  readonly #uses: Indexes;

  /**
   * @param db - A connection to a database of this program's schema.
   * @param reads - Reads the version, over the same connection.
   */
  constructor(db: Connection, reads: Reads) {
    const index = (sql: string, parts: readonly (keyof RegistryVersion)[]) =>
      perVersion(reads, () => new NameIndex(db.prepare<[], string>(sql).pluck().all()), parts);
    this.#official = { names: index(OFFICIAL.names, ['lists']), words: index(OFFICIAL.words, ['lists']) };
    this.#uses = { names: index(USES.names, ['lists', 'own']), words: index(USES.words, ['lists', 'own']) };
  }

  /**
   * Finds the service names of official rows that are nearest to a text.
   *
   * @param name - Any text.
   */
  serviceNames(name: string): string[] {
    return nearestIn(name, [this.#official.names()]).slice(0, SUGGESTIONS);
  }

  /** Finds the nearest names. If there are none, returns the text with each of up to 4 words replaced by the nearest one. */
  suggest({ name, words }: SearchText): string[] {
    // The name itself may exist, if a filter excluded its rows.
    const close = nearestIn(name, [this.#official.names(), this.#uses.names()]).filter(
      (known) => known.toLowerCase() !== name,
    );
    if (close.length > 0) return close.slice(0, SUGGESTIONS);
    if (words.length === 0 || words.length > MOST_CORRECTED) return [];
    const indexes = [this.#official.words(), this.#uses.words()];
    const corrected = words.map((word) => nearestIn(word, indexes)[0]);
    return corrected.every((word) => word !== undefined) ? [corrected.join(' ')] : [];
  }
}
