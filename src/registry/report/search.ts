import type { RegistryChange } from '../history/history.ts';
import type { Assignment, AssignmentState } from '../rows/assignment.ts';
import type { Association, Category, Origin } from '../rows/association.ts';
import type { Page } from '../values/page.ts';
import { LAST_PORT } from '../values/port-number.ts';
import type { PortRange } from '../values/port-range.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';

/** A filter of official rows; null matches any value. */
export interface AssignmentFilter {
  /** Rows that contain this port, 0-65535. */
  readonly port: number | null;
  /** Rows that apply to this protocol. */
  readonly protocol: TransportProtocol | null;
  /** Rows of this service name, in any case. */
  readonly service: string | null;
  readonly state: AssignmentState | null;
  readonly origin: Origin | null;
  /** Rows with all these words; the last one may be a prefix of a word. */
  readonly q: string | null;
}

/** A filter of informal and own uses; null matches any value. */
export interface AssociationFilter extends Omit<AssignmentFilter, 'state'> {
  readonly category: Category | null;
}

/** A filter of search results; null matches any value. */
export interface SearchFilter {
  readonly origin: Origin | null;
  readonly protocol: TransportProtocol | null;
  /** Rows with a port in this range of RFC 6335. */
  readonly range: PortRange['name'] | null;
  /** Official rows in this state, and no uses. */
  readonly state: AssignmentState | null;
  /** Uses of this category, and no official rows. */
  readonly category: Category | null;
}

/** A filter that matches every official row. */
export const ANY_ASSIGNMENT: AssignmentFilter = {
  port: null,
  protocol: null,
  service: null,
  state: null,
  origin: null,
  q: null,
};

/** A filter that matches every informal and own use. */
export const ANY_ASSOCIATION: AssociationFilter = {
  port: null,
  protocol: null,
  service: null,
  category: null,
  origin: null,
  q: null,
};

/** A filter that matches every row. */
export const ANY_ROW: SearchFilter = { origin: null, protocol: null, range: null, state: null, category: null };

/** One search result. */
export interface SearchResult {
  readonly kind: 'assignment' | 'association';
  /** The row's first port, 0-65535; null for a row without a port. */
  readonly port: number | null;
  /** The row's protocol; null where it has none or several. */
  readonly protocol: TransportProtocol | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly origin: Origin;
  /** The whole row. */
  readonly row: Assignment | Association;
}

/** A page of search results, best first. */
export interface SearchPage extends Page<SearchResult> {
  /** The nearest names, if nothing was found. */
  readonly suggestions: readonly string[];
  /** Changes that removed the text as a name, the latest first; only on the first page. */
  readonly retired: readonly RegistryChange[];
}

/** The most characters of a search text; the rest is ignored. */
export const LONGEST_TEXT = 200;

/**
 * The most words of a search text; the rest is ignored. People type 1 to 3 words. Each word costs a scan of its rows,
 * and one character can expand to many words: U+FDFA expands to 4.
 */
export const MOST_WORDS = 16;

/**
 * Splits text into search words: at punctuation and between letters and digits; in lower case, without accents. Names
 * and queries use the same tokenizer, so that `sql net` finds `sql*net` and `x11` finds `X11`.
 *
 * @param text - Any text.
 * @example searchWords('Z39.50 FORTÉ') // ['z', '39', '50', 'forte']
 */
export function searchWords(text: string): string[] {
  return (
    text
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .toLowerCase()
      .match(/\p{L}+|\p{N}+/gu) ?? []
  );
}

/** A parsed search text. */
export interface SearchText {
  /** The text in lower case, for comparison with names. */
  readonly name: string;
  /** The words. A row must have all of them; the last one may be a prefix of a word. */
  readonly words: readonly string[];
  /** The text as a port number, 0-65535; null for any other text. */
  readonly port: number | null;
}

/**
 * Parses a search text. There are no wildcards and no operators.
 *
 * @param text - Any text; only its first 200 characters and 16 words count.
 */
export function parseSearchText(text: string): SearchText {
  const name = text.slice(0, LONGEST_TEXT).trim().toLowerCase();
  const port = /^\d{1,5}$/.test(name) && Number(name) <= LAST_PORT ? Number(name) : null;
  return { name, words: searchWords(name).slice(0, MOST_WORDS), port };
}

/**
 * Converts an official row to a search result.
 *
 * @param row - The row.
 */
export function assignmentResult(row: Assignment): SearchResult {
  const { firstPort: port, protocol, serviceName: name, description } = row;
  return { kind: 'assignment', port, protocol, name, description, origin: 'iana', row };
}

/**
 * Converts an informal or own use to a search result.
 *
 * @param row - The use.
 */
export function associationResult(row: Association): SearchResult {
  const { firstPort: port, protocols, name, usedBy, note, origin } = row;
  const protocol = protocols.length === 1 ? (protocols[0] ?? null) : null;
  return { kind: 'association', port, protocol, name, description: usedBy ?? note, origin, row };
}
