import {
  type AssignmentFilter,
  type AssociationFilter,
  assignmentResult,
  associationResult,
  parseSearchText,
  type SearchFilter,
  type SearchResult,
  type SearchText,
} from '../../registry/report/search.ts';
import type { Assignment, AssignmentCells } from '../../registry/rows/assignment.ts';
import type { Association } from '../../registry/rows/association.ts';
import type { ListedRows } from '../../registry/stored-rows.ts';
import { AnswerSize } from '../../registry/values/answer-size.ts';
import type { Page, PageRequest } from '../../registry/values/page.ts';
import type { Connection, Statement } from '../file/database.ts';
import {
  ASSIGNMENT_COLUMNS,
  ASSOCIATION_COLUMNS,
  type AssignmentRow,
  type AssociationRow,
  fromAssignmentRow,
  fromAssociationRow,
} from '../tables/rows.ts';
import {
  ASSIGNMENT,
  ASSOCIATION,
  type Condition,
  equals,
  type Hits,
  listConditions,
  NONE,
  type Searched,
  searchStages,
  where,
} from './search-hits.ts';

/** A found row. */
interface Hit {
  readonly kind: Searched['kind'];
  readonly key: number;
}

/** The best rows first; equal ones in the order of their file. */
const ORDER = 'tier, weight, kind, label, key';

/** Searches and lists the rows of the registry, over one connection. */
export class Searches implements ListedRows {
  readonly #db: Connection;
  readonly #statements = new Map<string, Statement>();

  /** @param db - A connection to a database of this program's schema. */
  constructor(db: Connection) {
    this.#db = db;
  }

  assignments(filter: AssignmentFilter, page: PageRequest): Page<Assignment> {
    const conditions = [...listConditions(ASSIGNMENT, filter, wordsOf(filter.q)), ...equals('state', filter.state)];
    if (filter.origin !== null && filter.origin !== 'iana') conditions.push(NONE);
    const { count, rows } = this.#list<AssignmentRow>(ASSIGNMENT, ASSIGNMENT_COLUMNS, 'id', conditions, page);
    return { count, results: rows.map(fromAssignmentRow) };
  }

  assignmentCells(page: PageRequest): Page<AssignmentCells> {
    const { count, rows } = this.#list<AssignmentRow>(ASSIGNMENT, ASSIGNMENT_COLUMNS, 'id', [], page);
    return { count, results: rows };
  }

  associations(filter: AssociationFilter, page: PageRequest): Page<Association> {
    const conditions = [
      ...listConditions(ASSOCIATION, filter, wordsOf(filter.q)),
      ...equals('category', filter.category),
      ...equals('origin', filter.origin),
    ];
    const order = 'first_port, last_port, id';
    const { count, rows } = this.#list<AssociationRow>(ASSOCIATION, ASSOCIATION_COLUMNS, order, conditions, page);
    return { count, results: rows.map(fromAssociationRow) };
  }

  /**
   * Searches names and texts. If the text is a port number, the rows of the port come first, official ones before uses.
   * Exact names follow, then names that begin with the text, the shortest first, then rows with all words by BM25 weight
   * (a word in the name counts ten times).
   */
  search(text: SearchText, filter: SearchFilter, page: PageRequest): Page<SearchResult> {
    const stages = searchStages(text, filter);
    const found: Hit[] = [];
    let count = 0;
    for (const parts of stages) {
      // BM25 is the slowest part: if the first stage fills the page, the second one is only counted.
      const rest = { limit: page.limit - found.length, offset: Math.max(0, page.offset - count) };
      const ofStage = parts.reduce((sum, { from, values }) => sum + this.#count(from, values), 0);
      if (rest.limit > 0 && rest.offset < ofStage) found.push(...this.#hits(parts, rest));
      count += ofStage;
    }
    const size = new AnswerSize();
    return { count, results: found.map(({ kind, key }) => this.#result(kind, key, size)) };
  }

  names(kind: Searched['kind']): string[] {
    const { table, name } = kind === 'assignment' ? ASSIGNMENT : ASSOCIATION;
    return this.#db.prepare<[], string>(`SELECT DISTINCT ${name} FROM ${table} WHERE ${name} <> ''`).pluck().all();
  }

  words(kind: Searched['kind']): string[] {
    return this.#db.prepare<[], string>(`SELECT term FROM ${kind}_vocabulary`).pluck().all();
  }

  #hits(parts: readonly Hits[], page: PageRequest): Hit[] {
    // Limits each part before the merge: SQLite keeps only the best rows instead of sorting all.
    const union = parts.map(({ select, from }) => `SELECT * FROM (${select} ${from} ORDER BY ${ORDER} LIMIT ?)`);
    const values = parts.flatMap(({ selected, values }) => [...selected, ...values, page.offset + page.limit]);
    const select = `${union.join(' UNION ALL ')} ORDER BY ${ORDER} LIMIT ? OFFSET ?`;
    return this.#prepare<Hit>(select).all(...values, page.limit, page.offset);
  }

  #list<Row extends object>(
    searched: Searched,
    columns: string,
    order: string,
    conditions: readonly Condition[],
    page: PageRequest,
  ) {
    const { sql, values } = where(conditions);
    const from = `FROM ${searched.table} ${sql}`;
    const select = `SELECT ${columns} ${from} ORDER BY ${order} LIMIT ? OFFSET ?`;
    const size = new AnswerSize();
    const rows: Row[] = [];
    for (const row of this.#prepare<Row>(select).iterate(...values, page.limit, page.offset))
      rows.push(size.count(row));
    return { count: this.#count(from, values), rows };
  }

  #count(from: string, values: readonly (string | number)[]): number {
    return this.#prepare<{ count: number }>(`SELECT count(*) AS count ${from}`).get(...values)?.count ?? 0;
  }

  #result(kind: Searched['kind'], key: number, size: AnswerSize): SearchResult {
    if (kind === 'assignment') {
      const sql = `SELECT ${ASSIGNMENT_COLUMNS} FROM assignment WHERE id = ?`;
      return assignmentResult(
        fromAssignmentRow(size.count(this.#prepare<AssignmentRow>(sql).get(key) as AssignmentRow)),
      );
    }
    const sql = `SELECT ${ASSOCIATION_COLUMNS} FROM association WHERE row = ?`;
    return associationResult(
      fromAssociationRow(size.count(this.#prepare<AssociationRow>(sql).get(key) as AssociationRow)),
    );
  }

  /** Caches prepared statements: their texts differ only by which filters are set. */
  #prepare<Row>(sql: string): Statement<unknown[], Row> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement as Statement<unknown[], Row>;
  }
}

function wordsOf(text: string | null): readonly string[] | null {
  return text === null ? null : parseSearchText(text).words;
}
