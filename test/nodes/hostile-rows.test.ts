import assert from 'node:assert/strict';
import { hash, randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { LogConnection } from '../../src/postgres/connection/log-connection.ts';
import { readBase } from '../../src/postgres/log/base.ts';
import { rowBatches } from '../../src/postgres/log/batches.ts';
import { checkEvent, readEvents } from '../../src/postgres/log/event.ts';
import { SharedLog } from '../../src/postgres/log/shared-log.ts';
import { hashAuditRow } from '../../src/sqlite/file/audit-chain.ts';
import type { LogRow } from '../../src/sqlite/replay/decide.ts';
import { send, startNodes, waitUntil } from '../support/nodes.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

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
    'the deletion of an informal use',
    { action: 'delete', key: 'postgresql-5433', before: '{}', after: null },
    undefined,
    'key is not the id of an own entry',
  ],
  [
    'an own entry with the id of an informal use',
    { key: 'x-20000', after: JSON.stringify({ ...ENTRY, id: 'x-20000' }) },
    undefined,
    'key is not the id of an own entry',
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

describe('a large event', () => {
  const rows = Array.from({ length: 1_200 }, (_, index) => ({ id: index + 1, event: 1, before: null, after: '12345' }));
  const log = {
    rowsAfter: async (after: number, limit: number) => rows.slice(after, after + limit) as unknown as LogRow[],
  };
  const most = { rows: 1_200, characters: 6_000 };

  test('is read as a whole up to the limits', async () => {
    assert.equal((await readEvents(log, 0, 1_200, most)).length, 1_200);
    assert.equal((await readEvents(log, 0, 1_300, most)).length, 1_200);
    for (const [limits, fault] of [
      [{ ...most, rows: 1_199 }, 'more than 1199 rows'],
      [{ ...most, characters: 5_999 }, 'more than 5999 characters'],
    ] as const) {
      const message = `Cannot apply row 1 of the shared log: its event has ${fault}`;
      await assert.rejects(readEvents(log, 0, 1_200, limits), { code: 'unavailable', message });
    }
  });

  test('beyond the limits does not enter the log', () => {
    const written = rows as unknown as LogRow[];
    checkEvent(written, most);
    const message = 'Cannot write to the shared register at once: the write has more than 1199 rows';
    assert.throws(() => checkEvent(written, { ...most, rows: 1_199 }), { code: 'too_large', message });
  });

  test('of long rows is read in parts of at most 1 MiB', async () => {
    const shared = await SharedLog.open(postgres.url());
    try {
      const [head] = await postgres.query<{ seq: string }>('SELECT seq FROM portolan_head');
      const first = Number(head?.seq) + 1;
      const use = JSON.stringify({ note: 'x'.repeat(190_000) });
      const sql = `INSERT INTO portolan_log (seq, event, at, token, action, kind, key, before, hash)
        SELECT seq, $1, $2, 'x', 'delete', 'association', 'own-aaaaaaaaaaaa', $3, repeat('a', 64)
        FROM generate_series($1::bigint, $1::bigint + 199) AS seq`;
      await postgres.query(sql, [first, NOW, use]);
      assert.equal((await shared.rowsAfter(first - 1, 500)).length, Math.floor(MIB / (use.length + 150)));
      assert.equal((await readEvents(shared, first - 1, first + 199)).length, 200);
      await postgres.query(`ALTER TABLE portolan_log DISABLE TRIGGER ALL`);
      await postgres.query('DELETE FROM portolan_log WHERE seq >= $1', [first]);
    } finally {
      shared.connection.close();
    }
  });
});

test('rows are appended in batches of at most 1,000 rows and 1 MiB', () => {
  const sizesOf = (rows: number, length: number) => {
    const row = { before: null, after: 'x'.repeat(length) };
    return [...rowBatches(Array.from({ length: rows }, () => row))].map((batch) => batch.length);
  };
  assert.deepEqual(sizesOf(1, 2 * MIB), [1]);
  assert.deepEqual(sizesOf(2_500, 100), [1_000, 1_000, 500]);
  assert.deepEqual(sizesOf(12, 200_000), [5, 5, 2]);
});

test('a file of a list is read in parts, and has the same bytes', async () => {
  const shared = await SharedLog.open(postgres.url());
  try {
    for (const size of [1, MIB / 2, MIB / 2 + 1, 1_300_000]) {
      const packed = randomBytes(size);
      await postgres.query(
        "INSERT INTO portolan_list VALUES ($1, 'assignments', '2026-11-01', repeat('a', 64), $2, $3)",
        [1_000_000 + size, NOW, packed],
      );
      assert.ok(packed.equals(await shared.file(1_000_000 + size, 1_300_000)));
    }
    const message = 'Cannot apply row 2 of the shared log: its file is missing';
    await assert.rejects(shared.file(2, MIB), { code: 'unavailable', message });
  } finally {
    shared.connection.close();
  }
});

describe('the first file of a register', () => {
  test('that is a bomb, or has a part that is too large, is refused by join, in bounded memory and disk', async (t) => {
    const file = join(temporaryFolder(t), 'base.db');
    const connection = await LogConnection.open(postgres.url());
    t.after(() => connection.close());
    await readBase(connection, file);
    const { size } = statSync(file);
    await readBase(connection, file, size);
    const refused = (fault: string) => ({
      code: 'unavailable',
      message: `The shared register cannot be used: its first file ${fault}`,
    });
    await assert.rejects(readBase(connection, file, size - 1), refused(`has more than ${size - 1} bytes`));
    await postgres.query(
      'ALTER TABLE portolan_base RENAME TO base_before; CREATE TABLE portolan_base (LIKE base_before)',
    );
    t.after(() => postgres.query('DROP TABLE portolan_base; ALTER TABLE base_before RENAME TO portolan_base'));
    const bomb = gzipSync(Buffer.alloc(100 * MIB));
    await postgres.query('INSERT INTO portolan_base VALUES (1, $1)', [bomb]);
    await assert.rejects(readBase(connection, file, 10 * MIB), refused(`has more than ${10 * MIB} bytes`));
    assert.ok(statSync(file).size <= 10 * MIB);
    await postgres.query('UPDATE portolan_base SET bytes = $1', [Buffer.alloc(MIB + 1)]);
    await assert.rejects(readBase(connection, file), refused(`has a part of more than ${MIB} bytes`));
    await postgres.query('UPDATE portolan_base SET bytes = $1', [Buffer.from('x')]);
    await assert.rejects(readBase(connection, file), refused('is damaged'));
    const DATABASE = join(temporaryFolder(t), 'joined.db');
    const joined = await runPortolan(['shared', 'join'], { environment: { DATABASE, SHARED: postgres.url() } });
    const sentence = 'portolan: The shared register cannot be used: its first file is damaged\n';
    assert.deepEqual(joined, { code: 1, stdout: '', stderr: sentence });
    assert.deepEqual(readdirSync(dirname(DATABASE)), []);
  });
});
