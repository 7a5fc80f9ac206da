import type { RegistrySnapshot } from '../registry/registry.ts';
import type { EphemeralRange } from '../registry/rows/ephemeral-range.ts';
import type { ImportCount } from '../registry/rows/import-count.ts';
import { StoredRegistry } from '../registry/stored-registry.ts';
import type { QueryOptions } from '../registry/stored-rows.ts';
import { importCounts } from './import/import-counts.ts';
import { RegistryFile } from './registry-file.ts';
import { SharedSnapshots } from './shared-snapshots.ts';

/** The registry over a SQLite file. While the file cannot be read, every method throws the reason. */
export class SqliteRegistry extends StoredRegistry implements RegistrySnapshot {
  readonly #file: RegistryFile;
  readonly #close: () => void;
  readonly #snapshots: SharedSnapshots;

  /**
   * @param file - The SQLite file, or its path; it need not exist yet.
   * @param ownRanges - The configured ephemeral ranges.
   * @param options - By default, reports are cached, and released ports have no quarantine.
   * @param close - The method `close`; by default it closes the file.
   */
  constructor(
    file: string | RegistryFile,
    ownRanges: readonly EphemeralRange[] = [],
    { cachesReports = true, quarantineDays = 0 }: Partial<Omit<QueryOptions, 'ownRanges'>> = {},
    close?: () => void,
  ) {
    const options = { ownRanges, cachesReports, quarantineDays };
    const opened = typeof file === 'string' ? new RegistryFile(file, options) : file;
    super(opened, ownRanges, quarantineDays > 0);
    this.#file = opened;
    this.#close = close ?? (() => opened.close());
    const create = (snapshot: RegistryFile, closeSnapshot: () => void) =>
      new SqliteRegistry(snapshot, ownRanges, options, closeSnapshot);
    this.#snapshots = new SharedSnapshots(opened, create);
  }

  /** Lists the counts of imports by list and result, for the metrics. */
  importCounts(): ImportCount[] {
    return this.#file.query(({ db }) => importCounts(db));
  }

  snapshot(): RegistrySnapshot {
    return this.#snapshots.open();
  }

  /**
   * Checks that queries can be answered: the file exists, was not replaced since it was opened, and contains a registry.
   *
   * @throws {RegistryError} `unavailable`, with the reason.
   */
  check(): void {
    this.#file.closeIfReplaced();
    this.info();
  }

  /** Closes the file. A later query opens it again. */
  close(): void {
    this.#close();
  }
}
