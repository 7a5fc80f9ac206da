import { gunzipSync, gzipSync } from 'node:zlib';
import { RegistryError } from '../../registry/values/registry-error.ts';
import type { Connection } from '../file/database.ts';

/** A host and a source, which have one snapshot. */
export interface ObservedKey {
  readonly host: string;
  readonly source: string;
}

/** A row by column. */
export type SqlRow = Readonly<Record<string, string | number | null>>;

/** All rows of a host and source: the snapshot, and the sockets with their history. */
export interface ObservedRows {
  readonly snapshot: SqlRow;
  readonly sockets: readonly SqlRow[];
}

/** The most sockets of a host and source: as many as `OBSERVED_ROWS` allows, and as many that are gone. */
const MOST_SOCKETS = 2 * 65_536;

/** The longest text of a column, in UTF-16 units. Names of processes and hosts have 255 at most. */
const LONGEST_TEXT = 1_000;

/** The most bytes of the rows as JSON: a socket has about 300. */
const LARGEST_JSON = 64 * 1024 * 1024;

/** The most bytes of compressed rows. */
export const LARGEST_PACKED_ROWS = LARGEST_JSON / 2;

/**
 * Reads the rows of a host and source.
 *
 * @param db - Any connection.
 * @param key - The host and the source.
 * @returns The rows without their ids, which differ between databases; null for a host and source without a snapshot.
 */
export function readObserved(db: Connection, { host, source }: ObservedKey): ObservedRows | null {
  const find = (table: string) =>
    db.prepare<[string, string], SqlRow>(`SELECT * FROM ${table} WHERE host = ? AND source = ?`);
  const snapshot = find('observed_snapshot').get(host, source);
  if (snapshot === undefined) return null;
  const sockets = find('observed_socket').all(host, source);
  return { snapshot, sockets: sockets.map(({ id: _, ...row }) => row) };
}

/**
 * Lists the hosts and sources with a snapshot, each with what identifies its snapshot.
 *
 * @param db - Any connection.
 */
export function observedKeys(db: Connection): (ObservedKey & { readonly at: string; readonly sha256: string })[] {
  return db
    .prepare<[], ReturnType<typeof observedKeys>[number]>('SELECT host, source, at, sha256 FROM observed_snapshot')
    .all();
}

/**
 * Returns a text that identifies a host and a source: neither contains a blank.
 *
 * @param key - The host and the source.
 */
export function textOfKey({ host, source }: ObservedKey): string {
  return `${host} ${source}`;
}

/**
 * Compresses rows.
 *
 * @param rows - The rows.
 * @throws {RegistryError} `too_large`
 */
export function packObserved(rows: ObservedRows): Buffer {
  const json = Buffer.from(JSON.stringify(rows));
  const packed = json.length > LARGEST_JSON ? null : gzipSync(json);
  if (packed !== null && packed.length <= LARGEST_PACKED_ROWS) return packed;
  throw new RegistryError('too_large', `Cannot share the snapshot: it has more than ${LARGEST_JSON} bytes`);
}

/**
 * Parses compressed rows, which are untrusted. `ObservedReplay` checks their values.
 *
 * @param packed - The rows, from `packObserved`.
 * @throws {RegistryError} `unavailable` with the reason.
 */
export function unpackObserved(packed: Buffer): ObservedRows {
  const { snapshot, sockets } = parse(packed);
  if (!isRow(snapshot) || !Array.isArray(sockets) || sockets.length > MOST_SOCKETS || !sockets.every(isRow)) {
    throw new RegistryError('unavailable', 'its rows are not as a snapshot stores them');
  }
  return { snapshot, sockets };
}

function parse(packed: Buffer): { readonly snapshot?: unknown; readonly sockets?: unknown } {
  try {
    const value: unknown = JSON.parse(gunzipSync(packed, { maxOutputLength: LARGEST_JSON }).toString('utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch (cause) {
    throw new RegistryError('unavailable', 'its rows are damaged', { cause });
  }
}

function isRow(value: unknown): value is SqlRow {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(
    (field) =>
      field === null ||
      (typeof field === 'string' && field.length <= LONGEST_TEXT) ||
      (typeof field === 'number' && Number.isSafeInteger(field)),
  );
}
