import { closeSync, existsSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { isOnReadOnlyDisk, openReadOnly } from './read-only-disk.ts';

/** An open connection to the database. */
export type Connection = Database.Database;

/** A prepared statement. */
export type Statement<Values extends unknown[] = unknown[], Row = unknown> = Database.Statement<Values, Row>;

/** How long a writer waits for another one, in milliseconds. */
export const BUSY_TIMEOUT_MS = 5_000;

/**
 * How long a reader waits, in milliseconds. In WAL mode it waits for no writer, only while another process opens or
 * closes the file; in any other mode a lock would hold up every request for as long.
 */
const READER_TIMEOUT_MS = 50;

/** Says whose file it is, in bytes 68-71 of every SQLite file: "Port". */
const APPLICATION_ID = 0x506f7274;

/** File mode of databases and their copies: they hold the hashes of tokens and the audit, so only the owner reads them. */
export const PRIVATE_MODE = 0o600;

/**
 * Opens the database for changing it, and creates the file where there is none, readable and writable by its owner alone.
 * An existing file keeps its mode. SQLite gives the mode of the file to `-wal`, `-shm` and `-journal` too.
 *
 * @param path - The SQLite file.
 * @param busyTimeoutMs - How long to wait for another writer, in milliseconds.
 * @throws {RegistryError} `unavailable` when it cannot be opened, is locked or damaged, or belongs to another program.
 */
export function openForWriting(path: string, busyTimeoutMs = BUSY_TIMEOUT_MS): Connection {
  createPrivately(path);
  return open(path, openWith(busyTimeoutMs), (db) => {
    claim(db);
    // WAL lets readers go on with the old data while a writer works, and see the new at its commit.
    db.pragma('journal_mode = WAL');
    // An import can be repeated; a power cut must only not damage the file, which NORMAL grants in WAL mode.
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

/** How often a writer in the queue of a lock tries again, in milliseconds. */
const TRY_EVERY_MS = 0.5;

/**
 * Makes a write as soon as no other process holds the lock, and tries much oftener than SQLite, which comes to wait 100 ms
 * between two tries and so may never meet the moment between two writes of another one. It blocks the thread.
 *
 * @param write - A transaction that takes the lock when it begins, on a connection that does not wait itself.
 * @throws What SQLite throws when the lock cannot be had in `BUSY_TIMEOUT_MS`.
 */
export function retryWhileBusy<T>(write: () => T): T {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (const end = performance.now() + BUSY_TIMEOUT_MS; ; Atomics.wait(clock, 0, 0, TRY_EVERY_MS)) {
    try {
      return write();
    } catch (error) {
      const isBusy = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
      if (!isBusy || performance.now() >= end) throw error;
    }
  }
}

/**
 * Makes each commit of a connection wait for the disk, so that a power cut undoes none. All code that writes own entries,
 * tokens or the audit calls it before its transaction; SQLite refuses it inside one.
 *
 * @param db - A connection for writing.
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous
 */
export function makeDurable(db: Connection): void {
  db.pragma('synchronous = FULL');
}

/**
 * Opens an existing database for reading. Nothing can be changed through this connection. On a read-only file system it is
 * a copy in memory, as of now.
 *
 * @param path - The SQLite file.
 * @throws {RegistryError} `unavailable` when it is missing, cannot be opened, is damaged or belongs to another program.
 */
export function openForReading(path: string): Connection {
  const connect = isOnReadOnlyDisk(path) ? openReadOnly : openWith(READER_TIMEOUT_MS);
  return openExisting(path, connect, (db) => {
    // Not opened read-only: SQLite needs the write lock of the file to recover after a crash of its last writer.
    db.pragma('query_only = ON');
    return db;
  });
}

/**
 * Creates an empty file unless one is there: SQLite itself would create it with the mode that the umask leaves. An existing
 * file is not opened, as closing it would release the locks that SQLite of this process holds on it.
 */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', PRIVATE_MODE));
  } catch {
    // It is there already, or SQLite says what is wrong with the place.
  }
}

/** How a file is opened, before anything is known of it. */
type Connect = (path: string) => Connection;

function openWith(timeout: number): Connect {
  return (path) => new Database(path, { timeout });
}

function openExisting(path: string, connect: Connect, prepare: (db: Connection) => Connection): Connection {
  if (!existsSync(path))
    throw new RegistryError(
      'unavailable',
      'The database is missing: start Portolan again or run its seed command to make a new one',
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
    // Only what this schema defines may run: a tampered file cannot smuggle in functions by way of views or triggers.
    db.pragma('trusted_schema = OFF');
    return prepare(db);
  } catch (error) {
    db?.close();
    throw toRegistryError(error);
  }
}

/** Takes an empty file for Portolan's; refuses another program's. */
function claim(db: Connection): void {
  const owner = ownerOf(db);
  if (owner === 'another program') throw foreignFile();
  if (owner === 'nobody') db.pragma(`application_id = ${APPLICATION_ID}`);
}

function ownerOf(db: Connection): 'portolan' | 'nobody' | 'another program' {
  // The tables are counted first: a process that makes them meanwhile has set the mark before.
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

/** What SQLite's result codes mean for whoever runs the server; a code's first match counts. */
const SENTENCES: readonly (readonly [code: RegExp, sentence: string])[] = [
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
 * Turns what SQLite throws into a sentence that tells what to do, without a path or SQL in it.
 *
 * @param error - Anything that was thrown.
 * @returns A `RegistryError` with the code `unavailable` for what the file or disk is to blame for; any other error as it is.
 */
export function toRegistryError(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const sentence = SENTENCES.find(([code]) => code.test(error.code))?.[1];
  return sentence === undefined ? error : new RegistryError('unavailable', sentence, { cause: error });
}
