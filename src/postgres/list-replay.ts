import { hash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { AuditedList } from '../registry/audit.ts';
import { LIST_NAMES } from '../registry/rows/list-name.ts';
import { looksLikeDay, looksLikeTime } from '../registry/values/day.ts';
import { RegistryError } from '../registry/values/registry-error.ts';
import type { SourceFile } from '../sources/csv-table.ts';
import { parseIana } from '../sources/iana-file.ts';
import { READERS } from '../sources/list-readers.ts';
import { BUSY_TIMEOUT_MS, type Connection, toRegistryError } from '../sqlite/file/database.ts';
import { importPast, type NewList, replaceList } from '../sqlite/import/imports.ts';
import { type LogRow, positionOf } from '../sqlite/replay/decide.ts';
import type { Replay } from '../sqlite/replay/replay.ts';

/** The largest file of a list, in bytes: IANA's has 1.5 MB. */
const LARGEST_FILE = 64 * 1024 * 1024;

/** The largest compressed file in the log, in bytes: gzip adds less than 1 in 1,000 to what it cannot compress. */
export const LARGEST_PACKED = LARGEST_FILE + 1024 * 1024;

/**
 * Compresses the file of a list for the log.
 *
 * @param bytes - The file.
 * @throws {RegistryError} `invalid_argument` when it is too large for the other nodes.
 */
export function packFile(bytes: Buffer): Buffer {
  if (bytes.length <= LARGEST_FILE) return gzipSync(bytes);
  throw new RegistryError('invalid_argument', `Cannot share the file: it has more than ${LARGEST_FILE} bytes`);
}

/**
 * Imports a list of the shared log, and adds its row to the audit log, in one transaction. Does nothing when another process of this
 * node has done so already.
 *
 * @param db - A connection for writing.
 * @param replay - The replay over the same connection.
 * @param row - The row of the log.
 * @param packed - The file, compressed with gzip.
 * @throws {RegistryError} `unavailable` when the file is not what the row says; the errors of SQLite.
 */
export async function replayList(db: Connection, replay: Replay, row: LogRow, packed: Buffer): Promise<void> {
  const list = parseList(row);
  const bytes = unpack(row, packed);
  if (hash('sha256', bytes) !== list.sha256) {
    throw new RegistryError(
      'unavailable',
      `Cannot apply row ${row.id} of the shared log: its file has another SHA-256`,
    );
  }
  // An import of another process may hold the lock for seconds.
  db.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  try {
    db.exec('BEGIN IMMEDIATE');
    const position = positionOf(db);
    if (row.id > position.id) {
      await importRows(db, list, { name: list.source, bytes }).catch((error: unknown) => {
        throw toRowError(row, error);
      });
      replay.addAudit(row, position);
    }
    db.exec('COMMIT');
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw toRegistryError(error);
  } finally {
    db.pragma('busy_timeout = 0');
  }
}

async function importRows(db: Connection, list: AuditedList, file: SourceFile): Promise<void> {
  const { rows: count, current, ...metadata } = list;
  if (current) {
    const rows = list.list === 'assignments' ? parseIana(file).rows : READERS[list.list](file);
    await replaceList(db, metadata as NewList<'assignments'>, rows as ReturnType<typeof parseIana>['rows'], count);
  } else importPast(db, metadata, await Array.fromAsync(parseIana(file).rows), count);
}

/** Converts an error of an import into one of its row, unless it is one of the database or the disk. */
function toRowError({ id }: LogRow, error: unknown): unknown {
  const known = toRegistryError(error);
  if (known instanceof RegistryError && known.code === 'unavailable') return known;
  const reason = known instanceof RegistryError ? known.message : 'its list does not fit the content of this database';
  return new RegistryError('unavailable', `Cannot apply row ${id} of the shared log: ${reason}`, { cause: error });
}

/** Parses the metadata of an imported list, which is untrusted. */
function parseList({ id, after }: LogRow): AuditedList {
  const list = JSON.parse(after ?? '{}') as AuditedList;
  const texts = [list.source, list.sha256].every((text) => typeof text === 'string');
  const flags = [list.bundled, list.current].every((flag) => typeof flag === 'boolean');
  const isOrigin = list.origin === (list.list === 'assignments' ? 'iana' : 'informal');
  const isCount = Number.isSafeInteger(list.rows) && list.rows >= 0;
  const isDated = looksLikeDay(list.date) && looksLikeTime(list.importedAt);
  if (LIST_NAMES.includes(list.list) && texts && flags && isOrigin && isCount && isDated) return list;
  throw new RegistryError(
    'unavailable',
    `Cannot apply row ${id} of the shared log: its list is not as an import stores it`,
  );
}

function unpack({ id }: LogRow, packed: Buffer): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: LARGEST_FILE });
  } catch (cause) {
    throw new RegistryError('unavailable', `Cannot apply row ${id} of the shared log: its file is damaged`, { cause });
  }
}
