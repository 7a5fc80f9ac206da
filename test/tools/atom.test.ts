import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { request } from '../support/contract.ts';
import { importDay, newDatabase } from '../support/days.ts';
import { createTestApp } from '../support/registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('feeds are well-formed XML for any registry', async (t) => {
  const { db, path } = newDatabase(temporaryFolder(t), 'portolan');
  const hostile = '<b> & "quotes" ]]> \u0000\u0008\u001f\ufffe \u{1f9ed} \ud800';
  for (const [date, description] of [
    ['2024-04-30', 'as it was'],
    ['2026-04-09', hostile],
  ] as const) {
    await importDay(db, {
      date,
      rows: [{ serviceName: 'a&b<c>', portNumber: '1', transportProtocol: 'tcp', description }],
    });
  }
  db.close();
  const registry = new SqliteRegistry(path);
  t.after(() => registry.close());
  const app = await createTestApp(registry);
  for (const address of ['/registry/changes', '/registry/snapshots', '/ports/1/history?service=a%26b%3Cc%3E']) {
    const answer = await request(app).get(address).accept('application/atom+xml').expect(200);
    execFileSync('xmllint', ['--noout', '--nonet', '-'], { input: answer.text });
  }
});
