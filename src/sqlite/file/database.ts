import { closeSync, existsSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { COMPRESSED, isOnReadOnlyDisk, openCompressed, openReadOnly } from './read-only-disk.ts';

/** An open connection to the database. */
export type Connection = Database.Database;

/** A prepared statement. */
export type Statement<Values extends unknown[] = unknown[], Row = unknown> = Database.Statement<Values, Row>;

/** The time that a writer waits for another writer, in milliseconds. */
export const BUSY_TIMEOUT_MS = 5_000;

/**
 * The time that a reader waits for a lock, in milliseconds. In WAL mode a reader waits only while another process opens or
 * closes the file. In any other mode each request could wait for this long.
 */
const READER_TIMEOUT_MS = 50;

/** The application id in bytes 68-71 of the SQLite file: "Port" in ASCII. */
const APPLICATION_ID = 0x506f7274;

/** The file mode of databases and copies: owner only, because they contain token hashes and the audit log. */
export const PRIVATE_MODE = 0o600;

/**
 * Opens the database for writing. Creates a missing file with mode 0600; an existing file keeps its mode. SQLite creates
 * `-wal`, `-shm` and `-journal` with the mode of the database file.
 *
 * @param path - The SQLite file.
 * @param busyTimeoutMs - The time to wait for another writer, in milliseconds.
 * @throws {RegistryError} `unavailable` when it cannot be opened, is locked or damaged, or belongs to another program.
 */
export function openForWriting(path: string, busyTimeoutMs = BUSY_TIMEOUT_MS): Connection {
  createPrivately(path);
  return open(path, openWith(busyTimeoutMs), (db) => {
    setApplicationId(db);
    // In WAL mode readers see the last committed data while a writer works.
    db.pragma('journal_mode = WAL');
    // An import can be repeated, so its commit need not survive a power cut. NORMAL keeps the file undamaged in WAL mode.
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    return db;
  });
}

/**
 * Opens an existing database for writing own entries.
 *
 * @param path - The SQLite file.
 * @throws {RegistryError} As `openForReading`.
 */
export function openForOwnWrites(path: string): Connection {
  if (isOnReadOnlyDisk(path)) {
    throw new RegistryError('unavailable', 'The database cannot be written: its file system is read-only');
  }
  return openExisting(path, openWith(BUSY_TIMEOUT_MS), (db) => db);
}

/**
 * The page cache of a reading connection, in KiB. better-sqlite3's default of 16,000 would hold the whole file once for each
 * connection; the pages are in the cache of the operating system anyway.
 */
const READ_CACHE_KIB = 4_000;

/** The interval between two attempts to take the write lock, in milliseconds. */
const RETRY_INTERVAL_MS = 0.5;

/**
 * Runs a write as soon as no other process holds the lock. SQLite's busy handler waits up to 100 ms between two attempts
 * and can miss the gap between two writes of another process; this one tries every 0.5 ms. Blocks the thread.
 *
 * @param write - A transaction that takes the lock when it begins, on a connection with `busy_timeout` 0.
 * @throws The error of SQLite when another process holds the lock for longer than `BUSY_TIMEOUT_MS`.
 */
export function retryWhileBusy<T>(write: () => T): T {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (const end = performance.now() + BUSY_TIMEOUT_MS; ; Atomics.wait(clock, 0, 0, RETRY_INTERVAL_MS)) {
    try {
      return write();
    } catch (error) {
      const isBusy = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
      if (!isBusy || performance.now() >= end) throw error;
    }
  }
}

/**
 * Makes the commits of a connection durable: each waits for the disk and survives a power cut. All code that writes own
 * entries, tokens or the audit log calls this before its transaction; SQLite refuses it inside one.
 *
 * @param db - A connection for writing.
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous
 */
export function makeDurable(db: Connection): void {
  db.pragma('synchronous = FULL');
}

/**
 * Opens an existing database for reading. Nothing can be changed through this connection. A compressed database, and one on a
 * read-only file system, are copied into memory.
 *
 * @param path - The SQLite file.
 * @throws {RegistryError} `unavailable` when it is missing, cannot be opened, is damaged or belongs to another program.
 */
export function openForReading(path: string): Connection {
  return openExisting(path, connectForReading(path), (db) => {
    // Not opened read-only: SQLite needs the write lock of the file to recover after a crash of its last writer.
    db.pragma('query_only = ON');
    db.pragma(`cache_size = -${READ_CACHE_KIB}`);
    return db;
  });
}

/**
 * Creates an empty file if there is none: SQLite would create it with mode 0644 less the umask. An existing file is not
 * opened: closing it would release the POSIX locks that this process holds on it.
 */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', PRIVATE_MODE));
  } catch {
    // The file exists, or SQLite will report what is wrong with the path.
  }
}

