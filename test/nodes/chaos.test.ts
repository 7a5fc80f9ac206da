import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { Random } from '../robustness/random.ts';
import { SEED } from '../robustness/run.ts';
import { type Acknowledged, ChaosClients } from '../support/chaos-clients.ts';
import { assertEqualFiles, type Node, startNodes } from '../support/nodes.ts';
import { ReportingHosts } from '../support/reporting-hosts.ts';

/** The least duration, in seconds. It lasts longer if not every kind of disorder took place yet. */
const SECONDS = Number(process.env.CHAOS_SECONDS ?? 20);
const CLIENTS = 8;
const HOSTS = 4;

interface AuditRow {
  readonly id: number;
  readonly action: string;
  readonly key: string;
  readonly after: string | null;
}

/** Reads the entries of the audit log from a node's file. */
function auditRows({ database }: Node): AuditRow[] {
  const db = new Database(database, { readonly: true });
  try {
    return db
      .prepare<[], AuditRow>(`SELECT id, action, key, "after" FROM audit WHERE kind = 'association' ORDER BY id`)
      .all();
  } finally {
    db.close();
  }
}

/** Fails if a port was given while another entry had it. */
function assertHeldOnce(rows: readonly AuditRow[]): void {
  const holders = new Map<number, string>();
  const ports = new Map<string, number>();
  for (const { id, action, key, after: state } of rows) {
    if (action === 'delete') holders.delete(ports.get(key) ?? -1);
    else {
      const port = JSON.parse(state ?? '').firstPort as number;
      assert.equal(holders.get(port) ?? key, key, `row ${id} gave port ${port}, which another entry had`);
      holders.set(port, key);
      ports.set(key, port);
    }
  }
}

/** Fails if an acknowledged write is not in the log. */
function assertInLog(acknowledged: readonly Acknowledged[], rows: readonly AuditRow[]): void {
  const written = new Set(rows.map(({ action, key }) => `${action} ${key}`));
  const lost = acknowledged.filter(({ action, id }) => !written.has(`${action} ${id}`));
  assert.deepEqual(lost, []);
  // No write was made twice, and none without a request.
  assert.equal(rows.length, new Set(acknowledged.map(({ action, id }) => `${action} ${id}`)).size);
}

// The last node has two processes, which share its file.
const more = (node: number) => (node === 2 ? { WORKERS: '2' } : {});
const { nodes, postgres, write, admin } = await startNodes({ after }, { more });

test(`${SECONDS} s of killed and suspended nodes, cut and silent lines, and a crashing PostgreSQL`, async (t) => {
  t.diagnostic(`FUZZ_SEED=${SEED} CHAOS_SECONDS=${SECONDS}`);
  const random = new Random(SEED);
  const clients = new ChaosClients(nodes, write, new Random(SEED + 1));
  const pause = (least: number, most: number) => delay(random.integer(least, most));
  const disorder: Readonly<Record<string, (node: Node) => Promise<void>>> = {
    'killed a node': async (node) => {
      await node.kill();
      await pause(0, 1_000);
      await node.start();
    },
    'suspended a node': async (node) => {
      await node.pause();
      await pause(500, 3_000);
      node.resume();
    },
    'ended all sessions': () => postgres.terminateBackends(),
    'crashed PostgreSQL': () => postgres.restartImmediately(),
    'cut all lines of a node': async (node) => node.proxy.cutAll(),
    'cut a line after COMMIT': async ({ proxy }) => {
      await Promise.race([proxy.cutAfterCommit(), delay(2_000)]);
      proxy.cancelCut();
    },
    'lost all packets of a node': async ({ proxy }) => {
      proxy.setBlackHole(true);
      await pause(500, 3_000);
      proxy.setBlackHole(false);
    },
    'lost the notifications of a node': async ({ proxy }) => {
      proxy.dropNotifications(true);
      await pause(500, 2_000);
      proxy.dropNotifications(false);
    },
  };
  const counts: Record<string, number> = {};
  const hosts = new ReportingHosts(nodes, admin, new Random(SEED + 2));
  clients.start(CLIENTS);
  hosts.start(HOSTS);
  const end = performance.now() + SECONDS * 1000;
  const kinds = Object.keys(disorder);
  // Each kind occurs once before one is repeated.
  for (let round = 0; round < kinds.length || performance.now() < end; round++) {
    await pause(300, 1_200);
    const kind =
      round < kinds.length ? kinds[(round + SEED) % kinds.length] : random.pick(kinds as [string, ...string[]]);
    await disorder[kind ?? '']?.(random.pick(nodes));
    counts[kind ?? ''] = (counts[kind ?? ''] ?? 0) + 1;
  }
  await clients.finish();
  await hosts.finish();
  await hosts.assertStored();
  const position = await assertEqualFiles(nodes);
  t.diagnostic(
    JSON.stringify({
      snapshots: hosts.stored,
      acknowledged: clients.acknowledged.length,
      position,
      ...clients.counts,
      ...counts,
    }),
  );

  assert.deepEqual([clients.faults, hosts.faults], [[], []]);
  assert.ok(hosts.stored > SECONDS, `only ${hosts.stored} snapshots were stored`);
  const rows = auditRows(nodes[0]);
  const log = 'SELECT seq::int AS position, (SELECT count(*)::int FROM portolan_log) AS rows FROM portolan_head';
  assert.deepEqual(await postgres.query(log), [{ position, rows: rows.length }]);
  assertInLog(clients.acknowledged, rows);
  assertHeldOnce(rows);
  assert.ok(clients.acknowledged.length > SECONDS, `only ${clients.acknowledged.length} writes were acknowledged`);
});
