import { parseHostName } from '../../registry/observed/host-name.ts';
import {
  type EphemeralUdp,
  parseEnvironment,
  parseEphemeralPorts,
  SNAPSHOT_SOURCES,
  type Snapshot,
  WHOLE_SOURCES,
} from '../../registry/observed/snapshot.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { parseFlag, parseWord, type Query } from '../query.ts';

/** The path of the snapshots of a host, in Express' notation. */
export const OBSERVATION_PATH = '/observations/:host';

/** The query parameters of a snapshot. */
export const OBSERVATION_PARAMETERS: readonly string[] = [
  'source',
  'environment',
  'ephemeralPorts',
  'ephemeralUdp',
  'empty',
];

/** A snapshot before its text is read. */
export interface SnapshotRequest extends Omit<Snapshot, 'sockets' | 'scanned'> {
  readonly udp: EphemeralUdp;
  /** True if the host may have no listening socket. */
  readonly mayBeEmpty: boolean;
}

/**
 * Parses the host and the query parameters of a snapshot.
 *
 * @param host - The host of the path.
 * @param query - The query parameters.
 * @throws {RegistryError} `invalid_argument`
 */
export function parseSnapshotRequest(host: string, query: Query): SnapshotRequest {
  return {
    host: parseHostName(host),
    source: parseWord(query, 'source', SNAPSHOT_SOURCES) ?? 'sockets',
    environment: parseEnvironment(query.get('environment')),
    udp: { ports: parseEphemeralPorts(query.get('ephemeralPorts')), isKept: parseFlag(query, 'ephemeralUdp') },
    mayBeEmpty: parseFlag(query, 'empty'),
  };
}

/**
 * Checks that a snapshot is not empty by mistake, as that of a failed command is.
 *
 * @param text - The text of the snapshot.
 * @param mayBeEmpty - True if the host may have no listening socket.
 * @throws {RegistryError} `invalid_argument`
 */
export function checkSnapshotText(text: string, mayBeEmpty: boolean): void {
  if (!mayBeEmpty && text.trim() === '') throw emptySnapshot('Cannot store an empty snapshot');
}

/**
 * Checks that a snapshot of all sockets of a host has a listening one: the output of a wrong command may have only a header, or only
 * connections. Snapshots of containers and scans may have none.
 *
 * @param request - The request.
 * @param sockets - The parsed sockets.
 * @throws {RegistryError} `invalid_argument`
 */
export function checkListening({ source, mayBeEmpty }: SnapshotRequest, sockets: Iterable<unknown>): void {
  if (mayBeEmpty || !WHOLE_SOURCES.includes(source)) return;
  if (sockets[Symbol.iterator]().next().done === true)
    throw emptySnapshot('Cannot store a snapshot without a listening socket');
}

function emptySnapshot(sentence: string): RegistryError {
  const expected = 'expected the sockets of the host, or empty=true for a host without any';
  return new RegistryError('invalid_argument', `${sentence}: ${expected}`, { parameter: 'empty' });
}
