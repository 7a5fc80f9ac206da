import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { executeSql } from '../support/database-content.ts';
import { runPortolan, startServer } from '../support/portolan-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SENTENCE =
  /^The database has schema version 999, but this Portolan works with version \d+: run the newer Portolan that made it, or set DATABASE to another file/;

test('a server on a newer database logs one error, serves nothing from it and does not change it', async (t) => {
  const database = join(temporaryFolder(t), 'portolan.db');
  assert.equal((await runPortolan(['seed'], { environment: { DATABASE: database } })).code, 0);
  executeSql(database, 'PRAGMA user_version = 999');
  const digest = () => createHash('sha256').update(readFileSync(database)).digest('hex');
  const before = digest();
  const server = await startServer(t, { DATABASE: database });
  // Two more attempts, 5 s each.
  await delay(11_000);
  for (const path of ['/readyz', '/ports/22']) {
    const answer = await fetch(server.url + path);
    assert.deepEqual([answer.status, answer.headers.has('Retry-After')], [503, true]);
    assert.match(((await answer.json()) as { detail: string }).detail, SENTENCE);
  }
  const errors = server
    .log()
    .split('\n')
    .filter((line) => line.includes('"level":50'))
    .map((line) => JSON.parse(line).msg);
  assert.equal(errors.length, 1, errors.join('\n'));
  assert.match(errors[0], SENTENCE);
  server.process.kill('SIGTERM');
  assert.equal((await server.ended).code, 0);
  assert.equal(digest(), before);
});
