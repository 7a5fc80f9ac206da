import { nearest } from '../../registry/values/nearest.ts';
import { isTransportProtocol } from '../../registry/values/transport-protocol.ts';
import { searchAddress } from '../pages/search-address.ts';
import { address, addressWith } from '../parts/address.ts';

/** A page that was perhaps meant. */
export interface Guess {
  /** The address, with the base path. It begins with the path of a known page. */
  readonly href: string;
  readonly label: string;
}

/** The meaning of an address that has no page. */
export interface AddressMeaning {
  /** The only page that the address can mean; null if there are several, or none. */
  readonly redirect: string | null;
  /** The pages that were perhaps meant, the most likely first. */
  readonly guesses: readonly Guess[];
  /** The text of the address for a search, without the name of the page; empty for none. */
  readonly text: string;
}

/** The path of a request. */
interface Asked {
  /** The segments as the client wrote them, without empty ones. */
  readonly segments: readonly string[];
  /** The decoded segments without the name of a page. */
  readonly words: readonly string[];
  /** The paths of all pages, in Express' notation. */
  readonly pages: readonly string[];
}

/** A way to read an address; returns null where it does not apply. */
type Rule = (asked: Asked) => Guess | null;

/** The rules for addresses with only one meaning. */
const CERTAIN: readonly Rule[] = [
  // /Ports/22, /ports/22/, //search, /ports/0080
  ({ segments, pages }) => linkTo(findPage(segments, pages, isSameWord)),
  // /22, /443/tcp
  ({ segments, pages }) =>
    /^\d{1,10}$/.test(segments[0] ?? '') ? linkTo(findPage(['ports', ...segments], pages, isSameWord)) : null,
];

/** The rules for guesses, the most likely first. */
const GUESSES: readonly Rule[] = [
  // /ports/22,80, /ports/22-25, /port/22
  ({ words }) => linkToPorts(words.join(' ')),
  // /ports/443/https
  ({ words }) => linkToPorts(words[0] ?? ''),
  // /service/ssh, /suggestion, /registry/snapshot
  ({ segments, pages }) => linkTo(findPage(segments, pages, isNearWord)),
  // /ports/ssh, /port/ssh
  ({ segments: [name = '', ...others], words, pages }) =>
    isNearWord(name, 'ports') && words.every(isName)
      ? linkTo(findPage(['services', ...others], pages, isSameWord))
      : null,
  // /ssh, /ports/ssh, /ports/443/https
  ({ words }) => linkToSearch(words.filter(isName).join(' ')),
];

/** The longest path for which pages are guessed, in characters. */
const LONGEST_PATH = 200;

const NO_MEANING: AddressMeaning = { redirect: null, guesses: [], text: '' };

/**
 * Finds the pages that an address without a page means. They are pages of this server: each path begins with the path of a
 * known page, and the request's own text is only ever a later segment or a value of the query.
 *
 * @param path - The path of the request, encoded, without the base path.
 * @param search - The query string, without the question mark; empty for none.
 * @param pages - The paths of all pages, in Express' notation, those with fewer parameters first.
 */
export function meaningOf(path: string, search: string, pages: readonly string[]): AddressMeaning {
  const segments = path.split('/').filter((segment) => segment !== '');
  const decoded = segments.flatMap((segment) => decode(segment) ?? []);
  if (path.length > LONGEST_PATH || decoded.length < segments.length) return NO_MEANING;
  const asked = { segments, words: withoutName(decoded, pages), pages };
  const query = search === '' ? '' : `?${search}`;
  const here = address(path);
  const [certain = null] = CERTAIN.flatMap((rule) => rule(asked) ?? []);
  const guesses = new Map<string, Guess>();
  for (const rule of GUESSES) {
    const guess = rule(asked);
    // A faulty query leads to the page without it.
    const isOther = guess !== null && (guess.href !== here || query !== '');
    if (isOther && !guesses.has(guess.href)) guesses.set(guess.href, guess);
  }
  return {
    redirect: certain === null || certain.href === here ? null : certain.href + query,
    guesses: [...guesses.values()],
    text: asked.words.join(' '),
  };
}

/** Removes a first segment that is the name of a page, or nearly. */
function withoutName(words: readonly string[], pages: readonly string[]): readonly string[] {
  const [first = '', ...others] = words;
  const names = new Set(pages.map((page) => page.split('/')[1] ?? ''));
  const isName = names.has(first) || (others.length > 0 && nearest(first, names, 1).length > 0);
  return isName ? others : words;
}

/** Decides whether a segment of an address stands for a word in the path of a page. */
type IsWord = (segment: string, word: string) => boolean;

const isSameWord: IsWord = (segment, word) => segment.toLowerCase() === word;
const isNearWord: IsWord = (segment, word) => nearest(segment, [word], 1).length > 0;

/** Finds the page with these segments, and returns its path with the usual spelling. */
function findPage(segments: readonly string[], pages: readonly string[], isWord: IsWord): string | null {
  for (const page of pages) {
    const parts = page.split('/').slice(1);
    if (parts.length !== segments.length) continue;
    const path = parts.map((part, index) => readSegment(segments[index] ?? '', part, isWord));
    if (path.every((segment) => segment !== null)) return `/${path.join('/')}`;
  }
  return null;
}

/** Returns a segment in the usual spelling; null if it does not fit the part of the page's path. */
function readSegment(segment: string, part: string, isWord: IsWord): string | null {
  if (!part.includes(':')) return isWord(segment, part) ? part : null;
  // A browser resolves dot segments.
  if (/^(?:\.|%2e){1,2}$/i.test(segment)) return null;
  if (!part.includes(':port')) return segment;
  return /\d/.test(segment) ? segment.replace(/^0+(?=\d)/, '') : null;
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

function linkTo(path: string | null): Guess | null {
  return path === null ? null : { href: address(path), label: decodeURIComponent(path) };
}

/** Returns whether a word can be a name: not a port or several, nor the protocol of the number before it. */
function isName(word: string, index: number, words: readonly string[]): boolean {
  const isProtocol = isTransportProtocol(word.toLowerCase()) && /^\d+$/.test(words[index - 1] ?? '');
  return !isProtocol && !/^\d+$/.test(word) && searchAddress(word, () => false) === null;
}

function linkToPorts(text: string): Guess | null {
  // 1e3 is one number, and not the ports 1 and 3.
  const href = /\d\p{L}+\d/u.test(text) ? null : searchAddress(text, () => false);
  if (href === null) return null;
  const [, port] = /\/ports\/([^?]*)$/.exec(href) ?? [];
  return { href, label: port === undefined ? `Ports ${text}` : `Port ${port}` };
}

function linkToSearch(text: string): Guess | null {
  return text === '' ? null : { href: addressWith('/search', { q: text }), label: `Search for "${text}"` };
}
