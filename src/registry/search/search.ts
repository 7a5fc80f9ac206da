import type { RegistryChange } from '../history/history.ts';
import type { PageRequest } from '../values/page.ts';
import { quoteInput } from '../values/registry-error.ts';
import { runAllSteps, type Steps } from '../values/run-step.ts';
import { enumerate } from '../values/wording.ts';
import { parseSearchQuestion, type SearchQuestion } from './search-question.ts';
import type { BestMatch, FoundCount, FoundResults, SearchFilter, SearchPage } from './search-result.ts';
import type { Spellings } from './spellings.ts';

/** The most ports of a former name in the note. */
const MOST_FORMER = 5;

/** What a search reads. */
export interface SearchSource {
  readonly lists: {
    /** Finds the results of a question, the best first. */
    readonly search: (question: SearchQuestion, filter: SearchFilter, page: PageRequest) => FoundResults;
    /** Finds the results of a question, in steps: `search` of the same page then only reads them. */
    readonly find: (question: SearchQuestion, filter: SearchFilter, page: PageRequest) => Steps<FoundCount>;
    /** Returns the best match of a question; null if nothing matches. */
    readonly best: (question: SearchQuestion, filter: SearchFilter) => BestMatch | null;
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

/** What a search answers. */
interface Answered {
  /** The question as it is asked. */
  readonly asked: SearchQuestion;
  /** The question that is answered: the one asked, its correction, or single words. */
  readonly question: SearchQuestion;
  /** The text of the correction; null for none. */
  readonly correction: string | null;
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
  searched: SearchedText,
  filter: SearchFilter,
  page: PageRequest,
): SearchPage {
  const { asked, question, correction } = runAllSteps(chooseQuestion(source, searched, filter, page));
  const { count, results } = source.lists.search(question, filter, page);
  return {
    count,
    results,
    corrected: correction === null ? null : { from: asked.text, to: correction },
    detail: question.isPartial ? PARTIAL_NOTE : (asked.detail ?? formerNote(source, asked)),
    suggestions: count === 0 ? source.spellings.suggest(asked.text) : [],
    retired: page.offset > 0 ? [] : source.history.retired(asked.text),
  };
}

/**
 * Finds the results of a search in steps. They are cached: the same search then only reads them.
 *
 * @param source - What the search reads.
 * @param searched - The text.
 * @param filter - Narrows the search.
 * @param page - The page.
 */
export function* findResults(
  source: SearchSource,
  searched: SearchedText,
  filter: SearchFilter,
  page: PageRequest,
): Steps<void> {
  const { question } = yield* chooseQuestion(source, searched, filter, page);
  yield* source.lists.find(question, filter, page);
}

function* chooseQuestion(
  source: SearchSource,
  { text, isLiteral }: SearchedText,
  filter: SearchFilter,
  page: PageRequest,
): Steps<Answered> {
  const { lists } = source;
  const asked = parseSearchQuestion(text);
  const { count, best } = yield* lists.find(asked, filter, page);
  const correction = isLiteral ? null : findCorrection(source, asked, best, filter);
  if (correction !== null) return { asked, question: parseSearchQuestion(correction), correction };
  const canBePartial = count === 0 && !isLiteral && asked.coreWords.length > 1 && asked.ports.length === 0;
  const partial = { ...asked, isPartial: canBePartial };
  const isFound = canBePartial && (yield* lists.find(partial, filter, page)).count > 0;
  return { asked, question: isFound ? partial : asked, correction };
}

const PARTIAL_NOTE = 'No result has all the words: these have some of them.';

/** Returns the note that the text is a former name; null if it is none. */
function formerNote({ formerNames }: SearchSource, { text }: SearchQuestion): string | null {
  const ports = [...new Set(formerNames(text).map(({ port }) => port))].sort((a, b) => a - b);
  if (ports.length === 0) return null;
  const places = enumerate(ports.slice(0, MOST_FORMER).map(String));
  return `${quoteInput(text)} is a former name of port ${places}.`;
}

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
    const found = lists.best(parseSearchQuestion(text), filter);
    if (found !== null && isBetter(found, best)) [correction, best] = [text, found];
  }
  return correction;
}

/** Returns whether a match is much better: a rare word that looks like a common one is a spelling error. */
function isBetter(match: BestMatch, other: BestMatch | null): boolean {
  if (other === null) return true;
  return match.isName && (match.prominence > other.prominence || (match.isExact && !other.isName));
}
