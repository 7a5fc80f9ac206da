import { type ScannedPorts, type SeenSocket, socketKey } from './snapshot.ts';

/** A stored socket of the host and the source of a snapshot. */
export interface StoredSocket extends SeenSocket {
  readonly id: number;
  /** The time of the first snapshot without it; null while it is in the last one. */
  readonly goneAt: string | null;
  /** The time of the last snapshot with it; null if that is the last one of its host and source. */
  readonly lastSeen: string | null;
}

/** What a snapshot changes. */
export interface SnapshotChanges {
  /** The sockets that were never seen. */
  readonly added: readonly SeenSocket[];
  /** The ids of the sockets that are seen again: that had gone, or that the last snapshot did not cover. */
  readonly returned: readonly number[];
  /** The number of the sockets that had gone among these. */
  readonly reappeared: number;
  /** The ids of the sockets whose process is known now, with its name. */
  readonly named: readonly (readonly [id: number, process: string])[];
  /** The ids of the sockets that the snapshot does not have. */
  readonly gone: readonly number[];
  /** The ids of the sockets that the snapshot does not cover, and the one before has. */
  readonly uncovered: readonly number[];
}

/**
 * Compares a snapshot with the stored sockets of its host and source. A row without a process matches the stored rows with one
 * that are in the last snapshot, or else the row that disappeared last; a stored row without a process gets the first new process.
 *
 * @param stored - The stored sockets.
 * @param seen - The sockets of the snapshot, from `toSeenSockets`.
 * @param scanned - The ports that the snapshot covers; null for all.
 */
export function compareSnapshot(
  stored: readonly StoredSocket[],
  seen: readonly SeenSocket[],
  scanned: readonly ScannedPorts[] | null,
): SnapshotChanges {
  const byKey = Map.groupBy(stored, socketKey);
  const matched = new Set<StoredSocket>();
  const added: SeenSocket[] = [];
  const named: [number, string][] = [];
  const rest: SeenSocket[] = [];
  for (const row of seen) {
    const known = byKey.get(socketKey(row)) ?? [];
    const found =
      row.process === null ? matchesWithoutProcess(known) : known.filter((one) => one.process === row.process);
    for (const one of found) matched.add(one);
    if (found.length === 0) rest.push(row);
  }
  for (const row of rest) {
    const nameless = byKey.get(socketKey(row))?.find((one) => one.process === null && !matched.has(one));
    if (nameless === undefined || row.process === null) added.push(row);
    else {
      matched.add(nameless);
      named.push([nameless.id, row.process]);
    }
  }
  const returned = [...matched].filter(({ lastSeen }) => lastSeen !== null);
  const missing = stored.filter((row) => row.goneAt === null && !matched.has(row));
  const gone = missing.filter((row) => isCovered(row, scanned));
  const uncovered = missing.filter((row) => row.lastSeen === null && !isCovered(row, scanned));
  return {
    added,
    returned: returned.map(({ id }) => id),
    reappeared: returned.filter(({ goneAt }) => goneAt !== null).length,
    named,
    gone: gone.map(({ id }) => id),
    uncovered: uncovered.map(({ id }) => id),
  };
}

/** Finds the range by binary search: a scan may have thousands of ranges. */
function isCovered({ protocol, port }: SeenSocket, scanned: readonly ScannedPorts[] | null): boolean {
  if (scanned === null) return true;
  let [low, high] = [0, scanned.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const span = scanned[middle];
    const isBefore =
      span !== undefined && (span.protocol < protocol || (span.protocol === protocol && span.lastPort < port));
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  const found = scanned[low];
  return found !== undefined && found.protocol === protocol && found.firstPort <= port;
}

/** Returns the stored rows that a row without a process stands for. */
function matchesWithoutProcess(known: readonly StoredSocket[]): readonly StoredSocket[] {
  const present = known.filter(({ goneAt }) => goneAt === null);
  if (present.length > 0) return present;
  const [last] = known.toSorted((a, b) => ((a.goneAt ?? '') > (b.goneAt ?? '') ? -1 : 1));
  return last === undefined ? [] : [last];
}
