import type { ListName } from '../../registry/rows/list-name.ts';
import type { Connection } from './database.ts';

/** What a web server said of a file. */
export interface Validators {
  /** The header field `ETag`; null where there was none. */
  readonly etag: string | null;
  /** The header field `Last-Modified`; null where there was none. */
  readonly lastModified: string | null;
}

/**
 * Finds what was said of the file that a list was downloaded as, as long as it is the one that is loaded.
 *
 * @param db - Any connection.
 * @param list - Which list.
 * @param address - Where it would be downloaded from.
 */
export function knownDownload(db: Connection, list: ListName, address: string): Validators | null {
  const columns = 'etag, last_modified AS lastModified';
  const found = db
    .prepare<[ListName, string], Validators>(
      `SELECT ${columns} FROM download JOIN list ON list.name = download.list AND list.sha256 = download.sha256
       WHERE download.list = ? AND address = ?`,
    )
    .get(list, address);
  return found ?? null;
}

/**
 * Remembers what was said of a file that is loaded now.
 *
 * @param db - A connection for writing.
 * @param list - Which list.
 * @param address - Where it came from.
 * @param validators - What was said of it.
 * @param sha256 - SHA-256 of the file, in hexadecimal.
 */
export function rememberDownload(
  db: Connection,
  list: ListName,
  address: string,
  { etag, lastModified }: Validators,
  sha256: string,
): void {
  db.prepare('INSERT OR REPLACE INTO download VALUES (?, ?, ?, ?, ?)').run(list, address, etag, lastModified, sha256);
}
