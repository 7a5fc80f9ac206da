import type { AssignmentFilter, AssociationFilter, SearchFilter, SearchText } from '../../registry/report/search.ts';
import { PORT_RANGES } from '../../registry/values/port-range.ts';

/** A part of a WHERE clause with the values of its parameters. */
export type Condition = readonly [sql: string, ...values: (string | number)[]];

/** The table of the official rows, with the SQL that differs between the two searched tables. */
export const ASSIGNMENT = {
  kind: 'assignment',
  table: 'assignment',
  key: 'id',
  name: 'service_name',
  protocol: "(transport_protocol = '' OR transport_protocol = ?)",
} as const;
/** The table of the informal and own uses. */
export const ASSOCIATION = {
  kind: 'association',
  table: 'association',
  key: 'row',
  name: 'name',
  protocol: '? IN (SELECT value FROM json_each(protocols))',
} as const;
/** A searched table. */
export type Searched = typeof ASSIGNMENT | typeof ASSOCIATION;

/** The SQL of one part of a search: the rows of one table that match in one way. */
export interface Hits {
  /** The SELECT clause, with the columns to sort by: tier, weight (the smaller the better), label, key. */
  readonly select: string;
  /** The values of the parameters of `select`. */
  readonly selected: readonly string[];
  /** The FROM and WHERE clauses. */
  readonly from: string;
  /** The values of the parameters of `from`. */
  readonly values: readonly (string | number)[];
}

/** A condition that is never true, for filters that exclude a whole table. */
export const NONE: Condition = ['0'];

/** The highest code point: a prefix followed by it is the upper bound of all names with the prefix. */
const LAST_CHARACTER = '\u{10ffff}';

/**
 * Returns the SQL of a search in two stages. The first finds the rows of the port and the names that equal or begin with
 * the text, the second the rows with all words. No row is found twice.
 *
 * @param text - The search text.
 * @param filter - Narrows the search.
 */
export function searchStages(text: SearchText, filter: SearchFilter): Hits[][] {
  const { port, words } = text;
  const tables = [ASSIGNMENT, ASSOCIATION]
    .map((searched) => ({ searched, conditions: searchConditions(searched, filter) }))
    .filter(({ conditions }) => !conditions.includes(NONE));
  const inEach = (find: typeof byPort) => tables.map(({ searched, conditions }) => find(searched, text, conditions));
  return [
    [...(port === null ? [] : inEach(byPort)), ...(words.length === 0 ? [] : inEach(byName))],
    words.length === 0 ? [] : inEach(byWords),
  ];
}

/** Finds the rows of a port: official ones first, as in the report of the port, then the narrowest. */
function byPort(searched: Searched, { port }: SearchText, conditions: readonly Condition[]): Hits {
  const tier = searched.kind === 'assignment' ? '0' : '1';
  const select = selectHits(searched, searched.key, tier, 'last_port - first_port', searched.name);
  return { select, selected: [], ...from(searched.table, [ofPort(searched, port), ...conditions]) };
}

/** Finds exact names, then names that begin with the text, the shortest first. */
function byName(searched: Searched, { name, port }: SearchText, conditions: readonly Condition[]): Hits {
  const tier = `CASE WHEN ${searched.name} = ? COLLATE NOCASE THEN 2 ELSE 3 END`;
  const select = selectHits(searched, searched.key, tier, `length(${searched.name})`, searched.name);
  const others = notOf(searched, searched.key, ofPort(searched, port));
  return { select, selected: [name], ...from(searched.table, [beginsWith(searched, name), others, ...conditions]) };
}

/** Finds the rows with all words, by BM25 weight; a word in the name counts ten times. */
function byWords(searched: Searched, { name, words, port }: SearchText, conditions: readonly Condition[]): Hits {
  const index = `${searched.table}_words`;
  const select = selectHits(searched, `${index}.rowid`, '4', `bm25(${index}, 10, 1)`, 'NULL');
  const others = [
    notOf(searched, `${index}.rowid`, beginsWith(searched, name)),
    notOf(searched, `${index}.rowid`, ofPort(searched, port)),
  ];
  // Joins the rows themselves only if a filter needs their columns.
  const rows =
    conditions.length === 0 ? '' : ` JOIN ${searched.table} ON ${searched.table}.${searched.key} = ${index}.rowid`;
  return {
    select,
    selected: [],
    ...from(index + rows, [[`${index} MATCH ?`, toMatch(words)], ...others, ...conditions]),
  };
}

