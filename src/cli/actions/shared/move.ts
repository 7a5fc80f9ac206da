import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { LogConnection } from '../../../postgres/connection/log-connection.ts';
import { parseUrl } from '../../../postgres/connection/parse-url.ts';
import { createRegister, hasRegister, readBase } from '../../../postgres/log/base.ts';
import type { NewSnapshot } from '../../../postgres/log/observed-log.ts';
import { SharedLog } from '../../../postgres/log/shared-log.ts';
import { quoteInput, RegistryError } from '../../../registry/values/registry-error.ts';
import { backupDatabase } from '../../../sqlite/file/backup.ts';
import { type Connection, openForReading } from '../../../sqlite/file/database.ts';
import { createPart, removeDatabase } from '../../../sqlite/file/part-file.ts';
import { type RestorePlan, restoreDatabase } from '../../../sqlite/import/restore.ts';
import { positionOf } from '../../../sqlite/replay/decide.ts';
import { observedKeys, packObserved, readObserved } from '../../../sqlite/replay/observed-rows.ts';
import { markNode, registerOf, unmarkNode } from '../../../sqlite/tables/shared-node.ts';
import { VERSION } from '../../../version.ts';
import { ask, canAsk } from '../../terminal/ask.ts';
import { createDatabaseFolder, prepareDatabase, withAnyDatabase, withDatabase } from '../prepare.ts';
import { type WriteSource, withNode } from '../write-source.ts';

/**
 * Moves the register of a database into PostgreSQL, and makes the database its first node. A database that does not exist is
 * created with the bundled lists.
 *
 * @param source - The settings.
 * @throws {RegistryError} `conflict` when PostgreSQL has a register; `unavailable` with the reason. The database then stays as it is.
 */
export async function init(source: WriteSource): Promise<void> {
  const { database, shared } = checkShared(source);
  if (existsSync(database) && (await isNode(database))) {
    const what = `${quoteInput(database)} is a node of one, or "portolan shared init" was interrupted`;
    const detail = `${what}; "portolan shared leave" without SHARED makes it standalone`;
    throw new RegistryError('conflict', `Cannot create a shared register: ${detail}`);
  }
  await prepareDatabase(database);
  const connection = await LogConnection.open(shared);
  const register = randomBytes(16).toString('hex');
  const part = createPart(`${database}.base`);
  const copy = `${part}.copy`;
  try {
    if (await hasRegister(connection)) {
      const detail = 'this database of PostgreSQL has one; "portolan shared join" makes a node of it';
      throw new RegistryError('conflict', `Cannot create a shared register: ${detail}`);
    }
    // From here on, servers that run without SHARED write nothing that the copy lacks.
    await withDatabase(database, async (db) => markNode(db, register));
    try {
      await backupDatabase(database, copy);
      const position = await readCopy(copy, async (db) => {
        const head = positionOf(db);
        await createRegister(connection, copy, {
          register,
          position: head,
          version: VERSION,
          observed: snapshotsOf(db),
        });
        return head;
      });
      console.log(`Created the shared register at position ${position.id}: ${quoteInput(database)} is its first node`);
    } catch (error) {
      await withAnyDatabase(database, async (db) => unmarkNode(db));
      throw error;
    }
  } finally {
    connection.close();
    for (const file of [part, copy]) removeDatabase(file);
  }
}

/** The flags of `portolan shared join` and `rejoin`. */
export interface JoinFlags {
  /** Does not ask on a terminal. */
  readonly yes?: boolean;
}

/**
 * Makes a database a node of a shared register: takes the file with which the log begins, or the backup of another node, and
 * applies what is new. What was in the database is kept in a file beside it.
 *
 * @param source - The settings.
 * @param backup - The backup of a node; null for the file with which the log begins.
 * @param flags - The flags.
 * @throws {RegistryError} `invalid_argument` for a file that is no backup of a node of the register; as `withNode`; `conflict` when
 *   the person at the terminal declined.
 */
