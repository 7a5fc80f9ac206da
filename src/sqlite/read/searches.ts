import type { OwnReportFilter } from '../../registry/own/own-report.ts';
import { MOST_CHOICES, type OwnSummary } from '../../registry/own/own-summary.ts';
import type { Assignment, AssignmentCells } from '../../registry/rows/assignment.ts';
import type { Association } from '../../registry/rows/association.ts';
import type { OtherName } from '../../registry/rows/other-name.ts';
import type { SearchQuestion } from '../../registry/search/search-question.ts';
import {
  ANY_ASSOCIATION,
  type AssignmentFilter,
  type AssociationFilter,
  type BestMatch,
  type FoundCount,
  type FoundResults,
  type SearchFilter,
} from '../../registry/search/search-result.ts';
import type { VocabularyRow } from '../../registry/search/spellings.ts';
import type { UseOrder } from '../../registry/search/use-order.ts';
import type { ListedRows } from '../../registry/stored-rows.ts';
import type { Page, PageRequest } from '../../registry/values/page.ts';
import { perVersion, type VersionSource } from '../../registry/values/registry-version.ts';
import type { Steps } from '../../registry/values/run-step.ts';
import type { Connection } from '../file/database.ts';
import {
  type AssignmentRow,
  type AssociationRow,
  fromAssignmentRow,
  fromAssociationRow,
  fromOtherNameRow,
  IN_USE,
  type OtherNameRow,
} from '../tables/rows.ts';
import { type Condition, equals, NONE } from './conditions.ts';
import { EntrySearch } from './entry-search.ts';
import { FoundCache } from './found-cache.ts';
import { ASSIGNMENT, ASSOCIATION, listConditions } from './list-conditions.ts';
import { type AskedRows, RowLists } from './row-lists.ts';
import { StatementCache } from './statement-cache.ts';
import { USE_ORDER_SQL, useConditions } from './use-conditions.ts';

/** The bundled entries with a port: names without one are no corrections. */
const WITH_PORT = 'id > 0 AND id < (SELECT first_entry FROM search_group WHERE id = 3)';

/** Searches and lists the rows of the registry, over one connection. */
export class Searches implements ListedRows {
  readonly #db: Connection;
  readonly #statements: StatementCache;
  readonly #rows: RowLists;
  readonly #entries: EntrySearch;
  readonly ownSummary: () => OwnSummary;

