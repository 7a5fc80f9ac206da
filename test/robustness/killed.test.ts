import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { prepareDatabase } from '../../src/cli/actions/prepare.ts';
import type { Association } from '../../src/registry/rows/association.ts';
import { startServer } from '../support/portolan-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bearer } from '../support/tokens.ts';
import { ask, ownEntries } from './own-client.ts';
import { Random } from './random.ts';
import { COMMAND, SEED } from './run.ts';

/** How many writes are acknowledged in all before the test is content. */
const WRITES = 1_000;
const CLIENTS = 8;

/** What is known of the entries: what was acknowledged last, and what was asked for and never answered. */
interface Known {
  readonly acknowledged: Map<string, Association | null>;
  /** Ids whose last write was cut off: it was made as a whole or not at all. */
  readonly open: Set<string>;
  writes: number;
}

/** Writes as a client does, until the server is gone. */
async function work(url: string, headers: Record<string, string>, random: Random, known: Known, client: number) {
  const mine = () => [...known.acknowledged].filter(([, entry]) => entry?.owner === `client ${client}`);
  for (let count = 0; ; count++) {
    const [id, entry] = random.pick([['', null], ...mine()]);
    const note = 'x'.repeat(random.integer(1, 2_000));
    if (id !== '') known.open.add(id);
    try {
      if (entry === null) {
        const body = { name: `entry-${count}`, firstPort: random.integer(0, 65535), owner: `client ${client}`, note };
        const answer = await ask(url, 'POST', '/associations', headers, body);
        assert.equal(answer.status, 201);
        known.acknowledged.set(answer.body.id, answer.body);
      } else if (random.chance(0.7)) {
        const answer = await ask(url, 'PATCH', `/associations/${id}`, { ...headers, 'If-Match': '*' }, { note });
        assert.equal(answer.status, 200);
        known.acknowledged.set(id, answer.body);
      } else {
        const answer = await ask(url, 'DELETE', `/associations/${id}`, { ...headers, 'If-Match': '*' });
        assert.equal(answer.status, 204);
        known.acknowledged.set(id, null);
      }
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      return;
    }
    known.open.delete(id);
    known.writes++;
  }
}

/** Compares what stands in the database with what was acknowledged, and the rows with their audit. */
async function check(url: string, path: string, known: Known): Promise<void> {
  const entries = await ownEntries(url);
  for (const [id, entry] of known.acknowledged) {
    const found = entries.get(id) ?? null;
    if (!known.open.has(id)) assert.deepEqual(found, entry, `${id} is not as it was acknowledged`);
    known.acknowledged.set(id, found);
  }
  // Entries whose creation was never answered are whole: their audit tells of them like of any other.
  const db = new Database(path, { readonly: true });
  try {
    assert.equal(db.pragma('integrity_check', { simple: true }), 'ok');
    const rows = db
      .prepare<[], { key: string; before: string | null; after: string | null }>(
        `SELECT key, "before", "after" FROM audit WHERE kind = 'association' ORDER BY id`,
      )
      .all();
    const told = new Map<string, string | null>();
    for (const { key, before, after } of rows) {
      assert.equal(before, told.get(key) ?? null, `the audit of ${key} has a gap`);
      told.set(key, after);
    }
    const precedence = [...told].flatMap(([, after]) => (after === null ? [] : [after])).sort();
    assert.deepEqual(precedence, [...entries.values()].map((entry) => JSON.stringify(entry)).sort());
  } finally {
    db.close();
  }
  known.open.clear();
}

test('a server that is killed at any moment has lost no write that it acknowledged, and holds no half one', async (t: TestContext) => {
  console.log(`FUZZ_SEED=${SEED}`);
  const DATABASE = join(temporaryFolder(t), 'portolan.db');
  await prepareDatabase(DATABASE);
  const headers = { Authorization: bearer(DATABASE, 'write') };
  const random = new Random(SEED);
  const known: Known = { acknowledged: new Map(), open: new Set(), writes: 0 };
  let kills = 0;
  let cutOff = 0;
  for (; known.writes < WRITES; kills++) {
    const server = await startServer(t, { DATABASE }, COMMAND);
    if (kills > 0) await check(server.url, DATABASE, known);
    const clients = Array.from({ length: CLIENTS }, (_, client) => work(server.url, headers, random, known, client));
    // After some writes, in the middle of others.
    const enough = known.writes + random.integer(10, 200);
    while (known.writes < enough) await delay(1);
    await delay(random.integer(0, 20));
    server.process.kill('SIGKILL');
    await Promise.all([server.ended, ...clients]);
    cutOff += known.open.size;
  }
  const { url } = await startServer(t, { DATABASE }, COMMAND);
  await check(url, DATABASE, known);
  console.log(`${known.writes} writes acknowledged, ${kills} times killed, ${cutOff} changes cut off`);
  assert.ok(kills >= 3, `killed only ${kills} times`);
  assert.ok(cutOff > 0, 'no write was cut off');
});
