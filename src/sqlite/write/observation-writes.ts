import { createHash } from 'node:crypto';
import { compareSnapshot, type StoredSocket } from '../../registry/observed/compare-snapshot.ts';
import type { ObservationLimits, ObservedSnapshot } from '../../registry/observed/observation.ts';
import { tooManySockets } from '../../registry/observed/seen-sockets.ts';
import type { Snapshot } from '../../registry/observed/snapshot.ts';
import { DAY_MS } from '../../registry/values/day.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import type { Connection } from '../file/database.ts';

/** The last snapshot of a host and a source. */
interface LastSnapshot {
  readonly sha256: string;
  readonly at: string;
}

const STORED = `SELECT id, address_scope AS scope, protocol, port, process, gone_at AS goneAt,
    last_seen AS lastSeen FROM observed_socket WHERE host = ? AND source = ?`;

const STORE_SNAPSHOT = `INSERT INTO observed_snapshot (host, source, environment, sha256, at, environment_since)
  VALUES (@host, @source, @environment, @sha256, @at, @at)
  ON CONFLICT DO UPDATE SET environment = excluded.environment, sha256 = excluded.sha256, at = excluded.at,
    environment_since = iif(environment IS excluded.environment, environment_since, excluded.at)`;

const INSERT = `INSERT INTO observed_socket (host, source, address_scope, protocol, port, process, first_seen)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;

/** A service that restarts returns earlier than after a day. */
const SET_PRESENT = `UPDATE observed_socket SET last_seen = NULL, gone_at = NULL,
    returned_at = iif(gone_at < @dayBefore, @at, returned_at) WHERE id = @id`;

/** The sockets of a host that are gone for too long, and the oldest ones beyond the most rows. */
const DELETE_OLD = `DELETE FROM observed_socket WHERE host = @host AND source = @source AND gone_at NOT NULL AND (gone_at < @before
  OR id IN (SELECT id FROM observed_socket WHERE host = @host AND source = @source AND gone_at NOT NULL
    ORDER BY gone_at DESC, id LIMIT -1 OFFSET @rows))`;

/** The host with an old snapshot whose last one, of any source, is the oldest. */
const OLDEST_HOST = `SELECT host FROM observed_snapshot GROUP BY host HAVING min(at) < ?
  ORDER BY max(at), host LIMIT 1`;

/**
 * Stores a snapshot: the sockets that it lacks are gone from now on. Equal snapshots only change the time.
 *
 * @param db - A connection for writing, in a transaction.
 * @param snapshot - The snapshot.
 * @param limits - The limits of what is stored.
 * @throws {RegistryError} `too_large` for too many sockets; `conflict` for a new host beyond the most hosts.
 */
export function storeSnapshot(db: Connection, snapshot: Snapshot, limits: ObservationLimits): ObservedSnapshot {
  const { host, source, environment, sockets, scanned } = snapshot;
  if (sockets.length > limits.rows) throw tooManySockets(limits.rows);
  const at = new Date().toISOString();
  const before = new Date(Date.parse(at) - limits.keepDays * DAY_MS).toISOString();
  const sha256 = createHash('sha256')
    .update(JSON.stringify([sockets, scanned]))
    .digest('hex');
  const last = db
    .prepare<[string, string], LastSnapshot>('SELECT sha256, at FROM observed_snapshot WHERE host = ? AND source = ?')
    .get(host, source);
  if (last === undefined) makeRoom(db, host, limits.hosts, before);
  db.prepare(STORE_SNAPSHOT).run({ host, source, environment, sha256, at });
  const counts = last?.sha256 === sha256 ? { appeared: 0, gone: 0 } : storeChanges(db, snapshot, at, last?.at ?? at);
  db.prepare(DELETE_OLD).run({ host, source, before, rows: limits.rows });
  if (scanned !== null) checkListening(db, snapshot, limits.rows);
  return { host, source, environment, at, sockets: sockets.length, ...counts };
}

/** Scans of different ports add up: each leaves the sockets of the others. */
function checkListening(db: Connection, { host, source }: Snapshot, most: number): void {
  const sql = 'SELECT count(*) FROM observed_socket WHERE host = ? AND source = ? AND gone_at IS NULL';
  const count = db.prepare<[string, string], number>(sql).pluck().get(host, source) ?? 0;
  if (count > most) throw tooManySockets(most);
}

/**
 * Deletes the host without a snapshot for the longest time, if that is too long, before another one is added. A clock that is far
 * ahead for a while makes every host look too old: each new host costs at most one other.
 */
function makeRoom(db: Connection, host: string, most: number, before: string): void {
  const oldest = db.prepare<[string], string>(OLDEST_HOST).pluck().get(before);
  if (oldest !== undefined) {
    const old = 'FROM observed_snapshot WHERE host = @oldest AND at < @before';
    db.prepare(`DELETE FROM observed_socket WHERE (host, source) IN (SELECT host, source ${old})`).run({
      oldest,
      before,
    });
    db.prepare(`DELETE ${old}`).run({ oldest, before });
  }
  const count = db
    .prepare<[string], number>('SELECT count(DISTINCT host) FROM observed_snapshot WHERE host <> ?')
    .pluck();
  if ((count.get(host) ?? 0) < most) return;
  throw new RegistryError('conflict', `Cannot store the snapshot of another host: expected at most ${most} hosts`);
}

function storeChanges(db: Connection, snapshot: Snapshot, at: string, lastAt: string) {
  const { host, source, sockets, scanned } = snapshot;
  const stored = db.prepare<[string, string], StoredSocket>(STORED).all(host, source);
  const { added, returned, reappeared, named, gone, uncovered } = compareSnapshot(stored, sockets, scanned);
  const insert = db.prepare(INSERT);
  for (const { scope, protocol, port, process } of added) insert.run(host, source, scope, protocol, port, process, at);
  const setProcess = db.prepare('UPDATE observed_socket SET process = ? WHERE id = ?');
  for (const [id, process] of named) setProcess.run(process, id);
  const setPresent = db.prepare(SET_PRESENT);
  const dayBefore = new Date(Date.parse(at) - DAY_MS).toISOString();
  for (const id of returned) setPresent.run({ id, at, dayBefore });
  // A socket that earlier scans did not cover keeps the time at which it was seen.
  const setGone = db.prepare('UPDATE observed_socket SET last_seen = coalesce(last_seen, ?), gone_at = ? WHERE id = ?');
  for (const id of gone) setGone.run(lastAt, at, id);
  const setUncovered = db.prepare('UPDATE observed_socket SET last_seen = ? WHERE id = ?');
  for (const id of uncovered) setUncovered.run(lastAt, id);
  return { appeared: added.length + reappeared, gone: gone.length };
}
