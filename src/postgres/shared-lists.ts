import type { AuditedList } from '../registry/audit.ts';
import { COMMAND_LINE } from '../registry/own/token.ts';
import type { ListName } from '../registry/rows/list-name.ts';
import type { ListContent, ListRows } from '../registry/rows/list-rows.ts';
import { retryWhileBusy } from '../sqlite/file/database.ts';
import { acceptedDate, hasSnapshot, type ImportResult, type NewList, storedList } from '../sqlite/import/imports.ts';
import { audit } from '../sqlite/tables/audit-log.ts';
import { lastUpdate, nextAttempt, storeAttempt, type UpdateOutcome } from '../sqlite/tables/update-attempts.ts';
import { applyUpdate } from './catch-up.ts';
import { packFile } from './list-replay.ts';
import type { NodeStore } from './node-store.ts';

/** Imports lists into a shared register: the file and its row go into the log, and each node imports the file itself. */
export class SharedLists {
  readonly #store: NodeStore;

  /** @param store - The node. */
  constructor(store: NodeStore) {
    this.#store = store;
  }

  /** Imports a list in place of the loaded one, as the function of this name. The rows are read to check them. */
  async importList<List extends ListName>(
    list: NewList<List>,
    { bytes, rows, fewest }: ListContent<AsyncIterable<ListRows[List]>>,
    progress: (rows: number) => void = () => {},
  ): Promise<ImportResult> {
    let count = 0;
    for await (const _row of rows) progress(++count);
    return this.#append({ ...list, date: acceptedDate(list, count, fewest) }, bytes, count, true);
  }

  /** Adds an earlier state of the official rows to the history, as the function of this name. */
  async importPast(
    list: Omit<NewList<'assignments'>, 'list' | 'origin'>,
    { bytes, rows, fewest }: ListContent<readonly ListRows['assignments'][]>,
  ): Promise<ImportResult> {
    const date = acceptedDate(list, rows.length, fewest);
    return this.#append({ ...list, list: 'assignments', origin: 'iana', date }, bytes, rows.length, false);
  }

  /** Stores the outcome of an update for all nodes; as `storeUpdate`. */
  storeUpdate(outcome: UpdateOutcome, staleDays: number): Promise<void> {
    return this.#store.withLog(async (log, db) => {
      const attempt = nextAttempt(lastUpdate(db), outcome, staleDays);
      await log.storeUpdate(JSON.stringify(attempt));
      retryWhileBusy(() => storeAttempt(db, attempt));
    });
  }

  /** Takes the lock of updates until the node is closed. Returns the reason when another node has it, or has updated since. */
  lockUpdates(due: string | null): Promise<string | null> {
    return this.#store.withLog(async (log, db) => {
      if (!(await log.tryUpdateLock())) return 'another node updates the registry now';
      // The last holder of the lock has stored its result before it released the lock.
      applyUpdate(db, await log.head());
      const done = lastUpdate(db)?.succeededAt ?? null;
      if (due === null || done === null || done < due) return null;
      return `another node has updated the registry at ${done}`;
    });
  }

  /**
   * Returns whether the bundled lists of this program may enter the log: only a newer version brings others.
   *
   * @param version - The version of this program.
   */
  takesBundled(version: string): Promise<boolean> {
    return this.#store.withLog(async (log) => isNewer(version, (await log.head()).bundled));
  }

  /**
   * Stores that the bundled lists of this program are in the log.
   *
   * @param version - The version of this program.
   */
  storeBundled(version: string): Promise<void> {
    return this.#store.withLog((log) => log.storeBundled(version));
  }

  async #append<List extends ListName>(
    list: NewList<List> & { readonly date: string },
    bytes: Buffer,
    rows: number,
    current: boolean,
  ): Promise<ImportResult> {
    const packed = packFile(bytes);
    const { date, sha256, bundled, origin, source } = list;
    const importedAt = new Date().toISOString();
    const after: AuditedList = { list: list.list, origin, source, date, importedAt, rows, sha256, bundled, current };
    const key = list.list;
    const changed = await this.#store.write(
      ({ db }) => {
        const loaded = storedList(db, key);
        const isKnown = current
          ? loaded?.sha256 === sha256 && loaded.date === date
          : hasSnapshot(db, { date, bundled, sha256 });
        if (isKnown) return false;
        const before = current && loaded !== undefined ? { ...loaded, current } : null;
        audit(db, { kind: 'list', key, before, after }, COMMAND_LINE);
        return true;
      },
      {
        afterAppend: (log, [row]) => log.addFile(row?.id ?? 0, { list: key, day: date, sha256, importedAt, packed }),
      },
    );
    return { changed, rows, date };
  }
}

/** Compares two versions such as `0.10.0` by their numbers. */
function isNewer(version: string, than: string): boolean {
  const [own, other] = [version, than].map((text) => text.split(/[.-]/).map(Number)) as [number[], number[]];
  const place = own.findIndex((number, index) => number !== other[index]);
  return place >= 0 && (own[place] ?? 0) > (other[place] ?? 0);
}
