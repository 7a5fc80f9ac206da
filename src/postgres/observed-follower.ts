import { parseHostName } from '../registry/observed/host-name.ts';
import { SNAPSHOT_SOURCES } from '../registry/observed/snapshot.ts';
import { RegistryError } from '../registry/values/registry-error.ts';
import { observedKeys, textOfKey, unpackObserved } from '../sqlite/replay/observed-rows.ts';
import type { LogConnection } from './connection/log-connection.ts';
import { BINARY_BYTES, batchesOf } from './log/batches.ts';
import {
  type ListedSnapshot,
  type ObservedHead,
  ObservedLog,
  observedFault,
  type SharedSnapshot,
} from './log/observed-log.ts';
import type { NodeFile } from './node-file.ts';

/** Makes the observations of a node equal to those in PostgreSQL, over one connection. */
export class ObservedFollower {
  readonly connection: LogConnection;
  readonly #log: ObservedLog;
  readonly #file: NodeFile;
  /** The head up to which the node has all snapshots; null before the first comparison. */
  #applied: ObservedHead | null = null;

  /**
   * @param connection - The connection.
   * @param file - The file of the node.
   */
  constructor(connection: LogConnection, file: NodeFile) {
    this.connection = connection;
    this.#log = new ObservedLog(connection);
    this.#file = file;
  }

  /**
   * Applies the snapshots that the node lacks. A snapshot that Portolan does not store is left out, and tried again the next time.
   *
   * @throws {RegistryError} `unavailable` with the reason, after all others are applied.
   */
  async follow(): Promise<void> {
    const head = await this.#log.head();
    const applied = this.#applied;
    if (applied !== null && applied.seq === head.seq && applied.removed === head.removed) return;
    // After a connection was lost, PostgreSQL may have gone back to an older state: the numbers cannot be compared then.
    const faults =
      applied === null || applied.removed !== head.removed
        ? await this.#compare()
        : await this.#applyAfter(applied.seq);
    const [fault] = faults;
    // After a fault, the next comparison reads only the snapshots that differ.
    this.#applied = fault === undefined ? head : null;
    if (fault !== undefined) throw fault;
  }

  /** Applies all snapshots after a number. */
  async #applyAfter(seq: number): Promise<RegistryError[]> {
    const faults: RegistryError[] = [];
    for (let after = seq; ; ) {
      const snapshots = await this.#log.snapshotsAfter(after);
      const last = snapshots.at(-1);
      if (last === undefined) return faults;
      faults.push(...this.#applyAll(snapshots));
      after = last.seq;
    }
  }

  /** Compares all snapshots, applies those that differ, and deletes those that PostgreSQL does not have. */
  async #compare(): Promise<RegistryError[]> {
    const own = new Map(observedKeys(this.#file.open().db).map((key) => [textOfKey(key), key]));
    const faults: RegistryError[] = [];
    for await (const listed of this.#log.list()) {
      const others: ListedSnapshot[] = [];
      for (const one of listed) {
        const known = own.get(textOfKey(one));
        own.delete(textOfKey(one));
        if (known?.at !== one.at || known.sha256 !== one.sha256) others.push(one);
      }
      for (const batch of batchesOf(others, ({ bytes }) => bytes, BINARY_BYTES))
        faults.push(...this.#applyAll(await this.#log.findAll(batch)));
    }
    const { observed } = this.#file.open();
    for (const key of own.values()) observed.apply(key, null);
    return faults;
  }

  #applyAll(snapshots: readonly SharedSnapshot[]): RegistryError[] {
    return snapshots.flatMap((snapshot) => {
      try {
        applySnapshot(this.#file, snapshot);
        return [];
      } catch (error) {
        if (error instanceof RegistryError) return [error];
        throw error;
      }
    });
  }
}

/**
 * Applies the snapshot of a host and source, which is untrusted.
 *
 * @param file - The file of the node.
 * @param snapshot - The snapshot.
 * @throws {RegistryError} `unavailable` with the reason, for one that Portolan does not store; the error of the file.
 */
export function applySnapshot(file: NodeFile, snapshot: SharedSnapshot): void {
  const { host, source, at, sha256, rows } = snapshot;
  try {
    if (parseHostName(host) !== host) throw new RegistryError('unavailable', 'its host is not in lower case');
    if (!(SNAPSHOT_SOURCES as readonly string[]).includes(source)) {
      throw new RegistryError('unavailable', 'its source is unknown: run the newer Portolan that wrote it');
    }
    if (rows === null) throw new RegistryError('unavailable', 'its rows are too large');
    const unpacked = unpackObserved(rows);
    if (unpacked.snapshot.at !== at || unpacked.snapshot.sha256 !== sha256) {
      throw new RegistryError('unavailable', 'its rows are those of another snapshot');
    }
    file.open().observed.apply({ host, source }, unpacked);
  } catch (error) {
    if (error instanceof RegistryError) throw observedFault(snapshot, error.message);
    throw error;
  }
}
