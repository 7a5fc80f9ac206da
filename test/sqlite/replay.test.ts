import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { parsePool } from '../../src/registry/advice/pool.ts';
import { parseReservation } from '../../src/registry/advice/reservation.ts';
import { parseOwnEntry, parseOwnPatch } from '../../src/registry/own/own-entry.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { RegistryError } from '../../src/registry/values/registry-error.ts';
import { hashAuditRow, SELECT_AUDIT } from '../../src/sqlite/file/audit-chain.ts';
import { checkAudit } from '../../src/sqlite/file/audit-check.ts';
import { type Connection, openForOwnWrites } from '../../src/sqlite/file/database.ts';
import { Decider, type LogRow, positionOf } from '../../src/sqlite/replay/decide.ts';
import { parseLogRow, type RawRow } from '../../src/sqlite/replay/parse-row.ts';
import { Replay } from '../../src/sqlite/replay/replay.ts';
import { createToken, revokeToken, rotateToken } from '../../src/sqlite/tables/tokens.ts';
import { OwnWrites } from '../../src/sqlite/write/own-writes.ts';
import { wholeContentOf } from '../support/database-content.ts';
import { fc } from '../support/properties.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Side {
  readonly path: string;
  readonly db: Connection;
  readonly own: OwnWrites;
  readonly decider: Decider;
  readonly replay: Replay;
}

function openSide(t: { readonly after: (end: () => void) => void }, path: string): Side {
  const db = openForOwnWrites(path);
  t.after(() => db.close());
  return { path, db, own: new OwnWrites(db), decider: new Decider(db), replay: new Replay(db) };
}

async function twoSides(t: TestContext): Promise<readonly [Side, Side]> {
  const first = await seededDatabase(t);
  const second = join(temporaryFolder(t), 'portolan.db');
  copyFileSync(first, second);
  return [openSide(t, first), openSide(t, second)];
}

/** Sends a row as PostgreSQL returns it: numbers of 64 bits are texts. */
function throughTheLog(row: LogRow): LogRow {
  return parseLogRow({ ...row, id: String(row.id), event: String(row.event) } as RawRow);
}

/** Decides a write on one side, and applies its rows on both. */
function write<T>([first, second]: readonly [Side, Side], run: () => T): T {
  const { value, rows } = first.decider.decide(run);
  first.replay.apply(rows);
  second.replay.apply(rows.map(throughTheLog));
  return value;
}

function assertEqual([first, second]: readonly [Side, Side]): void {
  assert.deepEqual(wholeContentOf(second.path), wholeContentOf(first.path));
  const { broken } = checkAudit(second.db);
  assert.equal(broken, null);
}

function ownRowsOf(db: Connection): unknown {
  const tables = ["association WHERE origin = 'own'", 'audit', 'pool', 'token', 'search_entry WHERE id < 0'];
  return tables.map((table) => db.prepare(`SELECT * FROM ${table} ORDER BY 1`).all());
}

const entry = (name: string, firstPort: number, more: object = {}) => parseOwnEntry({ name, firstPort, ...more });
const NEW_TOKEN = {
  name: 'ci',
  scope: 'write',
  owners: ['payments'],
  pools: [],
  hosts: [],
  createdAt: '2026-11-24T00:00:00.000Z',
  expiresAt: null,
  revokedAt: null,
  sha256: 'a'.repeat(64),
} as const;

