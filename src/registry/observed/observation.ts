import { RegistryError } from '../values/registry-error.ts';
import type { SnapshotSource } from './snapshot.ts';

/** The limits of stored observations. */
export interface ObservationLimits {
  /** The most sockets of a snapshot. */
  readonly rows: number;
  /** The most hosts. */
  readonly hosts: number;
  /** The number of days after which sockets that are gone, and hosts without a snapshot, are deleted. */
  readonly keepDays: number;
}

/** The result of a snapshot. */
export interface ObservedSnapshot {
  readonly host: string;
  readonly source: SnapshotSource;
  readonly environment: string | null;
  /** The time of the snapshot: UTC, ISO 8601 with milliseconds. */
  readonly at: string;
  /** The number of sockets in the snapshot. */
  readonly sockets: number;
  /** The number of sockets that the snapshot before did not have. */
  readonly appeared: number;
  /** The number of sockets that only the snapshot before had. */
  readonly gone: number;
}

/**
 * Returns the error of a snapshot on a node of a shared register, whose log has no observations.
 */
export function observationsAreNotShared(): RegistryError {
  const message = 'Cannot store observations in a shared register: its servers do not exchange them';
  return new RegistryError('unavailable', message);
}
