import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Drift } from '../../src/registry/observed/drift.ts';
import { proposeEntries, proposeName } from '../../src/registry/observed/propose-entry.ts';

function drift(host: string, port: number, protocol: 'tcp' | 'udp', name: string | null = 'named'): Drift {
  return {
    ...{ kind: 'seen_not_declared', detail: '', host, environment: 'production', protocol, port, lastPort: port },
    ...{ processes: [], scopes: [], entry: null, pool: null, missingHosts: [], officialNames: [], knownNames: [] },
    ...{ firstSeen: null, lastSeen: null, since: '', proposedName: name },
  };
}

test('a name is that of the process, unless it is a runtime', () => {
  assert.equal(proposeName(['nginx'], ['http'], 80), 'nginx');
  assert.equal(proposeName(['java', 'kafka'], ['x'], 9092), 'kafka');
  assert.equal(proposeName(['Java'], ['http-alt'], 8080), 'http-alt');
  for (const runtime of ['MainThread', 'nodejs', 'python3', 'python3.11', 'ruby3.1', 'perl5.36.0', 'beam.smp']) {
    assert.equal(proposeName([runtime], ['http-alt'], 8080), 'http-alt', runtime);
    assert.equal(proposeName([runtime, 'web'], ['http-alt'], 8080), 'web', runtime);
  }
  assert.equal(proposeName(['h2'], ['http-alt'], 8080), 'h2');
  assert.equal(proposeName(['java'], [], 9999), 'java');
  assert.equal(proposeName([], [], 65535), 'port 65535');
  assert.equal(proposeName([' a \t b '], [], 0), 'a b');
  assert.equal(proposeName(['x'.repeat(300)], [], 0), 'x'.repeat(100));
  assert.equal(proposeName([`${'x'.repeat(99)}😀😀`], [], 0), `${'x'.repeat(99)}😀`);
});

test('sockets of one name, port and environment are one entry for their protocols and hosts', () => {
  const common = { name: 'named', firstPort: 53, environment: 'production' };
  assert.deepEqual(
    proposeEntries([drift('a', 53, 'udp'), drift('b', 53, 'udp'), drift('a', 53, 'tcp'), drift('b', 53, 'tcp')]),
    [{ ...common, protocols: ['tcp', 'udp'], hosts: ['a', 'b'] }],
  );
  assert.deepEqual(proposeEntries([drift('a', 53, 'udp'), drift('b', 53, 'tcp')]), [
    { ...common, protocols: ['udp'], hosts: ['a'] },
    { ...common, protocols: ['tcp'], hosts: ['b'] },
  ]);
  assert.deepEqual(proposeEntries([drift('a', 53, 'udp', null)]), []);
  const many = Array.from({ length: 101 }, (_, index) => drift(`h${index}`, 53, 'udp'));
  assert.equal(proposeEntries(many.slice(1))[0]?.hosts.length, 100);
  assert.deepEqual(proposeEntries(many), [{ ...common, protocols: ['udp'], hosts: [] }]);
});
