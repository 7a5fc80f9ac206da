import assert from 'node:assert/strict';
import Database from 'better-sqlite3';
import { packObserved, readObserved } from '../../src/sqlite/replay/observed-rows.ts';
import { type Node, type Nodes, send, waitUntil } from './nodes.ts';

/** The time limit of a request, in milliseconds. */
const REQUEST_MS = 30_000;

/**
 * Returns the output of `ss -H -tlnp` for processes and their ports.
 *
 * @param ports - The ports by process.
 */
export function socketsOf(ports: Readonly<Record<string, number>>): string {
  return Object.entries(ports)
    .map(([name, port]) => `tcp LISTEN 0 128 0.0.0.0:${port} 0.0.0.0:* users:(("${name}",pid=${port},fd=3))\n`)
    .join('');
}

/**
 * Returns the reason why a node cannot use the shared register; null while it can.
 *
 * @param node - The node.
 */
export async function reasonOf({ url }: Node): Promise<string | null> {
  return (await send(`${url}/readyz`)).body.shared.reason;
}

/**
 * Reads the number of hosts, and the times of their snapshots, from the file of a node.
 *
 * @param node - The node.
 */
export function observedHosts({ database }: Node) {
  const db = new Database(database, { readonly: true });
  try {
    const times = db.prepare<[], string>('SELECT at FROM observed_snapshot').pluck().all();
    const count = db.prepare('SELECT count(DISTINCT host) FROM observed_snapshot').pluck().get() as number;
    return { times: new Set(times), count };
  } finally {
    db.close();
  }
}

/**
 * Returns functions that store and list the snapshots of hosts on nodes.
 *
 * @param shared - The nodes and their PostgreSQL.
 */
export function observationsOn({ nodes, postgres, admin }: Nodes) {
  async function put(node: Node, host: string, ports: Readonly<Record<string, number>>, query = '') {
    const response = await fetch(`${node.url}/observations/${host}?${query}`, {
      method: 'PUT',
      headers: { Authorization: admin, 'Content-Type': 'text/plain' },
      body: socketsOf(ports),
      signal: AbortSignal.timeout(REQUEST_MS),
    });
    const body = (await response.json()) as Record<string, unknown>;
    return { status: response.status, retryAfter: response.headers.get('Retry-After'), body };
  }

  async function list(node: Node, query = 'limit=1000') {
    const asked = query.includes('state=') ? query : `${query}&state=all`;
    const { status, body } = await send(`${node.url}/observations?${asked}`, 'GET', { Authorization: admin });
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  }

  /** Waits until all nodes give the same answer, and returns it. */
  async function listOnAll(query = 'limit=1000') {
    let answers: Awaited<ReturnType<typeof list>>[] = [];
    await waitUntil('all nodes have the same observations', async () => {
      answers = await Promise.all(nodes.map((node) => list(node, query)));
      return new Set(answers.map((answer) => JSON.stringify(answer))).size === 1;
    });
    return answers[0];
  }

  /** Replaces the rows of a host in PostgreSQL, past Portolan. */
  async function replaceRows(host: string, rows: Buffer, at: string): Promise<void> {
    await postgres.query(
      `WITH moved AS (UPDATE portolan_observed_head SET seq = seq + 1 RETURNING seq)
       UPDATE portolan_observed SET rows = $2, at = $3, seq = (SELECT seq FROM moved) WHERE host = $1`,
      [host, rows, at],
    );
  }

  /** Changes the stored snapshot of a host in PostgreSQL, past Portolan. */
  async function changeSnapshot(host: string, change: Readonly<Record<string, string>> & { readonly at: string }) {
    const db = new Database(nodes[0].database, { readonly: true });
    try {
      const rows = readObserved(db, { host, source: 'sockets' });
      assert.ok(rows !== null);
      await replaceRows(host, packObserved({ ...rows, snapshot: { ...rows.snapshot, ...change } }), change.at);
    } finally {
      db.close();
    }
  }

  return { put, list, listOnAll, replaceRows, changeSnapshot };
}
