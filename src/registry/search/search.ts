import type { RegistryChange } from '../history/history.ts';
import type { PageRequest } from '../values/page.ts';
import { quoteInput } from '../values/registry-error.ts';
import { enumerate } from '../values/wording.ts';
import { parseSearchQuestion, type SearchQuestion } from './search-question.ts';
import type { BestMatch, FoundResults, SearchFilter, SearchPage } from './search-result.ts';
import type { Spellings } from './spellings.ts';

/** The most ports of a former name in the note. */
const MOST_FORMER = 5;

/** What a search reads. */
export interface SearchSource {
  readonly lists: {
    /** Finds the results of a question, the best first. */
    readonly search: (question: SearchQuestion, filter: SearchFilter, page: PageRequest) => FoundResults;
  };
  readonly history: { readonly retired: (name: string) => RegistryChange[] };
  /** Finds the ports that had a name (case-insensitive) earlier. */
  readonly formerNames: (name: string) => readonly { readonly port: number }[];
  readonly spellings: Pick<Spellings, 'corrections' | 'suggest'>;
}

/** A text to search for. */
export interface SearchedText {
  readonly text: string;
  /** True searches for the text as it is written, without a correction. */
  readonly isLiteral: boolean;
}

/**
 * Searches for a text, or for its correction where that is more likely meant.
 *
 * @param source - What the search reads.
 * @param searched - The text.
 * @param filter - Narrows the search.
 * @param page - The page.
 */
export function search(
  source: SearchSource,
  { text, isLiteral }: SearchedText,
  filter: SearchFilter,
  page: PageRequest,
): SearchPage {
  const { lists, history, spellings } = source;
  const question = parseSearchQuestion(text);
  const literal = lists.search(question, filter, page);
  const correction = isLiteral ? null : findCorrection(source, question, literal.best, filter);
  const corrected = correction === null ? null : lists.search(parseSearchQuestion(correction), filter, page);
  const partial =
    corrected === null && literal.count === 0 && !isLiteral ? findPartial(lists, question, filter, page) : null;
  const found = corrected ?? partial ?? literal;
  return {
    count: found.count,
    results: found.results,
    corrected: correction === null ? null : { from: question.text, to: correction },
    detail: partial === null ? (question.detail ?? formerNote(source, question)) : PARTIAL_NOTE,
    suggestions: found.count === 0 ? spellings.suggest(question.text) : [],
    retired: page.offset > 0 ? [] : history.retired(question.text),
  };
}

const PARTIAL_NOTE = 'No result has all the words: these have some of them.';

/** Returns the note that the text is a former name; null if it is none. */
function formerNote({ formerNames }: SearchSource, { text }: SearchQuestion): string | null {
  const ports = [...new Set(formerNames(text).map(({ port }) => port))].sort((a, b) => a - b);
  if (ports.length === 0) return null;
  const places = enumerate(ports.slice(0, MOST_FORMER).map(String));
  return `${quoteInput(text)} is a former name of port ${places}.`;
}

/** Finds results with some of the words; null if there are none. */
function findPartial(
  lists: SearchSource['lists'],
  question: SearchQuestion,
  filter: SearchFilter,
  page: PageRequest,
): FoundResults | null {
  if (question.coreWords.length < 2 || question.ports.length > 0) return null;
  const found = lists.search({ ...question, isPartial: true }, filter, page);
  return found.count === 0 ? null : found;
}

const FIRST: PageRequest = { limit: 1, offset: 0 };

/** Returns the correction whose best result is the more likely one; null where the text is right. */
function findCorrection(
  { lists, spellings }: SearchSource,
  question: SearchQuestion,
  literal: BestMatch | null,
  filter: SearchFilter,
): string | null {
  if (question.ports.length > 0 || question.detail !== null || literal?.isExact) return null;
  let [correction, best]: [string | null, BestMatch | null] = [null, literal];
  for (const text of spellings.corrections(question)) {
    const found = lists.search(parseSearchQuestion(text), filter, FIRST).best;
    if (found !== null && isBetter(found, best)) [correction, best] = [text, found];
  }
  return correction;
}

/** Returns whether a match is much better: a rare word that looks like a common one is a spelling error. */
function isBetter(match: BestMatch, other: BestMatch | null): boolean {
  if (other === null) return true;
  return match.isName && (match.prominence > other.prominence || (match.isExact && !other.isName));
}