describe('a decided write', () => {
  test('changes nothing, and its rows give the same tables as the write itself', async (t) => {
    const sides = await twoSides(t);
    const before = wholeContentOf(sides[0].path);
    const { value, position, rows } = sides[0].decider.decide(() =>
      sides[0].own.create([entry('ledger', 20_000, { note: 'with "quotes"\n' })], false, COMMAND_LINE),
    );
    assert.deepEqual(wholeContentOf(sides[0].path), before);
    assert.deepEqual([position, rows.length, rows[0]?.key], [{ id: 0, hash: null }, 1, value[0]?.id]);
    sides[1].replay.apply(rows.map(throughTheLog));
    const { warnings: _, ...stored } = value[0] as (typeof value)[number];
    assert.deepEqual(sides[1].db.prepare('SELECT name, note FROM association WHERE id = ?').get(stored.id), {
      name: 'ledger',
      note: 'with "quotes"\n',
    });
  });

  test('with a refusal throws it, and the next one succeeds', async (t) => {
    const [{ decider, own }] = await twoSides(t);
    assert.throws(() => decider.decide(() => own.remove('own-000000000000', null, COMMAND_LINE)), {
      code: 'not_found',
    });
    const { rows } = decider.decide(() => own.create([entry('a', 20_000)], false, COMMAND_LINE));
    assert.equal(rows.length, 1);
  });

  test('that changes nothing has no rows', async (t) => {
    const sides = await twoSides(t);
    const [created] = write(sides, () => sides[0].own.create([entry('a', 20_000)], false, COMMAND_LINE));
    const { rows } = sides[0].decider.decide(() =>
      sides[0].own.update(created?.id ?? '', parseOwnPatch({ name: 'a' }), null, false, COMMAND_LINE),
    );
    assert.deepEqual(rows, []);
  });

  test('keeps its warnings: a write inside a decision is not a part of another write', async (t) => {
    const [{ decider, own }] = await twoSides(t);
    const { value } = decider.decide(() => own.create([entry('mine', 22)], false, COMMAND_LINE));
    assert.ok((value[0]?.warnings.length ?? 0) > 0);
  });

  test('of a token has the hash of its secret beside the row of the audit', async (t) => {
    const sides = await twoSides(t);
    const { db } = sides[0];
    write(sides, () => createToken(db, NEW_TOKEN, COMMAND_LINE));
    write(sides, () => rotateToken(db, 'ci', 'b'.repeat(64), COMMAND_LINE));
    assertEqual(sides);
    write(sides, () => revokeToken(db, 'ci', COMMAND_LINE));
    assertEqual(sides);
    assert.equal(sides[1].db.prepare('SELECT sha256 FROM token').pluck().get(), 'b'.repeat(64));
    const observer = { ...NEW_TOKEN, name: 'web', scope: 'observe', owners: [], hosts: ['web-1'] } as const;
    write(sides, () => createToken(db, { ...observer, sha256: 'c'.repeat(64) }, COMMAND_LINE));
    assertEqual(sides);
    assert.equal(sides[1].db.prepare("SELECT hosts FROM token WHERE name = 'web'").pluck().get(), '["web-1"]');
    assert.doesNotMatch(JSON.stringify(sides[1].db.prepare('SELECT * FROM audit').all()), /b{64}|sha256/);
  });
});

