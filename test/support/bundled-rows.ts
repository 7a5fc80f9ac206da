import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { bundledLists, DATA_FOLDER } from '../../src/cli/actions/bundled.ts';
import { searchWords } from '../../src/registry/search/search-words.ts';

/** A row of a bundled file, parsed without the program's own readers, with the fields that queries filter by. */
export interface BundledRow {
  readonly kind: 'assignment' | 'association';
  /** The key of `keyOf`. */
  readonly key: string;
  readonly name: string;
  readonly firstPort: number | null;
  readonly lastPort: number | null;
  /** Empty for all four protocols. */
  readonly protocols: readonly string[];
  readonly origin: 'iana' | 'informal';
  /** The state of an official row. */
  readonly state: string | null;
  /** The category of an informal use. */
  readonly category: string | null;
  /** The words of its search index. */
  readonly words: ReadonlySet<string>;
}

/** A row of an answer. */
type AnsweredRow = Readonly<Record<string, unknown>>;

/** The bundled official rows, in the order of the file. */
export const OFFICIAL_ROWS: readonly BundledRow[] = cellsOf('assignments').map(toOfficialRow);

/** The bundled informal uses, by first port, last port and id. */
export const INFORMAL_ROWS: readonly BundledRow[] = cellsOf('associations')
  .map(toInformalRow)
  .sort(
    (a, b) =>
      Number(a.firstPort) - Number(b.firstPort) ||
      Number(a.lastPort) - Number(b.lastPort) ||
      (a.key < b.key ? -1 : Number(a.key > b.key)),
  );

/**
 * Returns a key of a row: the id of a use; for an official row, the fields that distinguish rows of one name. A few of
 * IANA's rows have the same key.
 *
 * @param row - An assignment or association, as JSON has it.
 */
export function keyOf(row: AnsweredRow): string {
  const { id, serviceName, firstPort, lastPort, protocol, assignee, registrationDate } = row;
  if (id !== undefined) return String(id);
  const texts = [serviceName, protocol, assignee, registrationDate].map((text) => String(text ?? '').toLowerCase());
  return JSON.stringify([...texts, firstPort, lastPort]);
}

/**
 * Filters rows as a list or a search does.
 *
 * @param rows - Any rows.
 * @param filters - The query parameters of a list or a search.
 */
export function select(rows: readonly BundledRow[], filters: URLSearchParams): BundledRow[] {
  const tests = [...filters].map(([name, value]) => FILTERS[name]?.(value.toLowerCase()) ?? (() => false));
  return rows.filter((row) => tests.every((fits) => fits(row)));
}

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  system: [0, 1023],
  user: [1024, 49151],
  dynamic: [49152, 65535],
};

const FILTERS: Readonly<Record<string, (value: string) => (row: BundledRow) => boolean>> = {
  port: (value) => containing(Number(value), Number(value)),
  range: (value) => containing(...(RANGES[value] ?? [1, 0])),
  protocol:
    (value) =>
    ({ protocols }) =>
      protocols.length === 0 || protocols.includes(value),
  service:
    (value) =>
    ({ name }) =>
      name !== '' && name.toLowerCase() === value,
  state:
    (value) =>
    ({ state }) =>
      state === value,
  category:
    (value) =>
    ({ category }) =>
      category === value,
  origin:
    (value) =>
    ({ origin }) =>
      origin === value,
  q: havingWords,
};

/**
 * Creates a predicate for rows that contain all words of a text. The last word may be the prefix of a word. Only the
 * first 200 characters of the text and the first 16 words count.
 *
 * @param text - The search text.
 */
export function havingWords(text: string): (row: BundledRow) => boolean {
  const required = searchWords(text.slice(0, 200)).slice(0, 16);
  const last = required.pop();
  return ({ words }) => {
    if (last === undefined || !required.every((word) => words.has(word))) return false;
    for (const word of words) if (word.startsWith(last)) return true;
    return false;
  };
}

/**
 * Creates a predicate for rows with a port of a range.
 *
 * @param first - The lowest port.
 * @param last - The highest port.
 */
export function containing(first: number, last: number): (row: BundledRow) => boolean {
  return ({ firstPort, lastPort }) => firstPort !== null && lastPort !== null && lastPort >= first && firstPort <= last;
}

function cellsOf(list: 'assignments' | 'associations'): string[][] {
  return parse(readFileSync(new URL(bundledLists()[list].file, DATA_FOLDER))).slice(1) as string[][];
}

function toOfficialRow(cells: readonly string[]): BundledRow {
  const [name = '', ports = '', protocol = '', about = '', assignee, , registrationDate, , , , use = ''] = cells;
  const notes = cells[11] ?? '';
  const [firstPort = null, lastPort = firstPort] = ports === '' ? [] : ports.split('-').map(Number);
  const alias = /(?:alias to|duplicate of the) "([^"]*)"/.exec(notes)?.[1] ?? '';
  const description = about.replace(/IANA assigned this well-formed service name as a replacement for "[^"]*"\./g, ' ');
  const rest = notes.replace(
    /This (?:entry is an alias to "[^"]*"|entry is now historic[^.]*|is a duplicate of the "[^"]*" [^.]*)\./g,
    ' ',
  );
  const span = { serviceName: name, firstPort, lastPort, protocol, assignee, registrationDate };
  return {
    kind: 'assignment',
    key: keyOf(span),
    name,
    firstPort,
    lastPort,
    protocols: protocol === '' ? [] : [protocol],
    origin: 'iana',
    state: stateOf(name, description.trim(), notes),
    category: null,
    words: wordsOf([name, ports, protocol, alias, description, use, rest]),
  };
}

/** Derives the state by the rules in the contract. */
function stateOf(name: string, description: string, notes: string): string {
  if (name !== '') return notes.includes('records an unassigned but widespread use') ? 'recorded' : 'assigned';
  if (/^\(?unassigned/i.test(description)) return 'unassigned';
  if (description.startsWith('Reserved')) return 'reserved';
  if (description.startsWith('any private')) return 'assigned';
  return description.startsWith('Possibly used') ? 'recorded' : 'deregistered';
}

function toInformalRow(cells: readonly string[]): BundledRow {
  const [key = '', name = '', usedBy = '', first = '', last = '', protocols = '', category = '', , , note = ''] = cells;
  return {
    kind: 'association',
    key,
    name,
    firstPort: Number(first),
    lastPort: Number(last),
    protocols: protocols.split(/\W+/),
    origin: 'informal',
    state: null,
    category,
    words: wordsOf([name, usedBy, first, last, protocols, category, note]),
  };
}

function wordsOf(texts: readonly string[]): ReadonlySet<string> {
  return new Set(searchWords(texts.join(' ')));
}
