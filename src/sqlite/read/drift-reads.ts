import type { DeclaredEntry, DriftRows, ReportedSnapshot, ReportedSocket } from '../../registry/observed/drift.ts';
import type { Steps } from '../../registry/values/run-step.ts';
import type { Connection } from '../file/database.ts';
import { IN_USE } from '../tables/rows.ts';
import { WITHOUT_PROXIES } from './observed-reads.ts';

/** The most rows that one step reads: 2 to 3 ms. */
const STEP_ROWS = 500;

/** A stored own entry; its lists are JSON. */
type EntryRow = Omit<DeclaredEntry, 'protocols' | 'otherNames' | 'hosts'> &
  Readonly<Record<'protocols' | 'otherNames' | 'hosts', string>>;

/** A stored socket with its id. */
type SocketRow = ReportedSocket & { readonly id: number };

/** The first row of an entry in the audit log is its creation. */
const CREATED_AT = `(SELECT at FROM audit WHERE key = association.id AND kind = 'association' ORDER BY audit.id LIMIT 1)`;

const ENTRIES_AFTER = `SELECT id, name, first_port AS firstPort, last_port AS lastPort, protocols, owner, environment, hosts,
    other_names AS otherNames, status, ${CREATED_AT} AS createdAt
  FROM association WHERE origin = 'own' AND ${IN_USE} AND id > ? ORDER BY id LIMIT ?`;

const SOCKETS_AFTER = `SELECT id, address_scope AS scope, protocol, port, process, first_seen AS firstSeen,
    coalesce(last_seen, at) AS lastSeen, at AS reportedAt, gone_at AS goneAt, coalesce(returned_at, first_seen) AS since
  FROM observed_socket CROSS JOIN observed_snapshot USING (host, source)
  WHERE host = ? AND port >= ? AND (port, id) > (?, ?) AND ${WITHOUT_PROXIES} ORDER BY port, id LIMIT ?`;

/** The rows of drift, over one connection. */
export class DriftReads implements DriftRows {
  readonly declaredPools: DriftRows['declaredPools'];
  readonly #statements;

  /**
   * @param db - A connection to a database of this program's schema.
   * @param pools - Lists all pools.
   */
  constructor(db: Connection, pools: DriftRows['declaredPools']) {
    this.declaredPools = pools;
    this.#statements = {
      snapshots: db.prepare<[], ReportedSnapshot>(
        'SELECT host, source, environment, at, environment_since AS environmentSince FROM observed_snapshot ORDER BY host, source',
      ),
      entriesAfter: db.prepare<[string, number], EntryRow>(ENTRIES_AFTER),
      socketsAfter: db.prepare<[string, number, number, number, number], SocketRow>(SOCKETS_AFTER),
    };
  }

  reportedSnapshots(): ReportedSnapshot[] {
    return this.#statements.snapshots.all();
  }

  *declaredEntries(): Steps<DeclaredEntry[]> {
    const entries: DeclaredEntry[] = [];
    let last = '';
    for (;;) {
      const page = this.#statements.entriesAfter.all(last, STEP_ROWS);
      for (const row of page) entries.push(fromEntryRow(row));
      if (page.length < STEP_ROWS) return entries;
      last = page.at(-1)?.id ?? '';
      yield;
    }
  }

  *reportedSockets(host: string): Steps<ReportedSocket[]> {
    const sockets: ReportedSocket[] = [];
    let [port, id] = [0, -1];
    for (;;) {
      const page = this.#statements.socketsAfter.all(host, port, port, id, STEP_ROWS);
      sockets.push(...page);
      if (page.length < STEP_ROWS) return sockets;
      ({ port, id } = page.at(-1) as SocketRow);
      yield;
    }
  }
}

function fromEntryRow(row: EntryRow): DeclaredEntry {
  const [protocols, otherNames, hosts] = [row.protocols, row.otherNames, row.hosts].map((list) => JSON.parse(list));
  return { ...row, protocols, otherNames, hosts };
}