describe('a replay', () => {
  test('of any writes gives equal tables', async (t) => {
    const sides = await twoSides(t);
    const [{ own, db }] = sides;
    const ids = (): string[] =>
      db.prepare("SELECT id FROM association WHERE origin = 'own' ORDER BY id").pluck().all() as string[];
    const pick = (place: number): string => ids()[place % Math.max(1, ids().length)] ?? '';
    const pools = ['a', 'b', 'c'];
    const name = fc.constantFrom('ledger', 'Billing API', 'x', 'ünïcode', 'a "quoted" name');
    const port = fc.integer({ min: 19_990, max: 20_050 });
    const change = fc.oneof(
      fc.tuple(name, port, fc.constantFrom('active', 'planned', 'retired')).map(([named, first, status]) => () => {
        own.create(
          [entry(named, first, { status, tags: ['t'], hosts: ['h1'] }), entry(named, first + 1)],
          false,
          COMMAND_LINE,
        );
      }),
      fc.tuple(fc.nat(), port, name).map(([place, first, named]) => () => {
        own.update(
          pick(place),
          parseOwnPatch({ firstPort: first, lastPort: first + 2, name: named }),
          null,
          false,
          COMMAND_LINE,
        );
      }),
      fc
        .nat()
        .map(
          (place) => () =>
            void own.update(pick(place), parseOwnPatch({ status: 'retired' }), null, false, COMMAND_LINE),
        ),
      fc.nat().map((place) => () => void own.approve(pick(place), true, null, COMMAND_LINE)),
      fc.nat().map((place) => () => void own.remove(pick(place), null, COMMAND_LINE)),
      fc.tuple(name, fc.constantFrom('k1', 'k2', undefined)).map(([named, key]) => () => {
        const body = { name: named, within: '20000-20100', ...(key !== undefined && { key }) };
        own.reserve(parseReservation(body), false, COMMAND_LINE);
      }),
      fc.constantFrom(...pools).map((pool) => () => {
        const first = 21_000 + pools.indexOf(pool) * 100;
        own.createPool(
          parsePool({ name: pool, ranges: [{ firstPort: first, lastPort: first + 9 }], owner: 'payments' }),
          COMMAND_LINE,
        );
      }),
      fc.constantFrom(...pools).map((pool) => () => void own.updatePool(pool, { owner: null }, COMMAND_LINE)),
      fc.constantFrom(...pools).map((pool) => () => void own.deletePool(pool, COMMAND_LINE)),
      fc.tuple(fc.constantFrom('ci', 'ops'), fc.nat(0xffff)).map(([token, secret]) => () => {
        const sha256 = secret.toString(16).padStart(64, '0');
        createToken(db, { ...NEW_TOKEN, name: token, sha256 }, COMMAND_LINE);
      }),
      fc.constantFrom('ci', 'ops').map((token) => () => void revokeToken(db, token, COMMAND_LINE)),
    );
    let refused = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
        for (const run of changes) {
          try {
            write(sides, run);
          } catch (error) {
            if (!(error instanceof RegistryError) && !/UNIQUE/.test(String(error))) throw error;
            refused++;
          }
        }
        assert.deepEqual(ownRowsOf(sides[1].db), ownRowsOf(db));
      }),
      { numRuns: 40 },
    );
    assertEqual(sides);
    const { rows } = checkAudit(db);
    assert.ok(rows > 50, `${rows} rows, ${refused} refused`);
  });

  test('leaves out rows that the database has, and refuses a gap and a changed row', async (t) => {
    const sides = await twoSides(t);
    const [{ own, db }, { replay, db: other }] = sides;
    for (const port of [20_000, 20_001, 20_002]) own.create([entry('a', port)], false, COMMAND_LINE);
    const rows = (db.prepare(`SELECT ${SELECT_AUDIT} FROM audit ORDER BY id`).all() as LogRow[]).map((row) => ({
      ...row,
      tokenSha256: null,
    }));
    const [first, second, third] = rows as [LogRow, LogRow, LogRow];
    replay.apply([first]);
    assert.throws(() => replay.apply([third]), {
      code: 'unavailable',
      message: 'Cannot apply the shared log: it has a gap: expected row 2, got row 3',
    });
    assert.throws(() => replay.apply([second, { ...third, at: '2020-01-01T00:00:00.000Z' }]), {
      code: 'unavailable',
      message: 'Cannot apply the shared log: row 3 is not in its hash chain',
    });
    assert.equal(positionOf(other).id, 1);
    replay.apply(rows);
    replay.apply(rows);
    assertEqual(sides);
  });
});

test('an entry that an earlier version wrote gets the defaults of fields that it did not know', async (t) => {
  const sides = await twoSides(t);
  const [{ own, decider, replay, db }] = sides;
  const [row] = decider.decide(() => own.create([entry('a', 20_000, { hosts: ['h1'] })], false, COMMAND_LINE)).rows;
  const { hosts: _, status: _status, reviewBy: _review, ...earlier } = JSON.parse(row?.after ?? '');
  const fields = { ...(row as LogRow), after: JSON.stringify(earlier) };
  const { hash: _hash, tokenSha256, ...hashed } = fields;
  replay.apply([throughTheLog({ ...fields, tokenSha256, hash: hashAuditRow(null, hashed) })]);
  const stored = db.prepare('SELECT name, hosts, status, review_by FROM association WHERE id = ?').get(row?.key);
  assert.deepEqual(stored, { name: 'a', hosts: '[]', status: 'active', review_by: null });
});

/** Gives a row the hash that it has as the first row. */
function firstRow(row: LogRow): LogRow {
  const { hash: _, tokenSha256: _secret, ...fields } = row;
  return { ...row, hash: hashAuditRow(null, fields) };
}

