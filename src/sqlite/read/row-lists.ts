import { LONGEST_TEXT, MOST_WORDS, searchWords } from '../../registry/search/search-words.ts';
import { AnswerSize } from '../../registry/values/answer-size.ts';
import type { PageRequest } from '../../registry/values/page.ts';
import { type Condition, NONE, where } from './conditions.ts';
import type { FoundCache, FoundIds } from './found-cache.ts';
import type { Searched } from './list-conditions.ts';
import { quoteWords } from './search-match.ts';
import type { StatementCache } from './statement-cache.ts';

/** The rows that a list asks for. */
export interface AskedRows {
  /** The SQL of the order. */
  readonly order: string;
  readonly conditions: readonly Condition[];
  readonly page: PageRequest;
  /** Rows with all words of this text; null for all rows. */
  readonly q: string | null;
}

/** A page of stored rows, with the number of rows of the whole list. */
interface StoredPage<Row> {
  readonly count: number;
  readonly rows: readonly Row[];
}

/** Lists rows over one connection. */
export class RowLists {
  readonly #statements: StatementCache;
  readonly #cache: FoundCache;

  /**
   * @param statements - The statements of a connection to a database of this program's schema.
   * @param cache - The cache of what is found by words.
   */
  constructor(statements: StatementCache, cache: FoundCache) {
    this.#statements = statements;
    this.#cache = cache;
  }

  /**
   * Lists a page of rows.
   *
   * @param searched - The table.
   * @param asked - The rows.
   * @throws {RegistryError} `too_large`
   */
  list<Row extends object>(searched: Searched, asked: AskedRows): StoredPage<Row> {
    const { columns, table, key } = searched;
    const { order, conditions, page, q } = asked;
    const size = new AnswerSize();
    const rows: Row[] = [];
    if (q === null && order === key) {
      const { sql, values } = where(conditions);
      const select = `SELECT ${columns} FROM ${table} ${sql} ORDER BY ${order} LIMIT ? OFFSET ?`;
      const found = this.#statements.get<Row>(select).iterate(...values, page.limit, page.offset);
      for (const row of found) rows.push(size.count(row));
      return { count: this.#statements.count(`FROM ${table} ${sql}`, values), rows };
    }
    const { count, ids } = q === null ? this.#sorted(searched, asked) : this.#withWords(searched, q, asked);
    const select = this.#statements.get<Row>(`SELECT ${columns} FROM ${table} WHERE ${key} = ?`);
    for (const id of ids) rows.push(size.count(select.get(id) as Row));
    return { count, rows };
  }

  /** Sorts the keys alone: SQLite would sort the rows with all columns, those before the page too. */
  #sorted({ table, key }: Searched, { order, conditions, page: { limit, offset } }: AskedRows): FoundIds {
    const { sql, values } = where(conditions);
    const ids = `SELECT ${key} AS id FROM ${table} ${sql} ORDER BY ${order} LIMIT ? OFFSET ?`;
    return {
      count: this.#statements.count(`FROM ${table} ${sql}`, values),
      ids: this.#statements
        .get<{ id: number }>(ids)
        .all(...values, limit, offset)
        .map(({ id }) => id),
    };
  }

  #withWords(searched: Searched, q: string, asked: AskedRows): FoundIds {
    const words = searchWords(q.slice(0, LONGEST_TEXT)).slice(0, MOST_WORDS);
    const { order, conditions, page } = asked;
    return this.#cache.get([searched.table, words, order, conditions, page], () =>
      this.#findWords(searched, words, asked),
    );
  }

  #findWords(
    { table, key }: Searched,
    words: readonly string[],
    { order, conditions, page: { limit, offset } }: AskedRows,
  ): FoundIds {
    const index = `${table}_words`;
    const { sql, values } = where([matching(index, words), ...conditions]);
    const ofIndex = `FROM ${index} ${sql}`;
    const ofBoth = `FROM ${index} CROSS JOIN ${table} ON ${key} = ${index}.rowid ${sql}`;
    const from = conditions.length === 0 ? ofIndex : ofBoth;
    // The index finds rows in the order of its rowid: SQLite then sorts nothing, and stops after the last row of the page.
    const sorted = order === key ? `${from} ORDER BY ${index}.rowid` : `${ofBoth} ORDER BY ${order}`;
    const ids = this.#statements.get<{ id: number }>(`SELECT ${index}.rowid AS id ${sorted} LIMIT ? OFFSET ?`);
    return {
      count: this.#cache.count(from, values),
      ids: ids.all(...values, limit, offset).map(({ id }) => id),
    };
  }
}

function matching(index: string, words: readonly string[]): Condition {
  return words.length === 0 ? NONE : [`${index} MATCH ?`, quoteWords(words, true).join(' ')];
}
