import { RegistryError } from '../../registry/values/registry-error.ts';
import type { LogRow } from '../../sqlite/replay/decide.ts';
import { parseLogRow, type RawRow } from '../../sqlite/replay/parse-row.ts';
import { LONG_PAUSE_MS, LogConnection } from '../connection/log-connection.ts';
import { BINARY_BYTES, rowBatches, TEXT_BYTES } from './batches.ts';
import { type Head, parseHead, type StoredHead } from './log-head.ts';
import { INSERT_ROWS, SELECT_BATCH, SELECT_HASH, SELECT_HEAD } from './log-sql.ts';
import { CHANNEL, LOG_FORMAT } from './schema.ts';

/** The file of an imported list. */
export interface LoggedFile {
  readonly list: string;
  readonly day: string;
  readonly sha256: string;
  readonly importedAt: string;
  /** The file, compressed with gzip. */
  readonly packed: Buffer;
}

/** A part of a file, and the size of the file, in bytes. */
interface FilePart {
  readonly size: number;
  readonly part: Buffer;
}

/** The shared log of all nodes, over one connection. */
export class SharedLog {
  readonly connection: LogConnection;

  /** @param connection - The connection. */
  constructor(connection: LogConnection) {
    this.connection = connection;
  }

  /**
   * Connects to the log.
   *
   * @param url - The address, as for `LogConnection.open`.
   */
  static async open(url: string): Promise<SharedLog> {
    return new SharedLog(await LogConnection.open(url));
  }

  /** Subscribes to notifications about new rows. Call it before the first `head`, so that no row is missed. */
  async listen(): Promise<void> {
    await this.connection.query(`LISTEN ${CHANNEL}`);
  }

  /**
   * Reads the head.
   *
   * @throws {RegistryError} `unavailable` when this version does not know the format of the log.
   */
  async head(): Promise<Head> {
    return parseHead(await this.connection.query<StoredHead>(SELECT_HEAD));
  }

  /**
   * Begins a transaction that holds the lock of the head, so that no other node can append. Each of its statements sees what was
   * committed before it. Returns the head.
   *
   * @param isLong - Whether the transaction may pause for 30 s in place of 4.
   */
  async lock(isLong = false): Promise<Head> {
    const pause = isLong ? `SET LOCAL idle_in_transaction_session_timeout = ${LONG_PAUSE_MS};` : '';
    const begin = `BEGIN ISOLATION LEVEL READ COMMITTED; ${pause}`;
    return parseHead(await this.connection.query<StoredHead>(`${begin} ${SELECT_HEAD} FOR UPDATE`));
  }

  /** Ends the transaction without changes. A connection that has failed has ended it already. */
  async rollback(): Promise<void> {
    if (this.connection.isOpen) await this.connection.query('ROLLBACK').catch(() => this.connection.close());
  }

  /** Commits the transaction. */
  async commit(): Promise<void> {
    await this.connection.query('COMMIT');
  }

  /**
   * Reads the next rows after a position, in their order: as many as fit into `TEXT_BYTES`, and at least one.
   *
   * @param after - The number of the last known row.
   * @param limit - The most rows.
   * @returns The rows; empty only if there is none.
   * @throws {RegistryError} `unavailable` for a row that Portolan does not write.
   */
  async rowsAfter(after: number, limit: number): Promise<LogRow[]> {
    return (await this.connection.query<RawRow>(SELECT_BATCH, [after, limit, TEXT_BYTES])).map(parseLogRow);
  }

  /**
   * Returns the hash of a row; null for a missing one.
   *
   * @param id - Its number.
   */
  async hashOf(id: number): Promise<string | null> {
    const rows = await this.connection.query<{ hash: string }>(SELECT_HASH, [id]);
    return rows[0]?.hash ?? null;
  }

  /**
   * Appends rows in the open transaction, moves the head, and notifies the other nodes at the commit.
   *
   * @param rows - At least one row.
   */
  async append(rows: readonly LogRow[]): Promise<void> {
    const last = rows.at(-1) as LogRow;
    for (const batch of rowBatches(rows)) {
      const values: unknown[] = [JSON.stringify(batch)];
      if (batch.at(-1) !== last) await this.connection.query(INSERT_ROWS, values);
      else {
        const move = `WITH added AS (${INSERT_ROWS}), moved AS (UPDATE portolan_head SET seq = $2::bigint, hash = $3)
          SELECT pg_notify('${CHANNEL}', $2::bigint::text)`;
        await this.connection.query(move, [...values, last.id, last.hash]);
      }
    }
  }

  /**
   * Stores the file of an imported list in the open transaction.
   *
   * @param id - The number of its row.
   * @param file - The file.
   */
  async addFile(id: number, { list, day, sha256, importedAt, packed }: LoggedFile): Promise<void> {
    await this.connection.query('INSERT INTO portolan_list VALUES ($1, $2, $3, $4, $5, $6)', [
      id,
      list,
      day,
      sha256,
      importedAt,
      packed,
    ]);
  }

  /**
   * Reads the file of an imported list, compressed with gzip.
   *
   * @param id - The number of its row.
   * @param largest - Its largest size, in bytes.
   * @throws {RegistryError} `unavailable` when it is missing or larger.
   */
  async file(id: number, largest: number): Promise<Buffer> {
    const sql = `SELECT octet_length(file) AS size, substring(file FROM $2 FOR ${BINARY_BYTES}) AS part
      FROM portolan_list WHERE seq = $1`;
    const refuse = (fault: string): never => {
      throw new RegistryError('unavailable', `Cannot apply row ${id} of the shared log: its file ${fault}`);
    };
    const parts: Buffer[] = [];
    for (let start = 1, size = 1; start <= size; start += BINARY_BYTES) {
      const [found] = await this.connection.query<FilePart>(sql, [id, start]);
      if (found === undefined) return refuse('is missing');
      if (found.size > largest) return refuse(`has more than ${largest} bytes`);
      ({ size } = found);
      parts.push(found.part);
    }
    return Buffer.concat(parts);
  }

  /**
   * Stores the result of an update of the official rows.
   *
   * @param state - The result, as JSON.
   */
  async storeUpdate(state: string): Promise<void> {
    const sql = `WITH moved AS (UPDATE portolan_head SET last_update = $1) SELECT pg_notify('${CHANNEL}', 'update')`;
    await this.connection.query(sql, [state]);
  }

  /** Takes the lock of updates until the connection ends. Returns false when another node has it. */
  async tryUpdateLock(): Promise<boolean> {
    const sql = "SELECT pg_try_advisory_lock(hashtext('portolan update')) AS taken";
    return (await this.connection.query<{ readonly taken: boolean }>(sql))[0]?.taken === true;
  }

  /** Sets the format of the log to that of this version, unless it is newer. Nodes of earlier versions then stop writing. */
  async raiseFormat(): Promise<void> {
    const sql = `WITH raised AS (UPDATE portolan_head SET format = $1 WHERE format < $1 RETURNING format)
      SELECT pg_notify('${CHANNEL}', 'format') FROM raised`;
    await this.connection.query(sql, [LOG_FORMAT]);
  }

  /**
   * Stores the version whose bundled lists are in the log.
   *
   * @param version - The version.
   */
  async storeBundled(version: string): Promise<void> {
    await this.connection.query('UPDATE portolan_head SET bundled = $1', [version]);
  }
}