export async function join(source: WriteSource, backup: string | null, { yes }: JoinFlags): Promise<void> {
  const { database, shared } = checkShared(source);
  createDatabaseFolder(database);
  const log = await SharedLog.open(shared);
  const part = createPart(`${database}.base`);
  try {
    const { register } = await log.head();
    if (backup === null) await readBase(log.connection, part);
    log.connection.close();
    const check = async (db: Parameters<typeof registerOf>[0]): Promise<void> => {
      if (registerOf(db) === register) return;
      throw new RegistryError('invalid_argument', 'expected a backup of a node of this shared register');
    };
    const confirm = async ({ replaced }: RestorePlan): Promise<boolean> => {
      if (replaced === null || replaced === 0 || yes === true || !canAsk()) return true;
      return ask(`Replace the ${replaced} own entries of ${quoteInput(database)} with those of the shared register?`);
    };
    const restored = await restoreDatabase(database, backup ?? part, check, confirm);
    if (restored === null) throw new RegistryError('conflict', 'Nothing was changed: it was not confirmed');
    if (restored.kept !== null) console.log(`Kept what was replaced: ${quoteInput(restored.kept.file)}`);
  } finally {
    log.connection.close();
    removeDatabase(part);
  }
  const head = await withNode(source, async (store) => {
    await store.followObserved();
    return store.catchUp();
  });
  console.log(`${quoteInput(database)} is a node of the shared register, at position ${head.position.id}`);
}

/**
 * Brings a node back to a shared register that went back to an older state. Writes that the register has lost are in the audit log
 * of the file that is kept.
 *
 * @param source - The settings.
 * @param flags - The flags.
 * @throws {RegistryError} As `join`; `unavailable` when the database is no node.
 */
export async function rejoin(source: WriteSource, flags: JoinFlags): Promise<void> {
  const { database } = checkShared(source);
  if (!existsSync(database) || !(await isNode(database))) {
    const detail = `${quoteInput(database)} is no node of a shared register: run portolan shared join`;
    throw new RegistryError('unavailable', `Cannot rejoin: ${detail}`);
  }
  await join(source, null, flags);
}

/**
 * Makes a node a standalone database. With `SHARED`, it first applies what is new in the register; without, the database keeps what
 * it has.
 *
 * @param source - The settings.
 * @throws {RegistryError} `conflict` for a standalone database; as `withAnyDatabase`; `unavailable` when it cannot apply what is new.
 *   The database then stays a node.
 */
export async function leave(source: WriteSource): Promise<void> {
  const { database, shared } = source;
  if (!(await isNode(database)))
    throw new RegistryError('conflict', 'Cannot leave: the database is standalone already');
  if (shared !== '') {
    await withNode(source, (store) => store.followObserved()).catch((cause: unknown) => {
      if (!(cause instanceof RegistryError)) throw cause;
      const remedy = 'unset SHARED to leave with what the database has';
      throw new RegistryError('unavailable', `Cannot leave: ${cause.message}; ${remedy}`, { cause });
    });
  }
  await withAnyDatabase(database, async (db) => {
    unmarkNode(db);
    const next = shared === '' ? 'any newer writes of the shared register are missing' : 'unset SHARED';
    console.log(`${quoteInput(database)} is standalone, at position ${positionOf(db).id}: ${next}`);
  });
}

function isNode(database: string): Promise<boolean> {
  return withAnyDatabase(database, async (db) => registerOf(db) !== null);
}

function checkShared(source: WriteSource): WriteSource {
  parseUrl(source.shared);
  return source;
}

async function readCopy<T>(file: string, use: (db: Connection) => Promise<T>): Promise<T> {
  const db = openForReading(file);
  try {
    return await use(db);
  } finally {
    db.close();
  }
}

/** Reads the snapshots of hosts one after another. */
function* snapshotsOf(db: Connection): Generator<NewSnapshot> {
  for (const key of observedKeys(db)) {
    const rows = readObserved(db, key);
    if (rows !== null) yield { ...key, rows: packObserved(rows) };
  }
}
