import type { ListName } from '../../registry/rows/list-name.ts';
import type { Connection } from './database.ts';

/** The cache validators of a downloaded file, from the response of the web server. */
export interface Validators {
  /** The header field `ETag`; null if absent. */
  readonly etag: string | null;
  /** The header field `Last-Modified`; null if absent. */
  readonly lastModified: string | null;
}

/**
 * Finds the validators of the file from which a list was downloaded.
 *
 * @param db - Any connection.
 * @param list - The list.
 * @param address - The URL of the next download.
 * @returns Null when the list was not downloaded from there, or another file is loaded now.
 */
export function findValidators(db: Connection, list: ListName, address: string): Validators | null {
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
 * Stores the validators of a downloaded file.
 *
 * @param db - A connection for writing.
 * @param list - The list.
 * @param address - The URL of the file.
 * @param validators - Its validators.
 * @param sha256 - SHA-256 of the file, in hexadecimal.
 */
export function storeValidators(
  db: Connection,
  list: ListName,
  address: string,
  { etag, lastModified }: Validators,
  sha256: string,
): void {
  db.prepare('INSERT OR REPLACE INTO download VALUES (?, ?, ?, ?, ?)').run(list, address, etag, lastModified, sha256);
}
