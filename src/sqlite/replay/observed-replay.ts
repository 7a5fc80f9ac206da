import { RegistryError } from '../../registry/values/registry-error.ts';
import { type Connection, retryWhileBusy, toRegistryError } from '../file/database.ts';
import { checkObservedHost } from '../import/backup-check.ts';
import { type ObservedKey, type ObservedRows, readObserved, type SqlRow } from './observed-rows.ts';

const DELETE_SOCKET = `DELETE FROM observed_socket WHERE host = @host AND source = @source AND address_scope = @address_scope
  AND protocol = @protocol AND port = @port AND process IS @process`;

/** Stores the rows of hosts that another database has decided. */
export class ObservedReplay {
  readonly #db: Connection;
  readonly #columns: Readonly<Record<'observed_snapshot' | 'observed_socket', readonly string[]>>;

  /** @param db - A connection for writing. */
  constructor(db: Connection) {
    this.#db = db;
    this.#columns = {
      observed_snapshot: columnsOf(db, 'observed_snapshot'),
      observed_socket: columnsOf(db, 'observed_socket'),
    };
  }

  /**
   * Makes the rows of a host and source equal to others, in one transaction.
   *
   * @param key - The host and the source.
   * @param rows - The rows; null to delete those of the database.
   * @throws {RegistryError} `unavailable` when Portolan does not store such rows. Nothing is changed.
   */
  apply(key: ObservedKey, rows: ObservedRows | null): void {
    const run = this.#db.transaction(() => {
      if (rows === null) this.#delete(key);
      else this.#replace(key, rows);
    });
    try {
      retryWhileBusy(() => run.immediate());
    } catch (cause) {
      const known = toRegistryError(cause);
      if (known instanceof RegistryError && known.code === 'unavailable') throw known;
      const reason = known instanceof RegistryError ? known.message : 'its rows do not fit the tables of this version';
      throw new RegistryError('unavailable', reason, { cause });
    }
  }

  #delete({ host, source }: ObservedKey): void {
    for (const table of ['observed_socket', 'observed_snapshot']) {
      this.#db.prepare(`DELETE FROM ${table} WHERE host = ? AND source = ?`).run(host, source);
    }
  }

  /** Most sockets of a snapshot are those of the one before: only others are written. */
  #replace(key: ObservedKey, { snapshot, sockets }: ObservedRows): void {
    const before = readObserved(this.#db, key);
    this.#store('observed_snapshot', { ...snapshot, ...key });
    const [wanted, stored] = [sockets, before?.sockets ?? []].map(
      (rows) => new Map(rows.map((row) => [this.#textOf({ ...row, ...key }), row])),
    ) as [Map<string, SqlRow>, Map<string, SqlRow>];
    const remove = this.#db.prepare<[SqlRow]>(DELETE_SOCKET);
    for (const [text, row] of stored) if (!wanted.has(text)) remove.run(row);
    for (const [text, row] of wanted) if (!stored.has(text)) this.#store('observed_socket', { ...row, ...key });
    checkObservedHost(this.#db, key.host, key.source);
  }

  /** Stores the columns that this version knows. A column that the other database lacked gets its default. */
  #store(table: 'observed_snapshot' | 'observed_socket', row: SqlRow): void {
    const columns = this.#columns[table].filter((name) => Object.hasOwn(row, name));
    const places = columns.map((name) => `@${name}`).join(', ');
    const changes = columns.map((name) => `${name} = excluded.${name}`).join(', ');
    const conflict = table === 'observed_snapshot' ? `ON CONFLICT (host, source) DO UPDATE SET ${changes}` : '';
    this.#db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places}) ${conflict}`).run(row);
  }

  #textOf(row: SqlRow): string {
    return JSON.stringify(this.#columns.observed_socket.map((name) => row[name] ?? null));
  }
}

function columnsOf(db: Connection, table: string): string[] {
  const names = db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
  return names.filter((name) => name !== 'id');
}
