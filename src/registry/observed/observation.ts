import type { TransportProtocol } from '../values/transport-protocol.ts';
import type { SeenSocket, SnapshotSource } from './snapshot.ts';

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

/** The states of listed sockets: in the last snapshot of their host and source, or not in it, or both. The first is the default. */
export const OBSERVATION_STATES = ['listening', 'gone', 'all'] as const;
export type ObservationState = (typeof OBSERVATION_STATES)[number];

/** A socket that a host has reported. All times are UTC, ISO 8601 with milliseconds. */
export interface Observation extends SeenSocket {
  readonly host: string;
  readonly source: SnapshotSource;
  /** The environment of the host in its last snapshot; null for none. */
  readonly environment: string | null;
  /** The time of the first snapshot with the socket. */
  readonly firstSeen: string;
  /** The time of the last snapshot with the socket. */
  readonly lastSeen: string;
  /** The time of the first snapshot without it; null while it is listening. */
  readonly goneAt: string | null;
}

/** Narrows a list of observed sockets; null narrows nothing. */
export interface ObservationFilter {
  /** The name of the host, from `parseHostName`, with or without its domain, as `namesHost` compares it. */
  readonly host: string | null;
  readonly port: number | null;
  readonly protocol: TransportProtocol | null;
  /** The name of the process, case-sensitive. */
  readonly process: string | null;
  readonly state: ObservationState;
  /** The earliest time at which a socket was seen last, ISO 8601 in UTC with milliseconds. */
  readonly since: string | null;
}