/** Opens a SQLite file, before its content is checked. */
type Connect = (path: string) => Connection;

function connectForReading(path: string): Connect {
  if (path.endsWith(COMPRESSED)) return openCompressed;
  return isOnReadOnlyDisk(path) ? openReadOnly : openWith(READER_TIMEOUT_MS);
}

function openWith(timeout: number): Connect {
  return (path) => new Database(path, { timeout });
}

function openExisting(path: string, connect: Connect, prepare: (db: Connection) => Connection): Connection {
  if (!existsSync(path))
    throw new RegistryError(
      'unavailable',
      'The database is missing: start Portolan again or run its seed command to create a new one',
    );
  return open(path, connect, (db) => {
    const owner = ownerOf(db);
    if (owner !== 'portolan') throw owner === 'nobody' ? emptyFile() : foreignFile();
    return prepare(db);
  });
}

function open(path: string, connect: Connect, prepare: (db: Connection) => Connection): Connection {
  let db: Connection | undefined;
  try {
    db = connect(path);
    // A tampered file could call SQL functions from its views or triggers.
    db.pragma('trusted_schema = OFF');
    return prepare(db);
  } catch (error) {
    db?.close();
    throw toRegistryError(error);
  }
}

/** Marks an empty file as one of Portolan; refuses the file of another program. */
function setApplicationId(db: Connection): void {
  const owner = ownerOf(db);
  if (owner === 'another program') throw foreignFile();
  if (owner === 'nobody') db.pragma(`application_id = ${APPLICATION_ID}`);
}

function ownerOf(db: Connection): 'portolan' | 'nobody' | 'another program' {
  // The tables are counted first: another process that creates them now has set the application id before.
  const tables = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
  if (db.pragma('application_id', { simple: true }) === APPLICATION_ID) return 'portolan';
  return tables === 0 ? 'nobody' : 'another program';
}

function emptyFile(): RegistryError {
  return new RegistryError(
    'unavailable',
    'The database is empty: start Portolan again or run its seed command to fill it',
  );
}

function foreignFile(): RegistryError {
  return new RegistryError('unavailable', 'The database is not one of Portolan: set DATABASE to another file');
}

/** Messages for SQLite's result codes, for operators; the first match counts. */
const MESSAGES: readonly (readonly [code: RegExp, message: string])[] = [
  [/^SQLITE_(BUSY|LOCKED)/, 'The database is locked by another process: try again when it is done'],
  [
    /^SQLITE_(CORRUPT|NOTADB)/,
    'The database is damaged: restore it from a backup, or delete it and start again to load the bundled data',
  ],
  [/^SQLITE_(READONLY|PERM|AUTH)/, 'The database cannot be written: check the permissions of the file and its folder'],
  [/^SQLITE_CANTOPEN/, 'The database cannot be opened: check that its folder exists and can be written'],
  [/^SQLITE_FULL/, 'The disk is full: nothing was changed'],
  [/^SQLITE_IOERR/, 'The database cannot be read or written: the disk reports an error'],
];

/**
 * Converts an error of SQLite into a message that names the remedy and contains no path and no SQL.
 *
 * @param error - Any caught error.
 * @returns A `RegistryError` with the code `unavailable` for a fault of the file or disk; any other error unchanged.
 */
export function toRegistryError(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const message = MESSAGES.find(([code]) => code.test(error.code))?.[1];
  return message === undefined ? error : new RegistryError('unavailable', message, { cause: error });
}
