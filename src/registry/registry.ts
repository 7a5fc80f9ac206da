import type { AccessRecords } from './access-records.ts';
import type { Catalogue } from './catalogue.ts';
import type { ChangeHistory } from './change-history.ts';
import type { ObservedUse } from './observed-use.ts';
import type { OwnConflicts } from './own-conflicts.ts';
import type { PortAdvice } from './port-advice.ts';
import type { PortLookup } from './port-lookup.ts';
import type { ReportSource } from './report-source.ts';

/**
 * All queries that Portolan answers. Methods are synchronous: they read from this machine and never wait for a network.
 * Each method throws a `RegistryError` with the code `unavailable` when the data cannot be read: the database is
 * missing, locked, damaged or of another schema, or nothing is loaded yet. Callers name the smallest interface they need.
 */
export interface Registry
  extends PortLookup,
    Catalogue,
    PortAdvice,
    OwnConflicts,
    ChangeHistory,
    AccessRecords,
    ObservedUse,
    ReportSource {
  /**
   * Checks that queries can be answered now.
   *
   * @throws {RegistryError} `unavailable`, with the reason.
   */
  check(): void;

  /** Returns the random id of the database, 32 hexadecimal digits, which no other database has. */
  databaseId(): string;

  /**
   * Runs several queries on one state of the data, also while other processes write.
   *
   * @param run - Runs the queries. It is synchronous.
   * @returns The result of `run`.
   */
  read<T>(run: () => T): T;

  /** Returns a snapshot of the registry, for answers that take several steps. The caller must close it. */
  snapshot(): RegistrySnapshot;
}

/** A registry on one version of the data, unaffected by later imports and writes. */
export interface RegistrySnapshot extends Registry {
  /** Releases the snapshot. */
  close(): void;
}