function selectHits({ kind }: Searched, key: string, tier: string, weight: string, label: string): string {
  return `SELECT '${kind}' AS kind, ${key} AS key, ${tier} AS tier, ${weight} AS weight, ${label} AS label`;
}

function from(tables: string, conditions: readonly Condition[]): Omit<Hits, 'select' | 'selected'> {
  const { sql, values } = where(conditions);
  return { from: `FROM ${tables} ${sql}`, values };
}

function ofPort({ table, key }: Searched, port: number | null): Condition {
  if (port === null) return NONE;
  return [`${key} IN (SELECT ${key} FROM ${table}_span WHERE first_port <= ? AND last_port >= ?)`, port, port];
}

function beginsWith({ name }: Searched, text: string): Condition {
  // The partial index of names has no rows without a name: SQLite uses it only with `<> ''`.
  return [`${name} COLLATE NOCASE >= ? AND ${name} COLLATE NOCASE < ? AND ${name} <> ''`, text, text + LAST_CHARACTER];
}

/** Excludes the rows that another condition finds. */
function notOf({ table, key }: Searched, rowid: string, [sql, ...values]: Condition): Condition {
  return [`${rowid} NOT IN (SELECT ${key} FROM ${table} WHERE ${sql})`, ...values];
}

function searchConditions(searched: Searched, filter: SearchFilter): Condition[] {
  const { origin, protocol, range, state, category } = filter;
  const conditions: Condition[] = [];
  const isOfficial = searched.kind === 'assignment';
  if (protocol !== null) conditions.push([searched.protocol, protocol]);
  const ports = PORT_RANGES.find(({ name }) => name === range);
  if (ports !== undefined) conditions.push(['first_port <= ? AND last_port >= ?', ports.lastPort, ports.firstPort]);
  if (isOfficial && ((origin !== null && origin !== 'iana') || category !== null)) return [NONE];
  if (!isOfficial && (origin === 'iana' || state !== null)) return [NONE];
  if (isOfficial) return [...conditions, ...equals('state', state)];
  return [...conditions, ...equals('origin', origin), ...equals('category', category)];
}

/**
 * Returns the conditions of the filters that the lists of both tables have.
 *
 * @param searched - The table.
 * @param filter - The filter.
 * @param words - The words of the filter's text; null where it has none.
 */
export function listConditions(
  searched: Searched,
  filter: AssignmentFilter | AssociationFilter,
  words: readonly string[] | null,
): Condition[] {
  const { port, protocol, service } = filter;
  const conditions: Condition[] = [];
  if (port !== null) conditions.push(ofPort(searched, port));
  if (protocol !== null) conditions.push([searched.protocol, protocol]);
  if (service !== null) conditions.push([`${searched.name} = ? COLLATE NOCASE AND ${searched.name} <> ''`, service]);
  if (words !== null) {
    const found = `${searched.key} IN (SELECT rowid FROM ${searched.table}_words WHERE ${searched.table}_words MATCH ?)`;
    conditions.push(words.length === 0 ? NONE : [found, toMatch(words)]);
  }
  return conditions;
}

/**
 * Returns the condition that a column has a value.
 *
 * @param column - The column.
 * @param value - The value; null returns no condition.
 */
export function equals(column: string, value: string | null): Condition[] {
  return value === null ? [] : [[`${column} = ?`, value]];
}

/**
 * Joins conditions to a WHERE clause with AND.
 *
 * @param conditions - The conditions; an empty list returns an empty clause.
 */
export function where(conditions: readonly Condition[]): { sql: string; values: (string | number)[] } {
  const sql = conditions.map(([condition]) => condition).join(' AND ');
  return { sql: sql === '' ? '' : `WHERE ${sql}`, values: conditions.flatMap(([, ...values]) => values) };
}

/**
 * Returns words in FTS5's query syntax: each in quotes, so that none is an operator, the last one as a prefix. A repeated
 * word is written once, because FTS5 would scan its rows each time.
 */
function toMatch(words: readonly string[]): string {
  const whole = new Set(words.slice(0, -1));
  const last = words.slice(-1).filter((word) => !whole.has(word));
  return [...[...whole].map((word) => `"${word}"`), ...last.map((word) => `"${word}"*`)].join(' ');
}