describe('a row of the log', () => {
  const good = async (t: TestContext): Promise<RawRow> => {
    const [{ decider, own }] = await twoSides(t);
    return decider.decide(() => own.create([entry('a', 20_000)], false, COMMAND_LINE)).rows[0] as RawRow;
  };

  test('is refused unless a write could have stored it', async (t) => {
    const row = await good(t);
    const changed = (change: object) => JSON.stringify({ ...JSON.parse(String(row.after)), ...change });
    for (const [change, reason] of [
      [{ id: 'x' }, 'Cannot apply row NaN of the shared log: expected a number from 1'],
      [{ event: 2 }, 'event is not as a write stores it'],
      [{ at: 5 }, 'expected a text as at'],
      [{ at: 'yesterday' }, 'at is not a time'],
      [{ token: 'x'.repeat(200_001) }, 'token has more than 200000 characters'],
      [{ after: changed({ note: 'x'.repeat(200_000) }) }, 'after has more than 200000 characters'],
      [{ before: 5 }, 'expected a text or null as before'],
      [{ action: 'drop' }, 'its action is unknown: run the newer Portolan that wrote it'],
      [{ kind: 'table' }, 'its kind is unknown: run the newer Portolan that wrote it'],
      [{ hash: 'x' }, 'hash is not a SHA-256'],
      [{ before: '{}' }, 'before does not fit the action'],
      [{ before: '{', action: 'update' }, 'its object is not JSON'],
      [{ after: changed({ name: undefined }) }, 'the field name is not one of this version'],
      [{ after: null }, 'after does not fit the action'],
      [{ kind: 'token', action: 'delete', before: '{}', after: null }, 'a token is never deleted'],
      [{ kind: 'list', action: 'delete', before: '{}', after: null }, 'a list is never deleted'],
      [{ after: '{' }, 'its object is not JSON'],
      [{ after: 'null' }, 'its object is not JSON'],
      [{ after: changed({ firstPort: 70_000 }) }, /own entry "own-\w+": .*70000/],
      [{ after: changed({ origin: 'informal' }) }, 'it is not an own entry'],
      [{ after: changed({ colour: 'red' }) }, 'the field colour is not one of this version'],
      [{ key: 'own' }, 'key is not the id of an own entry'],
      [{ key: 'own-0123456789ab' }, 'its key is not that of the written object'],
      [{ kind: 'token', after: '{"id":"x"}', tokenSha256: null }, 'tokenSha256 is not a SHA-256'],
    ] as const) {
      const message =
        typeof reason !== 'string' || reason.startsWith('Cannot')
          ? reason
          : `Cannot apply row 1 of the shared log: ${reason}`;
      assert.throws(() => parseLogRow({ ...row, ...change }), { code: 'unavailable', message }, JSON.stringify(change));
    }
    assert.deepEqual(parseLogRow({ ...row, id: '1', event: '1' }), row);
  });

  test('that does not fit the database changes nothing', async (t) => {
    const sides = await twoSides(t);
    const [{ own, decider }, { replay, db }] = sides;
    const [row] = decider.decide(() => own.create([entry('a', 20_000)], false, COMMAND_LINE)).rows as [LogRow];
    const changed = (change: object) => JSON.stringify({ ...JSON.parse(String(row.after)), ...change });
    const before = ownRowsOf(db);
    for (const change of [
      { action: 'update', before: row.after },
      { action: 'delete', before: row.after, after: null },
      { after: changed({ revision: 1.5 }) },
      { after: changed({ prominence: 'high' }) },
      { kind: 'pool', key: 'gone', action: 'delete', before: '{}', after: null },
      { kind: 'token', after: JSON.stringify({ id: 'token-0123456789ab', name: 'ci', scope: 'root' }) },
      { kind: 'token', action: 'update', before: '{}', after: JSON.stringify({ id: 'token-0123456789ab' }) },
    ]) {
      assert.throws(() => replay.apply([firstRow({ ...row, ...(change as Partial<LogRow>) })]), {
        code: 'unavailable',
        message:
          'Cannot apply row 1 of the shared log: it does not fit the content of this database: run portolan shared rejoin',
      });
    }
    assert.deepEqual(ownRowsOf(db), before);
    replay.apply([row]);
    const again = firstRow(row);
    assert.throws(() => replay.apply([{ ...again, id: 2 }]), /is not in its hash chain$/);
  });
});
