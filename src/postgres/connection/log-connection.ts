import pg from 'pg';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { parseUrl } from './parse-url.ts';
import { fromPostgresError } from './postgres-error.ts';

/** The time to connect, in milliseconds. */
const CONNECT_MS = 2_000;

/** The time for a statement and for a lock, in milliseconds. */
const LIMIT_MS = 5_000;

/**
 * The time for a transaction that sends nothing, in milliseconds. When a node freezes while it holds the head, the others get the
 * head before their time for a lock is over.
 */
const PAUSE_MS = 4_000;

/** The same for a write that is long, such as an import of thousands of entries, while it holds the head. */
export const LONG_PAUSE_MS = 30_000;

/**
 * PostgreSQL enforces the limits, because a frozen node cannot. It ends the session of a lost node, which may have the lock of updates,
 * after 25 s without an answer; by default after 2 hours.
 */
const LIMITS = Object.entries({
  statement_timeout: LIMIT_MS,
  lock_timeout: LIMIT_MS,
  idle_in_transaction_session_timeout: PAUSE_MS,
  // In seconds.
  tcp_keepalives_idle: 10,
  tcp_keepalives_interval: 5,
  tcp_keepalives_count: 3,
})
  .map(([name, value]) => `SET ${name} = ${value}`)
  .join('; ');

/** The timeout of the node for a statement, in milliseconds: a network can drop packets without an error. */
const ANSWER_MS = LIMIT_MS + 500;

/** The time for the message that ends the session, in milliseconds; then the socket is destroyed. */
const CLOSE_MS = 100;

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** A connection to PostgreSQL with timeouts for connecting, locks, statements and pauses. */
export class LogConnection {
  readonly #client: pg.Client;
  #isOpen = true;
  /** Called at each notification and when the connection ends. */
  onNotification: () => void = () => {};

  private constructor(client: pg.Client) {
    this.#client = client;
    const end = (): void => {
      this.#isOpen = false;
      this.onNotification();
    };
    client.on('error', end);
    client.on('end', end);
    client.on('notification', () => this.onNotification());
  }

  /**
   * Connects.
   *
   * @param url - `postgres://user:password@host:port/database`. On another host than this machine, the certificate of the server
   *   is verified unless the parameter `sslmode` says otherwise.
   * @throws {RegistryError} `unavailable` with the reason, without the address and the password.
   */
  static async open(url: string): Promise<LogConnection> {
    const connection = new LogConnection(createClient(url));
    const client = connection.#client;
    try {
      await client.connect();
      // Not as parameters of the connection, which poolers refuse.
      await client.query(LIMITS);
      return connection;
    } catch (error) {
      connection.close();
      throw fromPostgresError(error);
    }
  }

  /** False after the connection has failed. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * Runs one statement, or several without values.
   *
   * @param sql - The statements.
   * @param values - The values of `$1`, `$2` … of one statement.
   * @returns The rows of the last statement.
   * @throws {RegistryError} `unavailable` with the reason.
   */
  async query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]> {
    try {
      const result: unknown = await this.#client.query(sql, values as unknown[]);
      const last = (Array.isArray(result) ? result.at(-1) : result) as { readonly rows: Row[] };
      return last.rows;
    } catch (error) {
      // An error without a code of SQL leaves the connection in an unknown state.
      if (!isOfStatement(error)) this.close();
      throw fromPostgresError(error);
    }
  }

  /** Closes the connection without waiting for PostgreSQL, which may not answer. */
  close(): void {
    this.#isOpen = false;
    this.#client.end().catch(() => {});
    const { stream } = (
      this.#client as unknown as { readonly connection: { readonly stream: { destroy: () => void } } }
    ).connection;
    setTimeout(() => stream.destroy(), CLOSE_MS).unref();
  }
}

/** Returns whether PostgreSQL refused a statement and the connection stays open: errors of the codes 57P, 08 and 25P03 close it. */
function isOfStatement(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^(?:57P|08|25P03)/.test(code);
}

/** Creates a client, which does not connect yet. Its driver reads the files of TLS that the address names. */
function createClient(url: string): pg.Client {
  const { href: connectionString, searchParams } = parseUrl(url);
  try {
    // The driver knows the host: an address can name it in several places, and the environment too.
    const { host } = new pg.Client({ connectionString });
    return new pg.Client({
      connectionString,
      application_name: 'portolan',
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
      ssl: isHere(host) || searchParams.has('sslmode') ? undefined : { rejectUnauthorized: true },
    });
  } catch (cause) {
    const { code, path } = cause as NodeJS.ErrnoException;
    const detail = path === undefined ? 'its parameters are invalid' : `cannot read ${quoteInput(path)}: ${code}`;
    throw new RegistryError('unavailable', `Setting SHARED: ${detail}`, { cause });
  }
}

/** Returns whether a host is this machine, or a socket of it. */
function isHere(host: string): boolean {
  return LOOPBACK.test(host) || host.startsWith('/');
}