  /**
   * @param db - A connection to a database of this program's schema.
   * @param versions - The source of the version of its rows.
   */
  constructor(db: Connection, versions: VersionSource) {
    this.#db = db;
    this.#statements = new StatementCache(db);
    const cache = new FoundCache(this.#statements, versions);
    this.#rows = new RowLists(this.#statements, cache);
    this.#entries = new EntrySearch(this.#statements, cache);
    this.ownSummary = perVersion(versions, () => this.#summarize(), ['own']);
  }

  assignments(filter: AssignmentFilter, page: PageRequest): Page<Assignment> {
    const conditions = [...listConditions(ASSIGNMENT, filter), ...equals('state', filter.state)];
    if (filter.origin !== null && filter.origin !== 'iana') conditions.push(NONE);
    const { count, rows } = this.#rows.list<AssignmentRow>(ASSIGNMENT, { order: 'id', conditions, page, q: filter.q });
    return { count, results: rows.map(fromAssignmentRow) };
  }

  assignmentCells(page: PageRequest): Page<AssignmentCells> {
    const { count, rows } = this.#rows.list<AssignmentRow>(ASSIGNMENT, { order: 'id', conditions: [], page, q: null });
    return { count, results: rows };
  }

  otherNames({ limit, offset }: PageRequest): Page<OtherName> {
    const sql = 'SELECT name, port, protocols, place, sources FROM other_name ORDER BY id LIMIT ? OFFSET ?';
    const rows = this.#statements.get<OtherNameRow & Pick<OtherName, 'port' | 'place'>>(sql).all(limit, offset);
    const results = rows.map(({ port, place, ...row }) => ({ ...fromOtherNameRow(row), port, place }));
    return { count: this.#statements.count('FROM other_name', []), results };
  }

  associations(filter: AssociationFilter, page: PageRequest, order: UseOrder = 'port'): Page<Association> {
    const conditions = [...listConditions(ASSOCIATION, filter), ...useConditions(filter)];
    return this.#uses({ order: USE_ORDER_SQL[order], conditions, page, q: filter.q });
  }

  allowedPorts(filter: OwnReportFilter, page: PageRequest, order: UseOrder = 'port'): Page<Association> {
    return this.#ownEntries([...equals('status', 'active'), ...ofOwnReport(filter)], USE_ORDER_SQL[order], page);
  }

  dueEntries(until: string, filter: OwnReportFilter, page: PageRequest): Page<Association> {
    return this.#ownEntries(
      [[IN_USE], [`${DUE} <= ?`, until], ...ofOwnReport(filter)],
      `${DUE}, ${USE_ORDER_SQL.port}`,
      page,
    );
  }

  #ownEntries(conditions: readonly Condition[], order: string, page: PageRequest): Page<Association> {
    return this.#uses({ order, conditions: [...equals('origin', 'own'), ...conditions], page, q: null });
  }

  #uses(asked: AskedRows): Page<Association> {
    const { count, rows } = this.#rows.list<AssociationRow>(ASSOCIATION, asked);
    return { count, results: rows.map(fromAssociationRow) };
  }

  #summarize(): OwnSummary {
    const entries = this.#statements.count("FROM association WHERE origin = 'own'", []);
    const owners = this.#ownWords('owner');
    const choices = (words: readonly string[]) => words.slice(0, MOST_CHOICES);
    return {
      entries,
      teams: owners.length,
      owners: choices(owners),
      environments: choices(this.#ownWords('environment')),
    };
  }

  #ownWords(column: 'owner' | 'environment'): string[] {
    const sql = `SELECT DISTINCT ${column} FROM association WHERE origin = 'own' AND ${column} NOT NULL
      ORDER BY ${column} COLLATE NOCASE, ${column}`;
    return this.#db.prepare<[], string>(sql).pluck().all();
  }

  search(question: SearchQuestion, filter: SearchFilter, page: PageRequest): FoundResults {
    return this.#entries.search(question, filter, page);
  }

  find(question: SearchQuestion, filter: SearchFilter, page: PageRequest): Steps<FoundCount> {
    return this.#entries.find(question, filter, page);
  }

  best(question: SearchQuestion, filter: SearchFilter): BestMatch | null {
    return this.#entries.best(question, filter);
  }

  serviceNames(): string[] {
    return this.#db
      .prepare<[], string>("SELECT DISTINCT service_name FROM assignment WHERE service_name <> ''")
      .pluck()
      .all();
  }

  useNames(): string[] {
    return this.#db.prepare<[], string>('SELECT DISTINCT name FROM association').pluck().all();
  }

  vocabulary(isOwn: boolean, after: number | null, limit: number): VocabularyRow[] {
    const sql = `SELECT id, main_names AS mainNames, names, name_words AS nameWords, prominence FROM search_entry
      WHERE ${isOwn ? 'id < 0' : WITH_PORT} AND id > ? ORDER BY id LIMIT ?`;
    return this.#statements.get<VocabularyRow>(sql).all(after ?? Number.MIN_SAFE_INTEGER, limit);
  }
}

/** The SQL of the first day of an entry; after every other day for an entry without days. */
const DUE = "min(coalesce(review_by, '9999-99'), coalesce(expires_at, '9999-99'))";

function ofOwnReport(filter: OwnReportFilter): Condition[] {
  return useConditions({ ...ANY_ASSOCIATION, ...filter });
}
