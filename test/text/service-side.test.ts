import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type EndpointFacts, serviceSide } from '../../src/text/annotate/service-endpoint.ts';
import { fc } from '../support/properties.ts';

const NAMED = [22, 53, 80, 5432, 8080, 44818, 49151];

function knowing(listened: readonly number[] = []): EndpointFacts {
  return {
    isListenedOn: (port) => listened.includes(port),
    isNamed: (port) => NAMED.includes(port),
    ephemeral: [
      { firstPort: 32768, lastPort: 60999 },
      { firstPort: 49152, lastPort: 65535 },
    ],
  };
}

describe('the service of a connection', () => {
  for (const [title, local, remote, listened, side] of [
    ['waits for whoever comes', 44818, null, [], 'local'],
    ['is at the end that is no client, although that has a name', 44818, 53, [], 'remote'],
    ['is at this end', 22, 50000, [], 'local'],
    ['is where this machine listens, whatever the port', 60257, 22, [60257], 'local'],
    ['has a name, where the other end has none', 9999, 8080, [], 'remote'],
    ['is the lower one of two names', 5432, 8080, [], 'local'],
    ['is the lower one of two names of clients', 49151, 44818, [], 'remote'],
    ['is nowhere when both ends are clients', 60257, 60258, [], null],
    ['is nowhere when both ends are the same', 8080, 8080, [], null],
    ['is at the end outside the ranges at their edges', 32767, 32768, [], 'local'],
    ['may be at port 0 and 65535', 65535, 0, [], 'remote'],
  ] as const) {
    test(title, () => assert.equal(serviceSide({ local, remote }, knowing(listened)), side));
  }

  test('is the same from either end, if neither end listens', () => {
    const port = fc.oneof(fc.integer({ min: 0, max: 65535 }), fc.constantFrom(...NAMED));
    const other = { local: 'remote', remote: 'local' } as const;
    fc.assert(
      fc.property(port, port, (a, b) => {
        const side = serviceSide({ local: a, remote: b }, knowing());
        const seen = serviceSide({ local: b, remote: a }, knowing());
        assert.equal(seen, side === null ? null : other[side]);
      }),
    );
  });
});
