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
import { ownEntries, requestJson } from './own-client.ts';
import { Random } from './random.ts';
import { COMMAND, SEED } from './run.ts';

/** The number of acknowledged writes to reach. */
const WRITES = 1_000;
const CLIENTS = 8;

/** The expected entries, by the acknowledged writes and those without an answer. */
interface Expected {
  readonly acknowledged: Map<string, Association | null>;
  /** The ids whose last write was interrupted: it was committed as a whole or not at all. */
  readonly open: Set<string>;
  writes: number;
}

function withoutWarnings({ warnings: _warnings, ...entry }: Association & { readonly warnings: unknown }): Association {
  return entry;
}

/** Writes as a client does, until the server has exited. */
async function work(url: string, headers: Record<string, string>, random: Random, expected: Expected, client: number) {
  const mine = () => [...expected.acknowledged].filter(([, entry]) => entry?.owner === `client ${client}`);
  for (let count = 0; ; count++) {
    const [id, entry] = random.pick([['', null], ...mine()]);
    const note = 'x'.repeat(random.integer(1, 2_000));
    if (id !== '') expected.open.add(id);
    try {
      if (entry === null) {
        const body = { name: `entry-${count}`, firstPort: random.integer(0, 65535), owner: `client ${client}`, note };
        const answer = await requestJson(url, 'POST', '/associations', headers, body);
        assert.equal(answer.status, 201);
        expected.acknowledged.set(answer.body.id, withoutWarnings(answer.body));
      } else if (random.chance(0.7)) {
        const answer = await requestJson(
          url,
          'PATCH',
          `/associations/${id}`,
          { ...headers, 'If-Match': '*' },
          { note },
        );
        assert.equal(answer.status, 200);
        expected.acknowledged.set(id, withoutWarnings(answer.body));
      } else {
        const answer = await requestJson(url, 'DELETE', `/associations/${id}`, { ...headers, 'If-Match': '*' });
        assert.equal(answer.status, 204);
        expected.acknowledged.set(id, null);
      }
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      return;
    }
    expected.open.delete(id);
    expected.writes++;
  }
}

/** Compares the rows of the database with the acknowledged writes and with their audit. */
async function check(url: string, path: string, expected: Expected): Promise<void> {
  const entries = await ownEntries(url);
  for (const [id, entry] of expected.acknowledged) {
    const found = entries.get(id) ?? null;
    if (!expected.open.has(id)) assert.deepEqual(found, entry, `${id} is not as it was acknowledged`);
    expected.acknowledged.set(id, found);
  }
  // Entries whose creation was not acknowledged are complete too: the audit log has them like any other.
  const db = new Database(path, { readonly: true });
  try {
    assert.equal(db.pragma('integrity_check', { simple: true }), 'ok');
    const rows = db
      .prepare<[], { key: string; before: string | null; after: string | null }>(
        `SELECT key, "before", "after" FROM audit WHERE kind = 'association' ORDER BY id`,
      )
      .all();
    const states = new Map<string, string | null>();
    for (const { key, before, after } of rows) {
      assert.equal(before, states.get(key) ?? null, `the audit log of ${key} has a gap`);
      states.set(key, after);
    }
    const latest = [...states].flatMap(([, after]) => (after === null ? [] : [after])).sort();
    assert.deepEqual(latest, [...entries.values()].map((entry) => JSON.stringify(entry)).sort());
  } finally {
    db.close();
  }
  expected.open.clear();
}

test('a server killed at any moment loses no acknowledged write and has no partial one', async (t: TestContext) => {
  console.log(`FUZZ_SEED=${SEED}`);
  const DATABASE = join(temporaryFolder(t), 'portolan.db');
  await prepareDatabase(DATABASE);
  const headers = { Authorization: bearer(DATABASE, 'write') };
  const random = new Random(SEED);
  const expected: Expected = { acknowledged: new Map(), open: new Set(), writes: 0 };
  let kills = 0;
  let cutOff = 0;
  for (; expected.writes < WRITES; kills++) {
    const server = await startServer(t, { DATABASE }, COMMAND);
    if (kills > 0) await check(server.url, DATABASE, expected);
    const clients = Array.from({ length: CLIENTS }, (_, client) => work(server.url, headers, random, expected, client));
    // Kills the server after some writes, while others are in flight.
    const enough = expected.writes + random.integer(10, 200);
    while (expected.writes < enough) await delay(1);
    await delay(random.integer(0, 20));
    server.process.kill('SIGKILL');
    await Promise.all([server.ended, ...clients]);
    cutOff += expected.open.size;
  }
  const { url } = await startServer(t, { DATABASE }, COMMAND);
  await check(url, DATABASE, expected);
  console.log(`${expected.writes} writes acknowledged, ${kills} times killed, ${cutOff} changes interrupted`);
  assert.ok(kills >= 3, `killed only ${kills} times`);
  assert.ok(cutOff > 0, 'no write was interrupted');
});
