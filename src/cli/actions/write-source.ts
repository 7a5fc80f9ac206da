import type { Config } from '../../config/settings.ts';
import type { NodeStore } from '../../postgres/node-store.ts';
import type { Connection } from '../../sqlite/file/database.ts';
import { OwnWrites } from '../../sqlite/write/own-writes.ts';
import { createLocalLoader, type ListLoader } from './list-loader.ts';
import { checkExists } from './local-source.ts';
import { withAnyDatabase, withDatabase } from './prepare.ts';

/** The settings of a database that is written: it is standalone, or a node of a shared register. */
export type WriteSource = Pick<Config, 'database' | 'shared' | 'ephemeralRanges' | 'quarantineDays'>;

/** The connection of a write. */
export interface WriteFile {
  readonly db: Connection;
  readonly writes: OwnWrites;
}

/**
 * Opens the node of a shared register, applies what is new, and closes it after its use.
 *
 * @param source - The settings.
 * @param use - The use.
 * @throws {RegistryError} `unavailable` with the reason.
 */
export async function withNode<T>(source: WriteSource, use: (store: NodeStore) => Promise<T>): Promise<T> {
  // Loaded on demand: a standalone database needs no driver of PostgreSQL.
  const { NodeStore } = await import('../../postgres/node-store.ts');
  const { database: path, ephemeralRanges: ownRanges, quarantineDays, shared } = source;
  checkExists(path, shared);
  await withAnyDatabase(path, async () => {});
  const store = new NodeStore(shared, { path, ownRanges, quarantineDays });
  try {
    await store.catchUp();
    return await use(store);
  } finally {
    await store.close();
  }
}

/**
 * Runs a write of entries, pools or tokens: on the database, or through the log of a shared register.
 *
 * @param source - The settings.
 * @param write - The write.
 * @param isLong - Whether it may take seconds.
 * @throws {RegistryError} As the write; as `withDatabase` and `withNode`.
 */
export function writeTo<T>(source: WriteSource, write: (file: WriteFile) => T, isLong = false): Promise<T> {
  const { database, ephemeralRanges, quarantineDays, shared } = source;
  if (shared !== '') return withNode(source, (store) => store.write(write, { isLong }));
  return withDatabase(database, async (db) =>
    write({
      db,
      get writes() {
        return new OwnWrites(db, ephemeralRanges, quarantineDays);
      },
    }),
  );
}

/**
 * Runs imports of lists: into the database, or into a shared register.
 *
 * @param source - The settings.
 * @param change - The imports.
 * @param busyTimeoutMs - Timeout for the lock of another writer, in milliseconds.
 * @throws {RegistryError} As the imports; as `withDatabase` and `withNode`.
 */
export async function withLists<T>(
  source: WriteSource,
  change: (db: Connection, loader: ListLoader) => Promise<T>,
  busyTimeoutMs?: number,
): Promise<T> {
  const { database, shared } = source;
  if (shared === '') return withDatabase(database, (db) => change(db, createLocalLoader(db)), busyTimeoutMs);
  const { SharedLists } = await import('../../postgres/shared-lists.ts');
  return withNode(source, (store) =>
    withAnyDatabase(database, (db) => change(db, new SharedLists(store)), busyTimeoutMs),
  );
}
