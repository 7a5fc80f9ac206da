import { placeOf, type SeenSocket } from './snapshot.ts';

/** A stored socket of the host and the source of a snapshot. */
export interface StoredSocket extends SeenSocket {
  readonly id: number;
  /** The time of the first snapshot without it; null while it is in the last one. */
  readonly goneAt: string | null;
}

/** What a snapshot changes. */
export interface SnapshotChanges {
  /** The sockets that were never seen. */
  readonly added: readonly SeenSocket[];
  /** The ids of the sockets that are seen again. */
  readonly returned: readonly number[];
  /** The ids of the sockets whose process is known now, with its name. */
  readonly named: readonly (readonly [id: number, process: string])[];
  /** The ids of the sockets that the snapshot does not have. */
  readonly gone: readonly number[];
}

/**
 * Compares a snapshot with the stored sockets of its host and source. A row without a process matches the stored rows with one
 * that are in the last snapshot, or else the row that went last; a stored row without a process gets the first new process.
 *
 * @param stored - The stored sockets.
 * @param seen - The sockets of the snapshot, from `toSeenSockets`.
 */
export function compareSnapshot(stored: readonly StoredSocket[], seen: readonly SeenSocket[]): SnapshotChanges {
  const places = Map.groupBy(stored, placeOf);
  const matched = new Set<StoredSocket>();
  const added: SeenSocket[] = [];
  const named: [number, string][] = [];
  const rest: SeenSocket[] = [];
  for (const row of seen) {
    const known = places.get(placeOf(row)) ?? [];
    const found =
      row.process === null ? matchesWithoutProcess(known) : known.filter((one) => one.process === row.process);
    for (const one of found) matched.add(one);
    if (found.length === 0) rest.push(row);
  }
  for (const row of rest) {
    const nameless = places.get(placeOf(row))?.find((one) => one.process === null && !matched.has(one));
    if (nameless === undefined || row.process === null) added.push(row);
    else {
      matched.add(nameless);
      named.push([nameless.id, row.process]);
    }
  }
  const returned = [...matched].filter(({ goneAt }) => goneAt !== null).map(({ id }) => id);
  const gone = stored.filter((row) => row.goneAt === null && !matched.has(row)).map(({ id }) => id);
  return { added, returned, named, gone };
}

/** Returns the stored rows that a row without a process stands for. */
function matchesWithoutProcess(known: readonly StoredSocket[]): readonly StoredSocket[] {
  const present = known.filter(({ goneAt }) => goneAt === null);
  if (present.length > 0) return present;
  const [last] = known.toSorted((a, b) => ((a.goneAt ?? '') > (b.goneAt ?? '') ? -1 : 1));
  return last === undefined ? [] : [last];
}
