import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOwnEntry } from '../../src/registry/own/own-entry.ts';
import { PORT_COUNT } from '../../src/registry/values/port-number.ts';
import { TRANSPORT_PROTOCOLS } from '../../src/registry/values/transport-protocol.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { fc } from '../support/properties.ts';
import { seededDatabase } from '../support/seeded-database.ts';

/** Names of services and their other names: an entry with one of them has no conflict with the service. */
const NAMES = ['billing', 'x11', 'X Window System', 'http', 'dns', 'domain', 'vnc', 'irc', 'postgres', 'afs3'];

test('the conflicts of an entry are the same before and after the claims of all ports are computed', async (t) => {
  const path = await seededDatabase(t);
  const [fresh, prepared] = [new SqliteRegistry(path), new SqliteRegistry(path)];
  t.after(() => fresh.close());
  t.after(() => prepared.close());
  while (!prepared.prepareConflicts());
  const port = fc.oneof(
    fc.nat(PORT_COUNT - 1),
    fc.constantFrom(0, 80, 5999, 6000, 6010, 6063, 6667, 7748, 7775, 65_535),
  );
  const entry = fc.record({
    name: fc.constantFrom(...NAMES),
    firstPort: port,
    width: fc.oneof(fc.constant(0), fc.nat(100), fc.nat(900)),
    protocols: fc.subarray([...TRANSPORT_PROTOCOLS], { minLength: 1 }),
  });
  let conflicts = 0;
  fc.assert(
    fc.property(entry, ({ width, ...fields }) => {
      const lastPort = Math.min(PORT_COUNT - 1, fields.firstPort + width);
      const written = { ...parseOwnEntry({ ...fields, lastPort }), id: null };
      const expected = prepared.warnings(written);
      assert.deepEqual(fresh.warnings(written), expected);
      conflicts += expected.length;
    }),
    { numRuns: 500 },
  );
  assert.ok(conflicts > 500, `${conflicts} conflicts`);
});
