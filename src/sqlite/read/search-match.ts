import { NEAR_WORDS } from '../../registry/search/entry-keys.ts';
import type { SearchTerm } from '../../registry/search/search-levels.ts';
import { columnName } from '../tables/column-name.ts';

/**
 * Returns words in FTS5's query syntax: each in quotes, so that none is an operator. A repeated word is written once,
 * because FTS5 would scan its rows each time.
 *
 * @param words - The words, at least one.
 * @param isPrefix - Whether the last one may be the beginning of a word.
 */
export function quoteWords(words: readonly string[], isPrefix: boolean): string[] {
  const whole = new Set(isPrefix ? words.slice(0, -1) : words);
  const last = isPrefix ? words.slice(-1).filter((word) => !whole.has(word)) : [];
  return [...[...whole].map((word) => `"${word}"`), ...last.map((word) => `"${word}"*`)];
}

/**
 * Returns the FTS5 query of terms of which at least one must match.
 *
 * @param terms - The terms, at least one.
 */
export function toMatch(terms: readonly SearchTerm[]): string {
  return [...new Set(terms.map(termText))].join(' OR ');
}

function termText({ column, words, isPrefix }: SearchTerm): string {
  const quoted = quoteWords(words, isPrefix);
  if (column === 'words') return `({name_words text_words} : (${quoted.join(' AND ')}))`;
  const name = columnName(column);
  return quoted.length === 1 ? `(${name} : ${quoted[0]})` : `(${name} : NEAR(${quoted.join(' ')}, ${NEAR_WORDS}))`;
}
