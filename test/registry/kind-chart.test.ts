import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { computeKindChart } from '../../src/registry/chart/kind-chart.ts';
import { KIND_BITS, OFFICIAL_KINDS } from '../../src/registry/chart/port-kind.ts';

describe('the rows of a port', () => {
  const row = (serviceName: string | null, ports: string, protocol: 'tcp' | 'udp' | 'sctp' | null, state: string) => {
    const [firstPort = 0, lastPort = firstPort] = ports.split('-').map(Number);
    return { serviceName, firstPort, lastPort, protocol, state: state as 'assigned' };
  };
  const draw = (rows: ReturnType<typeof row>[]) => {
    const chart = computeKindChart({ assignments: rows, informalUses: [], blockedPorts: [] });
    return OFFICIAL_KINDS[(chart[7] ?? 0) & KIND_BITS];
  };

  test('give the same kind in any order', () => {
    const cases = [
      ['assigned-tcp', [row('a', '7', 'tcp', 'assigned'), row(null, '1-9', null, 'unassigned')]],
      ['unassigned', [row(null, '7', null, 'unassigned'), row('a', '1-9', 'tcp', 'assigned')]],
      ['assigned-tcp-udp', [row('a', '7', null, 'assigned'), row('b', '7', 'tcp', 'recorded')]],
      ['assigned-other', [row('a', '7', 'sctp', 'assigned'), row(null, '7', 'tcp', 'reserved')]],
      ['assigned-udp', [row('a', '7', 'udp', 'assigned'), row('b', '7', 'sctp', 'assigned')]],
      ['recorded', [row('a', '7', 'tcp', 'recorded'), row(null, '7', 'udp', 'reserved')]],
      ['reserved', [row(null, '7', 'tcp', 'reserved'), row(null, '7', 'udp', 'deregistered')]],
      ['deregistered', [row(null, '7', 'tcp', 'deregistered'), row(null, '7', 'udp', 'unassigned')]],
      ['unlisted', [row('a', '8', null, 'assigned')]],
    ] as const;
    for (const [kind, rows] of cases) {
      assert.equal(draw([...rows]), kind);
      assert.equal(draw([...rows].reverse()), kind);
    }
  });
});
