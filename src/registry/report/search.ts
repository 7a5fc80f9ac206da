import type { RegistryChange } from '../history/history.ts';
import type { Assignment, AssignmentState } from '../rows/assignment.ts';
import type { Association, Category, Origin } from '../rows/association.ts';
import type { Page } from '../values/page.ts';
import { LAST_PORT } from '../values/port-number.ts';
import type { PortRange } from '../values/port-range.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';

/** Which official rows are asked for; null asks for any. */
export interface AssignmentFilter {
  /** Rows that contain this port, 0-65535. */
  readonly port: number | null;
  /** Rows that do not contradict this protocol. */
  readonly protocol: TransportProtocol | null;
  /** Rows of this service name, in any case. */
  readonly service: string | null;
  readonly state: AssignmentState | null;
  readonly origin: Origin | null;
  /** Rows with all these words, the last one as the beginning of a word. */
  readonly q: string | null;
}

/** Which informal and own uses are asked for; null asks for any. */
export interface AssociationFilter extends Omit<AssignmentFilter, 'state'> {
  readonly category: Category | null;
}

/** Narrows a search; null leaves it wide. */
export interface SearchFilter {
  readonly origin: Origin | null;
  readonly protocol: TransportProtocol | null;
  /** Rows with a port in this range of RFC 6335. */
  readonly range: PortRange['name'] | null;
  /** Official rows in this state; there are no others then. */
  readonly state: AssignmentState | null;
  /** Uses of this category; there are no official rows then. */
  readonly category: Category | null;
}

/** Lets every official row through. */
export const ANY_ASSIGNMENT: AssignmentFilter = {
  port: null,
  protocol: null,
  service: null,
  state: null,
  origin: null,
  q: null,
};

/** Lets every informal and own use through. */
export const ANY_ASSOCIATION: AssociationFilter = {
  port: null,
  protocol: null,
  service: null,
  category: null,
  origin: null,
  q: null,
};

/** Lets every row through. */
export const ANY_ROW: SearchFilter = { origin: null, protocol: null, range: null, state: null, category: null };

/** One row that was found. */
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

/** A page of what was found, best first. */
export interface SearchPage extends Page<SearchResult> {
  /** Where nothing was found: the nearest spellings. */
  readonly suggestions: readonly string[];
  /** How rows went away that once had the text for their name, the latest first; only on the first page. */
  readonly retired: readonly RegistryChange[];
}

/** How many characters of a search text are read. The rest is ignored. */
export const LONGEST_TEXT = 200;

/**
 * How many words of a search text are read; the rest is ignored. People type 1 to 3 words. Each word costs a pass over its
 * rows, and one character can stand for many words: U+FDFA stands for 4.
 */
export const MOST_WORDS = 16;

/**
 * Splits text into the words by which it is found: at punctuation, and where letters meet digits; in lower case,
 * without accents. A name and what is asked for are split alike, so that `sql net` finds `sql*net` and `x11` finds
 * `X11`.
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

/** A search text as the registry reads it. */
export interface SearchText {
  /** The text as a name may be written, in lower case. */
  readonly name: string;
  /** The words, all of which must be found; the last one as the beginning of a word. */
  readonly words: readonly string[];
  /** The port that the text is, 0-65535; null for any other text. */
  readonly port: number | null;
}

/**
 * Reads a search text. No character of it has a meaning of its own: there are no wildcards and no operators.
 *
 * @param text - Any text; its first 200 characters and 16 words are read.
 */
export function readSearchText(text: string): SearchText {
  const name = text.slice(0, LONGEST_TEXT).trim().toLowerCase();
  const port = /^\d{1,5}$/.test(name) && Number(name) <= LAST_PORT ? Number(name) : null;
  return { name, words: searchWords(name).slice(0, MOST_WORDS), port };
}

/**
 * Shows an official row as a search result.
 *
 * @param row - The row.
 */
export function assignmentResult(row: Assignment): SearchResult {
  const { firstPort: port, protocol, serviceName: name, description } = row;
  return { kind: 'assignment', port, protocol, name, description, origin: 'iana', row };
}

/**
 * Shows an informal or own use as a search result.
 *
 * @param row - The use.
 */
export function associationResult(row: Association): SearchResult {
  const { firstPort: port, protocols, name, usedBy, note, origin } = row;
  const protocol = protocols.length === 1 ? (protocols[0] ?? null) : null;
  return { kind: 'association', port, protocol, name, description: usedBy ?? note, origin, row };
}
