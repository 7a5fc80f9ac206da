import { NameIndex, nearestIn } from '../values/nearest.ts';
import { perVersion, perVersionInSteps, type SteppedValue, type VersionSource } from '../values/registry-version.ts';
import type { Steps } from '../values/run-step.ts';
import { isFillerWord, isGenericWord } from './filler-words.ts';
import type { SearchQuestion } from './search-question.ts';
import { transliterate } from './transliterate.ts';

const SUGGESTIONS = 5;

/** The most words of a text to correct: each is compared with about 30,000 words, in about 1 ms. */
const MOST_CORRECTED = 4;

/** The most questions whose corrections are cached: each has up to 200 characters. */
const MOST_CACHED = 500;

/** The lengths from which a word may differ in one letter, and in two. */
const [ONE_LETTER, TWO_LETTERS] = [4, 7];

/** The length from which a word may be an obscure name. */
const RARE_LENGTH = 5;

/** The names and words of an entry, as the search index has them. */
export interface VocabularyRow {
  /** The id of the entry; that of an own entry is negative. */
  readonly id: number;
  readonly mainNames: string;
  readonly names: string;
  readonly nameWords: string;
  readonly prominence: number;
}

/** The existing names and words. */
export interface Vocabulary {
  /** Lists the names of official rows, each once. */
  serviceNames(): string[];

  /** Lists the names of uses, each once. */
  useNames(): string[];

  /**
   * Lists the names and words of own entries, or of all others, by id: the most prominent first.
   *
   * @param isOwn - True for own entries.
   * @param after - Only entries with a higher id; null for all.
   * @param limit - The most entries.
   */
  vocabulary(isOwn: boolean, after: number | null, limit: number): VocabularyRow[];
}

/** Words with the highest prominence of the entries that they name. */
interface Spelling {
  readonly index: NameIndex;
  readonly prominence: ReadonlyMap<string, number>;
}

/** A word that may be meant. */
interface Candidate {
  readonly word: string;
  /** The number of different letters. */
  readonly distance: number;
  readonly prominence: number;
}

/** The existing names and words, for corrections and suggestions. */
export class Spellings {
  /** A write of own entries does not invalidate these. */
  readonly #serviceNames: () => NameIndex;
  readonly #useNames: () => NameIndex;
  /** Of all lists, then of own entries. */
  readonly #spellings: readonly SteppedValue<Spelling>[];
  /** The texts that may be meant, by the words of a question: a search in steps needs them twice. */
  readonly #corrections: () => Map<string, readonly string[]>;

