import type { Assignment, AssignmentCells } from '../registry/assignment.ts';
import type { Association } from '../registry/association.ts';
import { nearest } from '../registry/nearest.ts';
import type { Page, PageRequest } from '../registry/page.ts';
import { PORT_RANGES } from '../registry/port-range.ts';
import {
  type AssignmentFilter,
  type AssociationFilter,
  assignmentResult,
  associationResult,
  readSearchText,
  type SearchFilter,
  type SearchPage,
  type SearchResult,
  type SearchText,
} from '../registry/search.ts';
import type { Connection, Statement } from './database.ts';
import {
  ASSIGNMENT_COLUMNS,
  ASSOCIATION_COLUMNS,
  type AssignmentRow,
  type AssociationRow,
  fromAssignmentRow,
  fromAssociationRow,
} from './rows.ts';

/** A part of a WHERE clause with the values of its question marks. */
type Condition = readonly [sql: string, ...values: (string | number)[]];

/** The two tables that are searched: the words for what differs between them. */
const ASSIGNMENT = {
  kind: 'assignment',
  table: 'assignment',
  key: 'id',
  name: 'service_name',
  protocol: "(transport_protocol = '' OR transport_protocol = ?)",
} as const;
const ASSOCIATION = {
  kind: 'association',
  table: 'association',
  key: 'row',
  name: 'name',
  protocol: '? IN (SELECT value FROM json_each(protocols))',
} as const;
type Searched = typeof ASSIGNMENT | typeof ASSOCIATION;

/** A row that was found, and how many there are in all. */
interface Hit {
  readonly kind: Searched['kind'];
  readonly key: number;
  readonly count: number;
}

/** What can be suggested, as of a version of the database. */
interface Spellings {
  readonly version: unknown;
  readonly names: readonly string[];
  readonly vocabulary: readonly string[];
}

const SUGGESTIONS = 5;

/** Never true: what a filter rules out as a whole. */
const NONE: Condition = ['0'];

/** The searches and filtered lists of the registry, over one connection. */
export class Searches {
  readonly #db: Connection;
  readonly #statements = new Map<string, Statement>();
  #known: Spellings | undefined;

  /** @param db - A connection to a database of this program's schema. */
  constructor(db: Connection) {
    this.#db = db;
  }

  /** Lists official rows in the order of the file. */
  assignments(filter: AssignmentFilter, page: PageRequest): Page<Assignment> {
    const conditions = [...listConditions(ASSIGNMENT, filter), ...equals('state', filter.state)];
    if (filter.origin !== null && filter.origin !== 'iana') conditions.push(NONE);
    const { count, rows } = this.#list<AssignmentRow>(ASSIGNMENT, ASSIGNMENT_COLUMNS, 'id', conditions, page);
    return { count, results: rows.map(fromAssignmentRow) };
  }

  /** Lists official rows verbatim, in the order of the file. */
  assignmentCells(page: PageRequest): Page<AssignmentCells> {
    const { count, rows } = this.#list<AssignmentRow>(ASSIGNMENT, ASSIGNMENT_COLUMNS, 'id', [], page);
    return { count, results: rows };
  }

  /** Lists informal and own uses by first port, last port and id. */
  associations(filter: AssociationFilter, page: PageRequest): Page<Association> {
    const conditions = [
      ...listConditions(ASSOCIATION, filter),
      ...equals('category', filter.category),
      ...equals('origin', filter.origin),
    ];
    const order = 'first_port, last_port, id';
    const { count, rows } = this.#list<AssociationRow>(ASSOCIATION, ASSOCIATION_COLUMNS, order, conditions, page);
    return { count, results: rows.map(fromAssociationRow) };
  }

