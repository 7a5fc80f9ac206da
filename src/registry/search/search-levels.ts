import type { SearchQuestion } from './search-question.ts';

/** A searched column of an entry. */
export type SearchColumn =
  | 'mainNames'
  | 'names'
  | 'laterNames'
  | 'parts'
  | 'users'
  | 'descriptions'
  | 'nameWords'
  /** The words of names and all other texts. */
  | 'words';

/** Words that must be in one column. */
export interface SearchTerm {
  readonly column: SearchColumn;
  readonly words: readonly string[];
  /** True if the last word may be the beginning of a word. */
  readonly isPrefix: boolean;
}

/** One way in which entries match: by any of its terms. */
export interface SearchLevel {
  readonly terms: readonly SearchTerm[];
  /** True if a match is a name, or the name of a product. */
  readonly isExact: boolean;
  /** True if a match is in a name. */
  readonly isName: boolean;
  /** The name of the entries, in any case; null for any name. */
  readonly spelling: string | null;
  /** True if the last level finds the same entries. */
  readonly isContained: boolean;
}

/**
 * A group of entries: those with prominence 3 (0), 2 (1) and 1 (2), and those without a port (3), which come after all
 * others.
 */
export type EntryGroup = 0 | 1 | 2 | 3;

/** The additional cost of an entry without a port: more than any other. */
const WITHOUT_PORT = 100;

/**
 * The cost of a match of each level in each group of entries: lower ones come first, and costs rise from group to group. A
 * name counts more than words, and a prominent entry more than an obscure one: "nomad" is the product before the service of
 * that name. Chosen by measurement with questions as people ask them (test/search).
 */
const COSTS = [
  // A name with the punctuation of the text, such as "whois++".
  [-1, -1, -1],
  // The first port of another name, for a row of any kind.
  [0, 0, 0],
  // A name as written.
  [0, 0.5, 1],
  // A further port of another name.
  [0.6, 0.7, 0.8],
  // A name without brackets and generic words, or an item of a list.
  [0.4, 0.8, 1.2],
  // The product that uses the port.
  [0.5, 1.2, 2.1],
  // All words in one name.
  [1.2, 1.9, 2.6],
  // A name without the generic words of the question.
  [1.3, 2, 2.7],
  // The beginning of a name.
  [1.4, 2.1, 2.8],
  // The words that are not generic, in one name.
  [2.2, 2.9, 3.6],
  // All words anywhere.
  [3, 4, 5],
  // The words that are not generic, anywhere.
  [4, 5, 6],
] as const;

/** The numbers of levels that match names exactly, and in names. */
const EXACT_LEVELS = 6;
const NAME_LEVELS = 10;

/** The additional cost of an entry that does not have the protocol of the question. */
const OTHER_PROTOCOL = 0.5;

/**
 * Returns the ways in which entries match the words of a question.
 *
 * @param question - The question; one without words has no levels.
 */
export function searchLevels({ text, allWords, words, coreWords, isPartial }: SearchQuestion): SearchLevel[] {
  if (words.length === 0) return [];
  if (isPartial) return partialLevels(coreWords);
  const key = words.join('');
  const keys = [...new Set([allWords.join(''), key])];
  const [core, hasCore] = [coreWords.join(''), coreWords.length < words.length];
  const exact = (column: SearchColumn, names: readonly string[]): SearchTerm[] =>
    names.map((name) => ({ column, words: [name], isPrefix: false }));
  const all = (column: SearchColumn, of: readonly string[], isPrefix: boolean): SearchTerm => ({
    column,
    words: of,
    isPrefix,
  });
  const terms: SearchTerm[][] = [
    /[^\p{L}\p{N}\s]/u.test(text) ? exact('names', keys) : [],
    exact('mainNames', keys),
    exact('names', keys),
    exact('laterNames', keys),
    exact('parts', [key]),
    exact('users', [key]),
    [all('nameWords', words, false)],
    hasCore
      ? (['mainNames', 'names', 'laterNames', 'parts', 'users'] as const).flatMap((column) => exact(column, [core]))
      : [],
    [all('names', [key], true), all('nameWords', words, true), ...exact('descriptions', [key, core])],
    [all('nameWords', coreWords, false)],
    [all('words', words, true)],
    hasCore ? [all('words', coreWords, true)] : [],
  ];
  const widest = hasCore ? terms.length - 1 : terms.length - 2;
  return terms.map((some, index) => ({
    terms: some,
    isExact: index < EXACT_LEVELS,
    isName: index < NAME_LEVELS,
    spelling: index === 0 ? text : null,
    isContained: index !== widest && some.every(({ column }) => column === 'nameWords' || column === 'words'),
  }));
}

/** Returns the ways in which entries match single words: their names, or words in names. */
function partialLevels(words: readonly string[]): SearchLevel[] {
  const columns = ['mainNames', 'names', 'laterNames', 'parts', 'users', 'nameWords'] as const;
  return columns.map((column) => ({
    terms: words.filter((word) => word.length > 1).map((word) => ({ column, words: [word], isPrefix: false })),
    isExact: false,
    isName: true,
    spelling: null,
    isContained: false,
  }));
}

/**
 * Returns the cost of a match: lower ones come first.
 *
 * @param level - The index of the level.
 * @param group - The group of the entry.
 * @param isOtherProtocol - True for an entry that does not have the protocol of the question.
 */
export function matchCost(level: number, group: EntryGroup, isOtherProtocol: boolean): number {
  const costs = COSTS[level] as readonly [number, number, number];
  const cost = group === 3 ? WITHOUT_PORT + costs[2] : costs[group];
  return cost + (isOtherProtocol ? OTHER_PROTOCOL : 0);
}
