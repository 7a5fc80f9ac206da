import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { MOST_REPORTS } from '../../src/registry/report/report-cache.ts';
import type { PortQuery } from '../../src/registry/values/port-query.ts';
import { TRANSPORT_PROTOCOLS } from '../../src/registry/values/transport-protocol.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { importDay, newDatabase } from '../support/days.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PROTOCOLS = [null, ...TRANSPORT_PROTOCOLS];
const PORTS = 6_000;

/** The reports of the most whole blocks of 64 ports that the cache holds. */
const WHOLE_BLOCKS = Math.floor(MOST_REPORTS / 64 / PROTOCOLS.length) * 64 * PROTOCOLS.length;

/** Returns one row per port, so that no two ports share a report. */
function rowsOf(description: string) {
  return Array.from({ length: PORTS }, (_, port) => ({
    serviceName: `s${port}`,
    portNumber: String(port),
    transportProtocol: 'tcp',
    // The last one alone changes.
    description: port === PORTS - 1 ? description : 'A service',
  }));
}

async function setUp(t: TestContext) {
  const { db, path } = newDatabase(temporaryFolder(t), 'reports');
  const importAs = (date: string) => importDay(db, { date, rows: rowsOf(date) });
  await importAs('2026-01-01');
  const registry = new SqliteRegistry(path);
  t.after(() => {
    registry.close();
    db.close();
  });
  return { registry, importAs };
}

/** Returns queries, each with a report of its own. */
function questions(first: number, count: number): PortQuery[] {
  return Array.from({ length: count }, (_, index) => {
    const port = Math.floor((first + index) / PROTOCOLS.length);
    return { firstPort: port, lastPort: port, protocol: PROTOCOLS[(first + index) % PROTOCOLS.length] ?? null };
  });
}

describe('shared reports', () => {
  test('are at most 14,000, and all are dropped for the next one', async (t) => {
    const { registry } = await setUp(t);
    const find = () => registry.sharedReports(questions(0, 1))[0];
    const first = find();
    registry.sharedReports(questions(1, WHOLE_BLOCKS - 1));
    assert.equal(find(), first, 'a report is kept');
    registry.sharedReports(questions(WHOLE_BLOCKS, MOST_REPORTS + 1 - WHOLE_BLOCKS));
    assert.notEqual(find(), first);
  });

  test('remain if an import does not change them, up to the same total', async (t) => {
    const { registry, importAs } = await setUp(t);
    // The rows of a report stay the same object in the next version.
    const find = () => registry.sharedReports(questions(0, 1))[0]?.assignments;
    const first = find();
    await importAs('2026-02-01');
    assert.equal(find(), first);
    registry.sharedReports(questions(1, MOST_REPORTS / 2));
    await importAs('2026-03-01');
    registry.sharedReports(questions(MOST_REPORTS / 2 + 1, MOST_REPORTS / 2));
    await importAs('2026-04-01');
    assert.notEqual(find(), first);
  });
});
