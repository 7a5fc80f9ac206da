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
    const { count, ids } = order === key ? this.#findWords(searched, asked) : this.#pageOfSorted(searched, asked);
    const select = this.#statements.get<Row>(`SELECT ${columns} FROM ${table} WHERE ${key} = ?`);
    for (const id of ids) rows.push(size.count(select.get(id) as Row));
    return { count, rows };
  }

  /** Finds a page of the keys of all rows with the words, in the order of the keys. */
  #findWords({ table, key }: Searched, { conditions, page, q }: AskedRows): FoundIds {
    const words = wordsOf(q ?? '');
    return this.#cache.get([table, words, conditions, page], () => {
      const index = `${table}_words`;
      const { sql, values } = where([matching(index, words), ...conditions]);
      const join = conditions.length === 0 ? '' : `CROSS JOIN ${table} ON ${key} = ${index}.rowid`;
      const from = `FROM ${index} ${join} ${sql}`;
      // The index finds rows in the order of its rowid: SQLite then sorts nothing, and stops after the last row of the page.
      const ids = this.#statements.column<number>(
        `SELECT ${index}.rowid ${from} ORDER BY ${index}.rowid LIMIT ? OFFSET ?`,
      );
      return { count: this.#cache.count(from, values), ids: ids.all(...values, page.limit, page.offset) };
    });
  }

  /** Returns a page of a sorted list. */
  #pageOfSorted(searched: Searched, asked: AskedRows): FoundIds {
    const { limit, offset } = asked.page;
    const { count, ids } = asked.q === null ? this.#sorted(searched, asked) : this.#sortedWithWords(searched, asked);
    return { count, ids: ids.slice(offset, offset + limit) };
  }

  /** Sorts the keys of all rows, for all pages once: SQLite would sort the rows with all columns, those before the page too. */
  #sorted({ table, key }: Searched, { order, conditions }: AskedRows): FoundIds {
    return this.#cache.get([table, order, conditions], () => {
      const { sql, values } = where(conditions);
      const ids = this.#statements
        .column<number>(`SELECT ${key} FROM ${table} ${sql} ORDER BY ${order}`)
        .all(...values);
      return { count: ids.length, ids };
    });
  }

  /** Selects those keys of a sorted list whose rows have the words. */
  #sortedWithWords(searched: Searched, asked: AskedRows): FoundIds {
    const words = wordsOf(asked.q ?? '');
    const { order, conditions } = asked;
    return this.#cache.get([searched.table, words, order, conditions], () => {
      const index = `${searched.table}_words`;
      const { sql, values } = where([matching(index, words)]);
      const matches = new Set(this.#statements.column<number>(`SELECT rowid FROM ${index} ${sql}`).all(...values));
      const ids = this.#sorted(searched, asked).ids.filter((id) => matches.has(id));
      return { count: ids.length, ids };
    });
  }
}

function wordsOf(q: string): string[] {
  return searchWords(q.slice(0, LONGEST_TEXT)).slice(0, MOST_WORDS);
}

function matching(index: string, words: readonly string[]): Condition {
  return words.length === 0 ? NONE : [`${index} MATCH ?`, quoteWords(words, true).join(' ')];
}
