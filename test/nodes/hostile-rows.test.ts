import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { hashAuditRow } from '../../src/sqlite/file/audit-chain.ts';
import { send, startNodes, waitUntil } from '../support/nodes.ts';

const { nodes, postgres, admin } = await startNodes({ after }, { count: 1 });
const [node] = nodes;

const NOW = '2026-11-24T00:00:00.000Z';
const MIB = 1024 * 1024;

const ENTRY = { id: 'own-aaaaaaaaaaaa', origin: 'own', name: 'x', firstPort: 20_000, lastPort: 20_000, revision: 1 };

/** Appends a row to the log past Portolan, with its place in the hash chain. Returns what removes it. */
async function append(change: object, file?: Buffer): Promise<() => Promise<unknown>> {
  const [head] = await postgres.query<{ seq: string; hash: string }>('SELECT seq, hash FROM portolan_head');
  const id = Number(head?.seq) + 1;
  const none = { tokenId: null, requestId: null, idempotencyKey: null, requestHash: null, reservationKey: null };
  const row = { id, event: id, at: NOW, token: 'x', ...none, action: 'create', kind: 'association', key: ENTRY.id };
  const { before, after, ...others } = { ...row, before: null, after: null, ...change } as never as Parameters<
    typeof hashAuditRow
  >[1];
  const digest = hashAuditRow(head?.hash ?? null, { ...others, before, after });
  const values = [id, id, others.at, others.token, others.action, others.kind, others.key, before, after, digest];
  const sql = `INSERT INTO portolan_log (seq, event, at, token, action, kind, key, before, after, hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;
  await postgres.query(sql, values);
  if (file !== undefined) {
    await postgres.query('INSERT INTO portolan_list VALUES ($1, $2, $3, $4, $5, $6)', [id, 'x', 'x', 'x', 'x', file]);
  }
  await postgres.query('UPDATE portolan_head SET seq = $1, hash = $2', [id, digest]);
  return () =>
    postgres.query(`ALTER TABLE portolan_log DISABLE TRIGGER ALL; ALTER TABLE portolan_list DISABLE TRIGGER ALL;
      DELETE FROM portolan_log WHERE seq = ${id}; DELETE FROM portolan_list WHERE seq = ${id};
      UPDATE portolan_head SET seq = ${id - 1}, hash = '${head?.hash}'`);
}

function list(file: Buffer, change: object = {}): object {
  const after = { list: 'assignments', origin: 'iana', source: 's.csv', date: '2035-01-01', importedAt: NOW, rows: 1 };
  const facts = { ...after, sha256: hash('sha256', file), bundled: false, current: true, ...change };
  return { kind: 'list', key: 'assignments', after: JSON.stringify(facts) };
}

const isConnected = async (): Promise<boolean> => (await send(`${node.url}/readyz`)).body.shared.connected;

const CSV = Buffer.from('hello,world\n');

for (const [name, row, file, reason] of [
  ['no JSON', { after: '{' }, undefined, 'its object is not JSON'],
  [
    'a text of 20 MB',
    { action: 'update', before: JSON.stringify({ note: 'x'.repeat(20e6) }), after: JSON.stringify(ENTRY) },
    undefined,
    'before has more than 200000 characters',
  ],
  [
    'a list without an object',
    { ...list(CSV), action: 'delete', before: '{}', after: null },
    gzipSync(CSV),
    'a list is never deleted',
  ],
  [
    'a file that is no list',
    list(CSV),
    gzipSync(CSV),
    'Cannot import s.csv: line 1: expected "Service Name" as header of column 1, got "hello"',
  ],
  ['a file that is not compressed', list(CSV), CSV, 'its file is damaged'],
  ['another file', list(CSV), gzipSync('x'), 'its file has another SHA-256'],
  ['a file of 100 MiB in 100 kB', list(CSV), gzipSync(Buffer.alloc(100 * MIB)), 'its file is damaged'],
  ['a file of 66 MiB', list(CSV), Buffer.alloc(66 * MIB), `its file has more than ${65 * MIB} bytes`],
] as const) {
  test(`a node refuses ${name} in the log: it answers reads, and says what is wrong`, async () => {
    const remove = await append(row, file);
    try {
      await waitUntil('the node says so', async () => !(await isConnected()));
      const body = { name: 'y', firstPort: 21_000 };
      const written = await send(`${node.url}/associations`, 'POST', { Authorization: admin }, body);
      const [head] = await postgres.query<{ seq: string }>('SELECT seq FROM portolan_head');
      const sentence = `Cannot apply row ${head?.seq} of the shared log: ${reason}`;
      assert.deepEqual([written.status, written.body.detail], [503, sentence]);
      assert.equal((await send(`${node.url}/readyz`)).body.shared.reason, sentence);
      assert.equal((await send(`${node.url}/ports/22`)).status, 200);
    } finally {
      await remove();
    }
    await waitUntil('the node goes on', isConnected);
  });
}

test('a write that would not follow the last row of the log is refused', async () => {
  const [head] = await postgres.query<{ seq: string; hash: string }>('SELECT seq, hash FROM portolan_head');
  await postgres.query("UPDATE portolan_head SET seq = seq + 1, hash = repeat('a', 64)");
  const body = { name: 'z', firstPort: 21_001 };
  const { status, body: answer } = await send(`${node.url}/associations`, 'POST', { Authorization: admin }, body);
  const sentence = 'This node lacks the last rows of the shared register: try again';
  assert.deepEqual([status, answer.detail], [503, sentence]);
  await postgres.query('UPDATE portolan_head SET seq = $1, hash = $2', [head?.seq, head?.hash]);
  await waitUntil('the node goes on', isConnected);
  assert.deepEqual(await postgres.query('SELECT seq FROM portolan_log WHERE seq > $1', [head?.seq]), []);
});
