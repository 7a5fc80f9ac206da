import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { observationsOn, observedHosts, reasonOf } from '../support/node-observations.ts';
import { type Node, send, startNodes, waitUntil } from '../support/nodes.ts';

const shared = await startNodes({ after });
const { nodes, postgres, admin } = shared;
const [one, two, three] = nodes as readonly [Node, Node, Node];
const { put, list, listOnAll, replaceRows, changeSnapshot } = observationsOn(shared);

describe('a snapshot in PostgreSQL that Portolan does not store', () => {
  const AT = '2026-11-24T00:00:00.000Z';
  const MIB = 1024 * 1024;
  const snapshot = { host: 'bad', source: 'sockets', environment: null, at: AT, environment_since: AT };
  const socket = { address_scope: 'any', protocol: 'tcp', port: 22, process: 'sshd', first_seen: AT };
  const pack =
    (change: object, rows: unknown = [socket]) =>
    (sha256: string) =>
      gzipSync(JSON.stringify({ snapshot: { ...snapshot, sha256, ...change }, sockets: rows }));
  const unfit = 'its rows do not fit the tables of this version';
  const odd = 'its rows are not as a snapshot stores them';
  for (const [name, rows, reason] of [
    ['not compressed', () => Buffer.from('x'), 'its rows are damaged'],
    ['a bomb', () => gzipSync(Buffer.alloc(100 * MIB)), 'its rows are damaged'],
    ['too large', () => Buffer.alloc(33 * MIB), 'its rows are too large'],
    ['no JSON', () => gzipSync('{'), 'its rows are damaged'],
    ['null', () => gzipSync('null'), odd],
    ['without sockets', pack({}, null), odd],
    ['with nested values', pack({}, [{ ...socket, process: ['x'] }]), odd],
    ['with a long name', pack({}, [{ ...socket, process: 'x'.repeat(1_001) }]), odd],
    ['of another time', pack({ at: '2026-11-25T00:00:00.000Z' }), 'its rows are those of another snapshot'],
    ['with port 65536', pack({}, [{ ...socket, port: 65_536 }]), unfit],
    ['with port -1', pack({}, [{ ...socket, port: -1 }]), unfit],
    ['with a socket twice', pack({}, [socket, { ...socket, first_seen: '2026-11-23T00:00:00.000Z' }]), unfit],
    ['without a protocol', pack({}, [{ ...socket, protocol: null }]), unfit],
    [
      'with an invalid time',
      pack({}, [{ ...socket, first_seen: 'yesterday' }]),
      'observed host "bad": expected a time in UTC, got "yesterday"',
    ],
  ] as const) {
    test(`${name}, is refused and reported; other hosts travel, and the next snapshot replaces it`, async () => {
      assert.equal((await put(one, 'bad', { sshd: 22 }, 'environment=test')).status, 200);
      const before = await listOnAll('host=bad');
      const sql = "SELECT sha256 FROM portolan_observed WHERE host = 'bad'";
      const [stored] = await postgres.query<{ sha256: string }>(sql);
      await replaceRows('bad', rows(stored?.sha256 ?? ''), AT);
      const sentence = `Cannot apply the snapshot of host "bad" and source "sockets" in the shared register: ${reason}`;
      for (const node of nodes)
        await waitUntil(`${node.name} says so`, async () => (await reasonOf(node)) === sentence);
      const other = await put(two, 'web-1', { sshd: 22, [`app-${name.length}`]: 9_000 });
      assert.equal(other.status, 200);
      const body = { name: 'written', firstPort: 21_000 };
      const written = await send(`${one.url}/associations`, 'POST', { Authorization: admin }, body);
      assert.equal(written.status, 201);
      await waitUntil('the other host travels', async () =>
        JSON.stringify(await list(three, 'host=web-1')).includes(String(other.body.at)),
      );
      assert.deepEqual(await list(one, 'host=bad'), before);
      assert.equal((await put(three, 'bad', { sshd: 22 }, 'environment=test')).status, 200);
      for (const node of nodes) await waitUntil(`${node.name} goes on`, async () => (await reasonOf(node)) === null);
      assert.equal((await listOnAll('host=bad')).count, 1);
    });
  }

  test('of a later version with one more column is applied', async () => {
    await changeSnapshot('bad', { at: '2026-11-24T00:00:00.001Z', colour: 'red' });
    await waitUntil('the node has it', async () => observedHosts(two).times.has('2026-11-24T00:00:00.001Z'));
    assert.equal(await reasonOf(two), null);
  });
});
