import { formerNames } from '../rows/former-names.ts';
import { isFillerWord, isGenericWord } from './filler-words.ts';
import { searchKey, searchWords } from './search-words.ts';

/** The texts by which an official row or a use is found: keys, separated by blanks, and words. */
export interface EntryKeys {
  /** The keys of names as written. */
  readonly names: string;
  /** The keys of parts of names: without generic words, outside and inside brackets, items of a list. */
  readonly parts: string;
  /** The keys of the users of a use. */
  readonly users: string;
  /** The keys of descriptions and of their parts. */
  readonly descriptions: string;
  /** The words of the names, one name after the other. */
  readonly words: string;
}

/**
 * Stands between the words of two names, so that words of different names are not near each other. Longer than
 * `NEAR_WORDS`.
 */
const GAP = Array.from({ length: 9 }, () => '0gap').join(' ');

/** The most words between the words of a question in one name. */
export const NEAR_WORDS = 7;

/**
 * Returns the keys and words by which an entry is found.
 *
 * @param names - Its names, as written.
 * @param users - The users of a use.
 * @param descriptions - Descriptions and notes of an official row.
 */
export function entryKeys(
  names: readonly string[],
  users: readonly string[],
  descriptions: readonly string[],
): EntryKeys {
  const formers = descriptions.flatMap((text) => formerNames({ description: text, notes: null }));
  const exact = new Set(names.map(searchKey));
  const parts = new Set([...names, ...formers].flatMap(nameKeys).filter((key) => !exact.has(key)));
  const ofUsers = users.flatMap(nameKeys);
  const described = descriptions.slice(0, 1).flatMap(nameKeys);
  return {
    names: joinKeys(exact),
    parts: joinKeys(parts),
    users: joinKeys(new Set(ofUsers.filter((key) => !exact.has(key) && !parts.has(key)))),
    descriptions: joinKeys(new Set(described.filter((key) => !exact.has(key) && !parts.has(key)))),
    words: nameWords([...names, ...users.flatMap(listItems)]),
  };
}

/**
 * Returns the words of names, with a gap between two names.
 *
 * @param names - Names as written.
 */
export function nameWords(names: readonly string[]): string {
  return names.map((name) => searchWords(name).join(' ')).join(` ${GAP} `);
}

function joinKeys(keys: ReadonlySet<string>): string {
  return [...keys].filter((key) => key !== '').join(' ');
}

/** Returns the keys of a name's parts, each as written, without fillers, and without generic words. */
function nameKeys(name: string): string[] {
  return nameParts(name).flatMap((part) => {
    const words = searchWords(part);
    const content = words.filter((word) => !isFillerWord(word));
    const core = content.filter((word) => !isGenericWord(word));
    return [words, content, core].map((some) => some.join(''));
  });
}

/** Returns the parts of a name: what is outside and inside brackets, and the items of each. */
function nameParts(name: string): string[] {
  const outside = name.replace(/\([^()]*\)/g, ' ');
  const inside = [...name.matchAll(/\(([^()]*)\)/g)].map(([, found = '']) => found);
  return [outside, ...inside].flatMap((part) => [part, ...listItems(part)]);
}

function listItems(text: string): string[] {
  return text.split(/[,;&/]|\band\b|\bor\b/i);
}