  /**
   * Searches names and what is said of them. The rows of a port come first where the text is its number, official ones
   * before uses; then an exact name, then a name that begins with the text, the shortest first, then words, by their
   * weight (BM25, names ten times).
   */
  search(text: string, filter: SearchFilter, page: PageRequest): SearchPage {
    const asked = readSearchText(text);
    const parts = [ASSIGNMENT, ASSOCIATION].flatMap((searched) => {
      const conditions = searchConditions(searched, filter);
      return conditions.includes(NONE)
        ? []
        : [...byPort(searched, asked, conditions), ...byWords(searched, asked, conditions)];
    });
    if (parts.length === 0) return { count: 0, results: [], suggestions: [] };
    const found = parts.map(({ sql }) => sql).join(' UNION ALL ');
    const values = parts.flatMap((part) => part.values);
    const order = 'tier, length, score, kind, name, port IS NULL, port, protocol, key';
    const select = `SELECT kind, key, count(*) OVER () AS count FROM (${found}) ORDER BY ${order} LIMIT ? OFFSET ?`;
    const hits = this.#prepare<Hit>(select).all(...values, page.limit, page.offset);
    // A page past the end has no row to carry the count.
    const count = hits[0]?.count ?? (page.offset === 0 ? 0 : this.#count(`FROM (${found})`, values));
    const suggestions = count === 0 ? this.#suggest(asked) : [];
    return { count, results: hits.map(({ kind, key }) => this.#result(kind, key)), suggestions };
  }

  #list<Row>(searched: Searched, columns: string, order: string, conditions: readonly Condition[], page: PageRequest) {
    const { sql, values } = where(conditions);
    const from = `FROM ${searched.table} ${sql}`;
    const select = `SELECT ${columns} ${from} ORDER BY ${order} LIMIT ? OFFSET ?`;
    const rows = this.#prepare<Row>(select).all(...values, page.limit, page.offset);
    return { count: this.#count(from, values), rows };
  }

  #count(from: string, values: readonly (string | number)[]): number {
    return this.#prepare<{ count: number }>(`SELECT count(*) AS count ${from}`).get(...values)?.count ?? 0;
  }

  #result(kind: Searched['kind'], key: number): SearchResult {
    if (kind === 'assignment') {
      const sql = `SELECT ${ASSIGNMENT_COLUMNS} FROM assignment WHERE id = ?`;
      return assignmentResult(fromAssignmentRow(this.#prepare<AssignmentRow>(sql).get(key) as AssignmentRow));
    }
    const sql = `SELECT ${ASSOCIATION_COLUMNS} FROM association WHERE row = ?`;
    return associationResult(fromAssociationRow(this.#prepare<AssociationRow>(sql).get(key) as AssociationRow));
  }

  /** Statements are kept: their texts differ only by which filters are set. */
  #prepare<Row>(sql: string): Statement<unknown[], Row> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement as Statement<unknown[], Row>;
  }

  /** The nearest names; failing that, the text with each word replaced by the nearest that there is. */
  #suggest({ name, words }: SearchText): string[] {
    const { names, vocabulary } = this.#spellings();
    // The name itself may exist, where a filter kept its rows out.
    const others = names.filter((known) => known.toLowerCase() !== name);
    const close = nearest(name, others, SUGGESTIONS);
    if (close.length > 0 || words.length === 0) return close;
    const corrected = words.map((word) => nearest(word, vocabulary, 1)[0]);
    return corrected.every((word) => word !== undefined) ? [corrected.join(' ')] : [];
  }

  /** All names and words: kept until another connection changes the database, for reading them takes 10 ms. */
  #spellings(): Spellings {
    const version = this.#db.pragma('data_version', { simple: true });
    if (this.#known !== undefined && this.#known.version === version) return this.#known;
    const strings = (sql: string) => this.#db.prepare<[], string>(sql).pluck().all();
    const known = {
      version,
      names: strings(
        "SELECT DISTINCT service_name FROM assignment WHERE service_name <> '' UNION SELECT name FROM association",
      ),
      vocabulary: strings('SELECT term FROM assignment_vocabulary UNION SELECT term FROM association_vocabulary'),
    };
    this.#known = known;
    return known;
  }
}

/** The filters that both lists have. */
function listConditions(searched: Searched, filter: AssignmentFilter | AssociationFilter): Condition[] {
  const { port, protocol, service, q } = filter;
  const conditions: Condition[] = [];
  if (port !== null) conditions.push(containsPort(searched, port));
  if (protocol !== null) conditions.push([searched.protocol, protocol]);
  if (service !== null) conditions.push([`${searched.name} = ? COLLATE NOCASE AND ${searched.name} <> ''`, service]);
  if (q !== null) {
    const { words } = readSearchText(q);
    const found = `${searched.key} IN (SELECT rowid FROM ${searched.table}_words WHERE ${searched.table}_words MATCH ?)`;
    conditions.push(words.length === 0 ? NONE : [found, toMatch(words)]);
  }
  return conditions;
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

function equals(column: string, value: string | null): Condition[] {
  return value === null ? [] : [[`${column} = ?`, value]];
}

function containsPort({ table, key }: Searched, port: number): Condition {
  return [`${key} IN (SELECT ${key} FROM ${table}_span WHERE first_port <= ? AND last_port >= ?)`, port, port];
}

/** The rows of the port that the text is: official ones first, as in the port's report, then the narrowest. */
function byPort(searched: Searched, { port }: SearchText, conditions: readonly Condition[]) {
  if (port === null) return [];
  const { sql, values } = where([containsPort(searched, port), ...conditions]);
  const tier = searched.kind === 'assignment' ? '0' : '1';
  return [
    { sql: `${selectHits(searched, tier, 'last_port - first_port', '0')} FROM ${searched.table} ${sql}`, values },
  ];
}

/** The rows with all the words: an exact name, then names that begin with the text, then the rest. */
function byWords(searched: Searched, { name, words, port }: SearchText, conditions: readonly Condition[]) {
  if (words.length === 0) return [];
  const { table, key } = searched;
  const matches: Condition = [`${table}_words MATCH ?`, toMatch(words)];
  // What was found by its port already is not found again by the digits.
  const elsewhere = '(first_port IS NULL OR NOT (first_port <= ? AND last_port >= ?))';
  const others: Condition[] = port === null ? [] : [[elsewhere, port, port]];
  const { sql, values } = where([matches, ...conditions, ...others]);
  const begins = `substr(${searched.name}, 1, length(?)) = ? COLLATE NOCASE`;
  const tier = `CASE WHEN ${searched.name} = ? COLLATE NOCASE THEN 2 WHEN ${begins} THEN 3 ELSE 4 END`;
  const length = `CASE WHEN ${begins} THEN length(${searched.name}) ELSE 0 END`;
  const score = `CASE WHEN ${begins} THEN 0 ELSE bm25(${table}_words, 10, 1) END`;
  const from = `FROM ${table}_words JOIN ${table} ON ${table}.${key} = ${table}_words.rowid`;
  const names = Array.from({ length: 7 }, () => name);
  return [{ sql: `${selectHits(searched, tier, length, score)} ${from} ${sql}`, values: [...names, ...values] }];
}

function selectHits({ kind, table, key, name }: Searched, tier: string, length: string, score: string): string {
  const protocol = kind === 'assignment' ? "instr('tcp udp sctpdccp', transport_protocol)" : 'protocols';
  return `SELECT '${kind}' AS kind, ${table}.${key} AS key, ${tier} AS tier, ${length} AS length, ${score} AS score,
    ${table}.${name} AS name, first_port AS port, ${protocol} AS protocol`;
}

/** Words in FTS5's syntax: each in quotes, so that none is an operator, the last one as the beginning of a word. */
function toMatch(words: readonly string[]): string {
  return `${words.map((word) => `"${word}"`).join(' ')}*`;
}

function where(conditions: readonly Condition[]): { sql: string; values: (string | number)[] } {
  const sql = conditions.map(([condition]) => condition).join(' AND ');
  return { sql: sql === '' ? '' : `WHERE ${sql}`, values: conditions.flatMap(([, ...values]) => values) };
}
