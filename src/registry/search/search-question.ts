import { LAST_PORT } from '../values/port-number.ts';
import type { PortQuery } from '../values/port-query.ts';
import { isTransportProtocol, type TransportProtocol } from '../values/transport-protocol.ts';
import { isFillerWord, isGenericWord, withoutJoinedFillers } from './filler-words.ts';
import { LONGEST_TEXT, MOST_WORDS, searchWords } from './search-words.ts';

/** A parsed search text. */
export interface SearchQuestion {
  /** The text without blanks around it, at most 200 characters. */
  readonly text: string;
  /** The ports that the text asks for; empty for a text that asks for a name. */
  readonly ports: readonly PortQuery[];
  /** All words of the text, at most 16. */
  readonly allWords: readonly string[];
  /** The words without fillers and transport protocols; all words if nothing else remains. */
  readonly words: readonly string[];
  /** The words without words that many names contain; the same as `words` if nothing else remains. */
  readonly coreWords: readonly string[];
  /** The transport protocol that the text names; null for none. */
  readonly protocol: TransportProtocol | null;
  /** True to match any of the core words: for a text of several words that finds nothing. */
  readonly isPartial: boolean;
  /** Why the text cannot find anything, as a sentence; null for any other text. */
  readonly detail: string | null;
}

/** The most ports and ranges of one question. */
const MOST_PORTS = 50;

const TOKENS = /\p{L}+|\p{N}+|[^\s]/gu;

/**
 * Parses a search text: ports, or words. There are no wildcards and no operators.
 *
 * @param text - Any text; only its first 200 characters and 16 words count.
 */
export function parseSearchQuestion(text: string): SearchQuestion {
  const read = text.slice(0, LONGEST_TEXT).trim();
  const folded = read.normalize('NFKC').toLowerCase();
  const allWords = searchWords(read).slice(0, MOST_WORDS);
  const { ports, isBeyond } = parsePorts(portOfAddress(folded) ?? folded);
  const { words, protocol } = contentWords(schemeOfAddress(folded) ?? allWords);
  const core = words.filter((word) => !isGenericWord(word));
  return {
    text: read,
    ports,
    allWords,
    words,
    coreWords: core.length === 0 ? words : core,
    protocol: ports.length > 0 ? null : protocol,
    isPartial: false,
    detail: isBeyond ? `Port numbers end at ${LAST_PORT}.` : null,
  };
}

/** Returns the words that must match, and the protocol that the others name. */
function contentWords(all: readonly string[]): Pick<SearchQuestion, 'words' | 'protocol'> {
  const split = all.flatMap((word) => (isFillerWord(word) ? [] : withoutJoinedFillers(word)));
  const content = split.filter((word) => !isTransportProtocol(word));
  const protocol = split.find((word) => isTransportProtocol(word)) ?? null;
  if (content.length > 0) return { words: content, protocol };
  return { words: split.length > 0 ? split : all, protocol: null };
}

/** Returns the port of a URL or of host and port, as in `https://host:8443/x` or `localhost:8080`. */
function portOfAddress(text: string): string | undefined {
  const [, scheme, address = ''] = /^([a-z][a-z0-9+.-]{0,20}:\/\/)?(\S+)$/.exec(text) ?? [];
  const [authority = ''] = address.split(/[/?#]/, 1);
  const [, host = '', port] = /^(\[[0-9a-f:.]+\]|[^:[\]]+):(\d{1,20})$/.exec(authority) ?? [];
  // "22:80" and "tcp:443" are not addresses.
  const isHost = scheme !== undefined || (/[a-z.*\]]/.test(host) && !isTransportProtocol(host));
  return isHost ? port : undefined;
}

/** Returns the scheme of a URL without a port. */
function schemeOfAddress(text: string): string[] | undefined {
  const scheme = /^([a-z][a-z0-9+.-]{0,20}):\/\//.exec(text)?.[1];
  return scheme === undefined ? undefined : searchWords(scheme);
}

/** Parses a list of ports: each a number or a range, with a protocol before or after it. */
function parsePorts(text: string): { ports: PortQuery[]; isBeyond: boolean } {
  const none = { ports: [], isBeyond: false };
  const tokens = (text.match(TOKENS) ?? []).filter((token) => !isFiller(token));
  const ports: PortQuery[] = [];
  let isBeyond = false;
  let index = 0;
  const protocolAt = (at: number): TransportProtocol | null => {
    const token = tokens[at] ?? '';
    return isTransportProtocol(token) ? token : null;
  };
  while (index < tokens.length) {
    if (ports.length === MOST_PORTS) return none;
    if (/^[,;&:]$/.test(tokens[index] as string)) {
      index++;
      continue;
    }
    let protocol = protocolAt(index);
    if (protocol !== null) index += /^[/:]$/.test(tokens[index + 1] ?? '') ? 2 : 1;
    const first = numberOf(tokens[index]);
    if (first === null) return none;
    index++;
    let last: number | null = first;
    if (/^[-–—]$/.test(tokens[index] ?? '')) {
      last = numberOf(tokens[index + 1]);
      if (last === null) return none;
      index += 2;
    }
    if (protocol === null) {
      const at = tokens[index] === '/' ? index + 1 : index;
      protocol = protocolAt(at);
      // In "22 tcp 80", the protocol belongs to the number before it.
      if (protocol !== null) index = at + 1;
    }
    if (tokens[index] === '/') return none;
    if (Math.max(first, last) > LAST_PORT) isBeyond = true;
    else ports.push({ firstPort: Math.min(first, last), lastPort: Math.max(first, last), protocol });
  }
  return { ports, isBeyond };
}

function isFiller(token: string): boolean {
  return /^[?!.'"#()=]$/.test(token) ? token !== '.' : searchWords(token).some(isFillerWord);
}

function numberOf(token: string | undefined): number | null {
  return token !== undefined && /^\d{1,20}$/.test(token) ? Number(token) : null;
}
