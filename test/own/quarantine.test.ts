import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import Database from 'better-sqlite3';
import { releasedBy } from '../../src/registry/advice/released-ports.ts';
import { RELEASES_SINCE } from '../../src/sqlite/read/advice-reads.ts';
import { startInProcess } from '../support/listen.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { suiteSettings } from '../support/shared-source.ts';
import { bearer } from '../support/tokens.ts';
import { sourceOf } from '../support/write-source.ts';

const POOL = { name: 'team', ranges: ['15022-15026'], protocols: ['tcp', 'udp'] };

/** Starts a server with a quarantine and a pool of five ports. */
async function start(t: { after: (end: () => unknown) => void }, days: string) {
  const DATABASE = await seededDatabase(t as never);
  const settings = await suiteSettings(DATABASE);
  const authorization = bearer({ ...sourceOf(DATABASE), shared: settings.SHARED ?? '' }, 'admin');
  const { url } = await startInProcess(t as never, { ...settings, QUARANTINE_DAYS: days });
  const send = async (method: string, path: string, body?: object, etag?: string) => {
    const headers: Record<string, string> = { authorization, 'content-type': 'application/json' };
    if (etag !== undefined) headers['if-match'] = etag;
    const response = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text), headers: response.headers };
  };
  await send('POST', '/pools', POOL);
  const suggested = async (conditions = 'protocol=tcp') => {
    const { body } = await send('GET', `/suggestions?pool=team&count=100&${conditions}`);
    return body.results.map(({ number }: { number: number }) => number);
  };
  const change = (id: string, fields: object) => send('PATCH', `/associations/${id}`, fields, '*');
  const create = async (fields: object) => {
    const { body } = await send('POST', '/associations', { name: 'x', ...fields });
    return body.id as string;
  };
  return { DATABASE, send, suggested, change, create };
}

describe('QUARANTINE_DAYS', () => {
  test('keeps the ports of deleted, retired and moved entries from being given again', async (t) => {
    const { send, suggested, change, create } = await start(t, '30');
    const all = [15022, 15023, 15024, 15025, 15026];
    assert.deepEqual(await suggested(), all);
    await send('DELETE', `/associations/${await create({ firstPort: 15022 })}`, undefined, '*');
    assert.deepEqual(await suggested(), all.slice(1));
    await change(await create({ firstPort: 15023 }), { status: 'retired' });
    assert.deepEqual(await suggested(), all.slice(2));
    await change(await create({ firstPort: 15024 }), { firstPort: 30000 });
    assert.deepEqual(await suggested(), all.slice(3));
    // Only the removed protocol is released, and only in its environment.
    await change(await create({ firstPort: 15025, protocols: ['tcp', 'udp'], environment: 'test' }), {
      protocols: ['tcp'],
    });
    assert.deepEqual(await suggested('protocol=udp'), [15022, 15023, 15024, 15026]);
    assert.deepEqual(await suggested('protocol=udp&environment=production'), [15022, 15023, 15024, 15025, 15026]);
    // An entry that leaves an environment releases its port there.
    await change(await create({ firstPort: 15026, protocols: ['udp'], environment: 'test' }), {
      environment: 'staging',
    });
    assert.deepEqual(await suggested('protocol=udp&environment=test'), [15022, 15023, 15024]);
    assert.deepEqual(await suggested('protocol=udp&environment=production'), [15022, 15023, 15024, 15025, 15026]);
    // Suitability ignores the quarantine, and a team may take the port by its number.
    const suitability = await send('GET', '/ports/15022/suitability?protocol=tcp&environment=test');
    assert.ok(!JSON.stringify(suitability.body).includes('released'));
    assert.equal((await send('POST', '/associations', { name: 'again', firstPort: 15022 })).status, 201);
  });

  test('is the reason of a reservation without a port', async (t) => {
    const { send, create } = await start(t, '1');
    for (const firstPort of [15022, 15023, 15024]) {
      await send('DELETE', `/associations/${await create({ firstPort })}`, undefined, '*');
    }
    await create({ firstPort: 15025, lastPort: 15026 });
    const { status, body } = await send('POST', '/reservations', { name: 'next', pool: 'team', protocol: 'tcp' });
    assert.deepEqual(
      [status, body.detail],
      [
        409,
        'Cannot reserve a port: 0 of 5 ports are suitable; requested: 1. Excluded: released recently (3), own uses and pools (2).',
      ],
    );
    const graphql = await send('POST', '/graphql', { query: '{ suggestions(pool: "team") { count } }' });
    assert.deepEqual(graphql.body.data, { suggestions: { count: 0 } });
  });

  test('ends by itself', async (t) => {
    const { DATABASE, send, suggested, create } = await start(t, '30');
    await send('DELETE', `/associations/${await create({ firstPort: 15022 })}`, undefined, '*');
    assert.equal((await suggested()).length, 4);
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 31 * 24 * 60 * 60 * 1000 });
    assert.equal((await suggested()).length, 5);
    t.mock.timers.reset();
    const db = new Database(DATABASE, { readonly: true });
    const plan = db
      .prepare<[string, string, number, number], { readonly detail: string }>(`EXPLAIN QUERY PLAN ${RELEASES_SINCE}`)
      .all('2026-01-01', '2027-01-01', 0, 500);
    db.close();
    assert.deepEqual(
      plan.map(({ detail }) => detail),
      ['SEARCH audit USING INDEX audit_released (at>? AND at<?)'],
    );
  });

  test('is off by default', async (t) => {
    const { send, suggested, create } = await start(t, '0');
    await send('DELETE', `/associations/${await create({ firstPort: 15022 })}`, undefined, '*');
    assert.equal((await suggested()).length, 5);
  });
});

test('a write releases the ports that the entry no longer has', () => {
  const before = { firstPort: 10, lastPort: 20, protocols: ['tcp', 'udp'], environment: null } as const;
  const spans = (after: object | null) =>
    releasedBy(before, after === null ? null : { ...before, ...after }).map(
      ({ firstPort, lastPort, protocols }) => `${firstPort}-${lastPort} ${protocols.join()}`,
    );
  assert.deepEqual(spans(null), ['10-20 tcp,udp']);
  assert.deepEqual(spans({}), []);
  assert.deepEqual(spans({ firstPort: 30, lastPort: 40 }), ['10-20 tcp,udp']);
  assert.deepEqual(spans({ firstPort: 1, lastPort: 9 }), ['10-20 tcp,udp']);
  assert.deepEqual(spans({ firstPort: 12, lastPort: 18 }), ['10-11 tcp,udp', '19-20 tcp,udp']);
  assert.deepEqual(spans({ environment: 'prod' }), ['10-20 tcp,udp']);
  const inTest = { ...before, environment: 'test' };
  assert.deepEqual(releasedBy(inTest, { ...before, environment: 'Test' }), []);
  assert.deepEqual(releasedBy(inTest, before), []);
  assert.deepEqual(releasedBy(inTest, { ...before, environment: 'prod' }), [inTest]);
  assert.deepEqual(spans({ firstPort: 15, lastPort: 40, protocols: ['tcp'] }), ['10-14 tcp,udp', '15-20 udp']);
});
