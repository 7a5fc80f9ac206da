import { createReadStream, createWriteStream, rmSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { PRIVATE_MODE } from '../../sqlite/file/database.ts';
import type { Position } from '../../sqlite/replay/decide.ts';
import type { LogConnection } from '../connection/log-connection.ts';
import { BINARY_BYTES } from './batches.ts';
import { type NewSnapshot, ObservedLog } from './observed-log.ts';
import { LOG_FORMAT, SCHEMA } from './schema.ts';

/** The largest part of the file that is read, in bytes: earlier versions wrote parts of this size. */
const LARGEST_PART = 1024 * 1024;

/** The largest SQLite file, in bytes: a register with 1,000,000 rows in its audit log has about 1 GiB. */
const LARGEST_BASE = 16 * 1024 * 1024 * 1024;

/** The metadata of a new register. */
export interface NewRegister {
  /** The random id of the register: 32 hexadecimal digits. */
  readonly register: string;
  /** The last row of the audit log in the file. */
  readonly position: Position;
  /** The version of Portolan whose bundled lists are in the file. */
  readonly version: string;
  /** The snapshots of hosts in the file. */
  readonly observed: Iterable<NewSnapshot>;
}

/**
 * Returns whether a database of PostgreSQL has a register.
 *
 * @param connection - The connection.
 */
export async function hasRegister(connection: LogConnection): Promise<boolean> {
  const sql = "SELECT to_regclass('portolan_head') IS NOT NULL AS found";
  return (await connection.query<{ readonly found: boolean }>(sql))[0]?.found === true;
}

/**
 * Creates the tables of a register and stores the SQLite file with which its log begins, in one transaction.
 *
 * @param connection - A connection of a role that may create tables.
 * @param file - A backup of the SQLite file.
 * @param register - The metadata.
 * @throws {RegistryError} `unavailable` with the reason. Nothing is changed.
 */
export async function createRegister(connection: LogConnection, file: string, register: NewRegister): Promise<void> {
  if (statSync(file).size > LARGEST_BASE) {
    const message = `Cannot create a shared register: the database has more than ${LARGEST_BASE} bytes`;
    throw new RegistryError('too_large', message);
  }
  // Compressed before the transaction: PostgreSQL ends a transaction that pauses.
  const packed = `${file}.gz`;
  try {
    await pipeline(createReadStream(file), createGzip(), createWriteStream(packed, { mode: PRIVATE_MODE }));
    await connection.query(`BEGIN; ${SCHEMA}`);
    let number = 0;
    for await (const part of createReadStream(packed, { highWaterMark: BINARY_BYTES })) {
      await connection.query('INSERT INTO portolan_base VALUES ($1, $2)', [++number, part]);
    }
    const { id, hash } = register.position;
    await connection.query(
      `INSERT INTO portolan_head (register, format, seq, hash, base_seq, base_hash, bundled)
       VALUES ($1, $2, $3, $4, $3, $4, $5)`,
      [register.register, LOG_FORMAT, id, hash, register.version],
    );
    const observed = new ObservedLog(connection);
    for (const snapshot of register.observed) await observed.store(await observed.head(), snapshot, []);
    await connection.query('COMMIT');
  } catch (error) {
    connection.close();
    throw error;
  } finally {
    rmSync(packed, { force: true });
  }
}

/**
 * Reads the SQLite file with which the log begins. It is untrusted: no more than its largest size is read and written.
 *
 * @param connection - The connection.
 * @param file - The path of the copy.
 * @param largest - Its largest size, in bytes.
 * @throws {RegistryError} `unavailable` when it is missing, damaged or larger; the error of the file system.
 */
export async function readBase(connection: LogConnection, file: string, largest = LARGEST_BASE): Promise<void> {
  const source = limitBytes(readParts(connection), largest);
  const limit = (content: AsyncIterable<Buffer>) => limitBytes(content, largest);
  try {
    await pipeline(source, createGunzip(), limit, createWriteStream(file, { mode: PRIVATE_MODE }));
  } catch (cause) {
    if (!/^Z_/.test(String((cause as NodeJS.ErrnoException).code))) throw cause;
    throw unusable('is damaged', cause);
  }
}

async function* readParts(connection: LogConnection): AsyncGenerator<Buffer> {
  const sql = `SELECT CASE WHEN octet_length(bytes) <= ${LARGEST_PART} THEN bytes END AS bytes FROM portolan_base WHERE part = $1`;
  for (let number = 1; ; number++) {
    const [part] = await connection.query<{ readonly bytes: Buffer | null }>(sql, [number]);
    if (part === undefined) return;
    if (part.bytes === null) throw unusable(`has a part of more than ${LARGEST_PART} bytes`);
    yield part.bytes;
  }
}

async function* limitBytes(content: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.length;
    if (bytes > most) throw unusable(`has more than ${most} bytes`);
    yield piece;
  }
}

function unusable(fault: string, cause?: unknown): RegistryError {
  return new RegistryError('unavailable', `The shared register cannot be used: its first file ${fault}`, { cause });
}
