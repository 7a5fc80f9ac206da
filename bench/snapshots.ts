import assert from 'node:assert/strict';
import { ask } from './ask.ts';

/** The rows of a snapshot. */
export const SNAPSHOT_ROWS = 60;

/** The first port of the services that come and go. */
const CHANGING_PORT = 20_000;

/**
 * Returns the output of `ss -H -tulnp` of a host. One of its sockets differs from turn to turn, on every tenth host, and all
 * process ids do.
 *
 * @param host - The number of the host.
 * @param turn - The number of its snapshot.
 */
function snapshotOf(host: number, turn: number): string {
  const changing = host % 10 === 0 ? CHANGING_PORT + (turn % 2) : CHANGING_PORT;
  const ports = [changing, ...Array.from({ length: SNAPSHOT_ROWS - 1 }, (_, row) => 1_000 + row * 100 + (host % 100))];
  return ports
    .map((port) => {
      const users = `users:(("service-${port}",pid=${(turn * 7 + port) % 30_000},fd=3))`;
      return `tcp   LISTEN 0      128           0.0.0.0:${port}        0.0.0.0:*    ${users}\n`;
    })
    .join('');
}

/**
 * Sends a snapshot of a host.
 *
 * @param url - The base URL of the server.
 * @param token - A token with the scope `observe`.
 * @param host - The number of the host.
 * @param turn - The number of its snapshot.
 * @returns The time until the response, in milliseconds. The snapshot is then on disk.
 */
export async function sendSnapshot(url: string, token: string, host: number, turn: number): Promise<number> {
  const headers = { 'Content-Type': 'text/plain', Authorization: `Bearer ${token}` };
  const path = `/observations/host-${host}?environment=bench`;
  const start = performance.now();
  const { status, body } = await ask(url, { method: 'PUT', path, headers, body: snapshotOf(host, turn) });
  assert.equal(status, 200, body.toString());
  assert.equal(JSON.parse(body.toString()).sockets, SNAPSHOT_ROWS);
  return performance.now() - start;
}