  /**
   * @param versions - The source of the version of the data.
   * @param vocabulary - The names and words in that version.
   */
  constructor(versions: VersionSource, vocabulary: Vocabulary) {
    this.#serviceNames = perVersion(versions, () => new NameIndex(vocabulary.serviceNames()), ['lists']);
    this.#useNames = perVersion(versions, () => new NameIndex(vocabulary.useNames()));
    this.#spellings = [
      perVersionInSteps(versions, () => indexInSteps(vocabulary, false), ['lists']),
      perVersionInSteps(versions, () => indexInSteps(vocabulary, true), ['own']),
    ];
    this.#corrections = perVersion(versions, () => new Map());
  }

  /**
   * Runs one step of the indexes of the words of all lists and of own entries, which corrections need. Without these steps, the first
   * correction runs them all at once.
   *
   * @returns True if the current words are in the indexes.
   */
  prepareStep(): boolean {
    return this.#spellings.every((spelling) => spelling.step());
  }

  /**
   * Finds the service names of official rows that are nearest to a text.
   *
   * @param name - Any text.
   */
  serviceNames(name: string): string[] {
    return nearestIn(name, [this.#serviceNames()]).slice(0, SUGGESTIONS);
  }

  /**
   * Finds the nearest names.
   *
   * @param text - Any text.
   */
  suggest(text: string): string[] {
    const name = text.toLowerCase();
    // The name itself may exist, if a filter excluded its rows.
    return nearestIn(name, [this.#serviceNames(), this.#useNames()])
      .filter((known) => known.toLowerCase() !== name)
      .slice(0, SUGGESTIONS);
  }

  /**
   * Returns texts that may be meant in place of a question: its name as a whole, or each of up to 4 words, with one or two
   * other letters. A prominent word is right; an unknown one is replaced by the nearest word, an obscure one only by a more
   * prominent one.
   *
   * @param question - The question.
   * @returns At most two texts, the more likely first.
   */
  corrections({ words }: SearchQuestion): readonly string[] {
    if (words.length === 0 || words.length > MOST_CORRECTED) return [];
    const corrections = this.#corrections();
    const key = words.join(' ');
    const known = corrections.get(key);
    if (known !== undefined) return known;
    const texts = this.#correctWords(words);
    if (corrections.size >= MOST_CACHED) corrections.clear();
    corrections.set(key, texts);
    return texts;
  }

  #correctWords(words: readonly string[]): string[] {
    const corrected = words.map((word) => this.#correct(word));
    const [whole] = words.length === 1 ? [] : this.#candidates(words.join(''));
    const texts = [corrected.join(' '), ...(whole === undefined ? [] : [whole.word])];
    return texts.filter((text) => text !== words.join(' ')).slice(0, 2);
  }

  #correct(word: string): string {
    const known = this.#prominence(word);
    if (known >= 2 || isGenericWord(word) || isFillerWord(word)) return word;
    const [best] = this.#candidates(word);
    return best !== undefined && best.prominence > known ? best.word : word;
  }

  #prominence(word: string): number {
    return Math.max(...this.#spellings.map((spelling) => spelling.value().prominence.get(word) ?? 0));
  }

  #candidates(written: string): Candidate[] {
    const word = transliterate(written);
    const least = word === written ? 1 : 0;
    if (word.length < ONE_LETTER || !/^[a-z0-9]+$/.test(word)) return [];
    const most = word.length < TWO_LETTERS ? 1 : 2;
    return this.#spellings
      .flatMap((spelling) => {
        const { index, prominence } = spelling.value();
        return index.near(word, most).map(({ name, distance }) => ({
          word: name,
          distance: name === word ? 0 : distance,
          prominence: prominence.get(name) ?? 1,
        }));
      })
      .filter(
        ({ word: name, distance, prominence }) =>
          least <= distance &&
          distance <= most &&
          // A longer word with this beginning is found without a correction.
          (name === word || !name.startsWith(word)) &&
          (prominence > 1 || (distance <= 1 && word.length >= RARE_LENGTH && name[0] === word[0])),
      )
      .sort(
        (a, b) =>
          a.distance - a.prominence - (b.distance - b.prominence) ||
          a.distance - b.distance ||
          Number(b.word[0] === word[0]) - Number(a.word[0] === word[0]) ||
          (a.word < b.word ? -1 : 1),
      );
  }
}

/** The most entries whose names are known as spellings: the most prominent ones. */
const MOST_ENTRIES = 50_000;

/** The number of entries that one step reads and adds, in about 5 ms. */
const STEP_ENTRIES = 1_000;

function* indexInSteps(vocabulary: Vocabulary, isOwn: boolean): Steps<Spelling> {
  const words = new Map<string, number>();
  let after: number | null = null;
  for (let count = 0; count < MOST_ENTRIES; count += STEP_ENTRIES) {
    const rows: readonly VocabularyRow[] = vocabulary.vocabulary(isOwn, after, STEP_ENTRIES);
    addWords(words, rows);
    after = rows.at(-1)?.id ?? null;
    yield;
    if (rows.length < STEP_ENTRIES) break;
  }
  const index = new NameIndex(words.keys());
  yield;
  return { index, prominence: words };
}

/** Adds the words of entries, each with its highest prominence. */
function addWords(words: Map<string, number>, rows: readonly VocabularyRow[]): void {
  const add = (texts: string, prominence: number): void => {
    for (const word of texts.split(' ')) {
      // Only Latin words are corrected.
      if (word.length >= 3 && /^[a-z]/.test(word) && (words.get(word) ?? 0) < prominence) words.set(word, prominence);
    }
  };
  for (const { mainNames, names, nameWords, prominence } of rows) {
    add(mainNames, Math.max(2, prominence));
    add(names, prominence);
    add(nameWords, prominence);
  }
}
