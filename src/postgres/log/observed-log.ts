import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { LARGEST_PACKED_ROWS, type ObservedKey } from '../../sqlite/replay/observed-rows.ts';
import type { LogConnection } from '../connection/log-connection.ts';
import { BINARY_BYTES } from './batches.ts';
import { CHANNEL } from './schema.ts';

/** The head of the observations. */
export interface ObservedHead {
  /** The number of the last snapshot. */
  readonly seq: number;
  /** The number of the last snapshot that deleted other hosts. */
  readonly removed: number;
}

/** What identifies the snapshot of a host and source. */
export interface ListedSnapshot extends ObservedKey {
  readonly at: string;
  readonly sha256: string;
  /** The size of its rows, in bytes. */
  readonly bytes: number;
}

/** The rows of a host and source, as PostgreSQL has them. */
export interface SharedSnapshot extends ObservedKey {
  readonly seq: number;
  readonly at: string;
  readonly sha256: string;
  /** The rows, compressed; null if they have more than `LARGEST_PACKED_ROWS` bytes. */
  readonly rows: Buffer | null;
}

/** A snapshot to store. */
export interface NewSnapshot extends ObservedKey {
  readonly at: string;
  readonly sha256: string;
  readonly rows: Buffer;
}

/** The hosts and sources that are listed in one statement. */
const LISTED = 5_000;

/** The longest text that is read, in characters. */
const LONGEST_TEXT = 256;

const HEAD = 'SELECT seq, removed FROM portolan_observed_head';

const KEY = ['host', 'source', 'at', 'sha256'].map((name) => `left(${name}, ${LONGEST_TEXT}) AS ${name}`).join(', ');

const ROW = `seq, ${KEY}, CASE WHEN octet_length(rows) <= ${LARGEST_PACKED_ROWS} THEN rows END AS rows`;

/** The snapshots after `$1`: as many as have at most `$2` bytes in total, and at least one. */
const NEXT = `SELECT ${ROW} FROM (
    SELECT *, row_number() OVER rising AS place, sum(octet_length(rows)) OVER rising AS total
    FROM (SELECT * FROM portolan_observed WHERE seq > $1 ORDER BY seq LIMIT 500) AS next
    WINDOW rising AS (ORDER BY seq)
  ) AS sized WHERE total <= $2 OR place = 1 ORDER BY seq`;

const STORE = `INSERT INTO portolan_observed (host, source, seq, at, sha256, rows) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (host, source) DO UPDATE SET seq = excluded.seq, at = excluded.at, sha256 = excluded.sha256, rows = excluded.rows`;

/** The observations of all nodes in PostgreSQL: one row for a host and source, and the last snapshot wins. */
export class ObservedLog {
  readonly #connection: LogConnection;

  /** @param connection - The connection. */
  constructor(connection: LogConnection) {
    this.#connection = connection;
  }

  /** Reads the head. */
  async head(): Promise<ObservedHead> {
    return toHead(await this.#connection.query<StoredHead>(HEAD));
  }

  /** Begins a transaction in which no other node can store a snapshot. Returns the head. */
  async lock(): Promise<ObservedHead> {
    return toHead(await this.#connection.query<StoredHead>(`BEGIN ISOLATION LEVEL READ COMMITTED; ${HEAD} FOR UPDATE`));
  }

  /**
   * Reads the rows of one host and source.
   *
   * @param key - The host and the source.
   * @returns The rows; null for none.
   */
  async find({ host, source }: ObservedKey): Promise<SharedSnapshot | null> {
    const sql = `SELECT ${ROW} FROM portolan_observed WHERE host = $1 AND source = $2`;
    const [found] = await this.#connection.query<StoredSnapshot>(sql, [host, source]);
    return found === undefined ? null : toSnapshot(found);
  }

  /**
   * Reads the next snapshots, in their order: at most 500, and as many as fit into `BINARY_BYTES`, but at least one.
   *
   * @param after - The number of the last known one.
   */
  async snapshotsAfter(after: number): Promise<SharedSnapshot[]> {
    return (await this.#connection.query<StoredSnapshot>(NEXT, [after, BINARY_BYTES])).map(toSnapshot);
  }

  /**
   * Reads the rows of several hosts and sources.
   *
   * @param keys - The hosts and sources, whose rows together fit into memory.
   */
  async findAll(keys: readonly ObservedKey[]): Promise<SharedSnapshot[]> {
    const sql = `SELECT ${ROW} FROM portolan_observed
      WHERE (host, source) IN (SELECT host, source FROM unnest($1::text[], $2::text[]) AS wanted (host, source))`;
    const values = [keys.map(({ host }) => host), keys.map(({ source }) => source)];
    return (await this.#connection.query<StoredSnapshot>(sql, values)).map(toSnapshot);
  }

  /** Lists all hosts and sources, in parts of 5,000. */
  async *list(): AsyncGenerator<ListedSnapshot[]> {
    const sql = `SELECT ${KEY}, octet_length(rows) AS bytes FROM portolan_observed
      WHERE (host, source) > ($1, $2) ORDER BY host, source LIMIT ${LISTED}`;
    for (let last: ObservedKey = { host: '', source: '' }; ; ) {
      const listed = await this.#connection.query<ListedSnapshot>(sql, [last.host, last.source]);
      yield listed;
      if (listed.length < LISTED) return;
      last = listed.at(-1) as ListedSnapshot;
    }
  }

  /**
   * Stores a snapshot in the open transaction, and notifies the other nodes at the commit.
   *
   * @param head - The locked head.
   * @param snapshot - The snapshot.
   * @param removed - Other hosts and sources that are deleted, unless they have a later snapshot.
   */
  async store(head: ObservedHead, snapshot: NewSnapshot, removed: readonly Omit<NewSnapshot, 'rows'>[]): Promise<void> {
    const seq = head.seq + 1;
    const { host, source, at, sha256, rows } = snapshot;
    await this.#connection.query(STORE, [host, source, seq, at, sha256, rows]);
    if (removed.length > 0) {
      const sql = `DELETE FROM portolan_observed WHERE (host, source, at) IN
        (SELECT host, source, at FROM unnest($1::text[], $2::text[], $3::text[]) AS old (host, source, at))`;
      await this.#connection.query(sql, [
        removed.map((one) => one.host),
        removed.map((one) => one.source),
        removed.map((one) => one.at),
      ]);
    }
    const move = `WITH moved AS (UPDATE portolan_observed_head SET seq = $1, removed = $2) SELECT pg_notify('${CHANNEL}', 'observed')`;
    await this.#connection.query(move, [seq, removed.length > 0 ? seq : head.removed]);
  }
}

interface StoredHead {
  readonly seq: string;
  readonly removed: string;
}

interface StoredSnapshot extends Omit<SharedSnapshot, 'seq'> {
  readonly seq: string;
}

function toHead([row]: readonly StoredHead[]): ObservedHead {
  if (row !== undefined) return { seq: Number(row.seq), removed: Number(row.removed) };
  throw new RegistryError('unavailable', 'The shared register cannot be used: its observations have no head');
}

function toSnapshot({ seq, ...others }: StoredSnapshot): SharedSnapshot {
  return { ...others, seq: Number(seq) };
}

/**
 * Returns the error of a snapshot that Portolan does not store.
 *
 * @param key - The host and the source.
 * @param reason - The reason.
 */
export function observedFault({ host, source }: ObservedKey, reason: string): RegistryError {
  const what = `the snapshot of host ${quoteInput(host)} and source ${quoteInput(source)}`;
  return new RegistryError('unavailable', `Cannot apply ${what} in the shared register: ${reason}`);
}
