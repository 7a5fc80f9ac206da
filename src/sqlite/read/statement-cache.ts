import type { Connection, Statement } from '../file/database.ts';

/** Caches the prepared statements of a connection. For texts that differ only by which filters are set. */
export class StatementCache {
  readonly #db: Connection;
  readonly #statements = new Map<string, Statement>();

  /** @param db - The connection. */
  constructor(db: Connection) {
    this.#db = db;
  }

  /**
   * Returns the prepared statement of a text.
   *
   * @param sql - The text.
   */
  get<Row>(sql: string): Statement<unknown[], Row> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement as Statement<unknown[], Row>;
  }

  /**
   * Returns the prepared statement of a text with one column: its rows are the values.
   *
   * @param sql - The text, which `get` does not get.
   */
  column<Value>(sql: string): Statement<unknown[], Value> {
    return this.get<Value>(sql).pluck();
  }

  /**
   * Counts rows.
   *
   * @param from - The FROM and WHERE clauses.
   * @param values - The values of their parameters.
   */
  count(from: string, values: readonly (string | number)[]): number {
    return this.get<{ count: number }>(`SELECT count(*) AS count ${from}`).get(...values)?.count ?? 0;
  }
}
