import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type EndpointFacts, serviceSide } from '../../src/text/annotate/service-endpoint.ts';
import { fc } from '../support/properties.ts';

const NAMED = [22, 53, 80, 711, 752, 5432, 8080, 44818, 49151];
/** The weights of names, where they are not 1: prominent services, and an own entry in an ephemeral range and outside. */
const WEIGHTS = new Map([
  [2049, 3],
  [8443, 2],
  [50000, 4],
  [7000, 4],
]);

function knowing(listened: readonly number[] = []): EndpointFacts {
  return {
    isListenedOn: (port) => listened.includes(port),
    weightOf: (port) => WEIGHTS.get(port) ?? Number(NAMED.includes(port)),
    ephemeral: [
      { firstPort: 32768, lastPort: 60999 },
      { firstPort: 49152, lastPort: 65535 },
    ],
  };
}

describe('the service of a connection', () => {
  for (const [title, local, remote, listened, side] of [
    ['is a listening socket', 44818, null, [], 'local'],
    ['is at the end that is no client, although that has a name', 44818, 53, [], 'remote'],
    ['is at this end', 22, 50000, [], 'local'],
    ['is where this machine listens, on any port', 60257, 22, [60257], 'local'],
    ['has a name, where the other end has none', 9999, 8080, [], 'remote'],
    ['is the lower one of two names', 5432, 8080, [], 'local'],
    ['is the lower one of two names of clients', 49151, 44818, [], 'remote'],
    ['is nowhere when both ends are clients', 60257, 60258, [], null],
    ['is nowhere when both ends are the same', 8080, 8080, [], null],
    ['is at the end outside the ranges at their edges', 32767, 32768, [], 'local'],
    ['may be at port 0 and 65535', 65535, 0, [], 'remote'],
    ['is the better known name, although the client has a lower port', 711, 2049, [], 'remote'],
    ['is the better known name at this end', 2049, 752, [], 'local'],
    ['is the better known of two names that are no best ones', 8443, 8080, [], 'local'],
    ['is an own entry before a prominent service', 7000, 2049, [], 'local'],
    ['is an own entry in an ephemeral range before a port without a name', 9999, 50000, [], 'remote'],
    ['is no own entry in an ephemeral range if the other end has a name', 50000, 8080, [], 'remote'],
    ['is an own entry before other names in an ephemeral range', 44818, 50000, [], 'remote'],
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
