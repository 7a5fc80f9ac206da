import { NameIndex, nearestIn } from '../values/nearest.ts';
import { perVersion, type RegistryVersion, type VersionSource } from '../values/registry-version.ts';
import type { SearchResult, SearchText } from './search.ts';

const SUGGESTIONS = 5;

/** The largest number of words in a text to correct: each is compared with 18,000 words, in about 1 ms. */
const MOST_CORRECTED = 4;

/** The existing names and words of one kind of rows. */
export interface Vocabulary {
  /** Lists the names, each once. */
  names(kind: SearchResult['kind']): string[];
  /** Lists the words of names and texts. */
  words(kind: SearchResult['kind']): string[];
}

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
   * @param versions - The source of the version of the data.
   * @param vocabulary - The names and words in that version.
   */
  constructor(versions: VersionSource, vocabulary: Vocabulary) {
    const index = (kind: SearchResult['kind'], parts: readonly (keyof RegistryVersion)[]): Indexes => ({
      names: perVersion(versions, () => new NameIndex(vocabulary.names(kind)), parts),
      words: perVersion(versions, () => new NameIndex(vocabulary.words(kind)), parts),
    });
    this.#official = index('assignment', ['lists']);
    this.#uses = index('association', ['lists', 'own']);
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
