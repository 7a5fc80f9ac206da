import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countKinds } from '../../src/registry/chart/kind-count.ts';
import { OFFICIAL_KINDS, officialKind, PORT_MARKS, portKind } from '../../src/registry/chart/port-kind.ts';
import { portReport } from '../../src/registry/report/port-report.ts';
import { PORT_COUNT } from '../../src/registry/values/port-number.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

/** Returns the expected byte of the chart, computed from the report of a port. */
function byteOf(port: number): number {
  const [shared] = product.registry.sharedReports([{ firstPort: port, lastPort: port, protocol: null }]);
  assert.ok(shared);
  const { states, associations, blockedByBrowsers } = portReport(port, shared);
  const widths = associations.map(({ origin, firstPort, lastPort }) => [origin, lastPort - firstPort + 1] as const);
  let byte = OFFICIAL_KINDS.indexOf(officialKind(states));
  if (widths.some(([origin]) => origin === 'own')) byte += 16;
  if (widths.some(([origin, width]) => origin === 'informal' && width <= 256)) byte += 32;
  if (widths.some(([origin, width]) => origin === 'informal' && width > 256)) byte += 64;
  return byte + (blockedByBrowsers ? 128 : 0);
}

test("the chart has the state of every port's report", () => {
  const chart = product.registry.kindChart();
  assert.equal(chart.length, PORT_COUNT);
  const different: string[] = [];
  for (let port = 0; port < PORT_COUNT; port++) {
    const expected = byteOf(port);
    if (chart[port] !== expected) different.push(`${port}: ${chart[port]}, expected ${expected}`);
  }
  assert.deepEqual(different, []);
});

test('well-known examples have the expected kinds', () => {
  const chart = product.registry.kindChart();
  const cases = [
    [0, 'reserved', ['blocked']],
    [1, 'assigned-tcp-udp', ['blocked']],
    [22, 'assigned-tcp-udp', ['blocked']],
    [81, 'informal', ['informal']],
    [2019, 'assigned-tcp-udp', ['informal', 'wide-informal']],
    [6667, 'assigned-tcp', ['informal', 'blocked']],
    [7775, 'assigned-tcp', []],
    [49151, 'reserved', []],
    [49152, 'informal', ['informal', 'wide-informal']],
    [60257, 'dynamic', ['wide-informal']],
  ] as const;
  for (const [port, kind, marks] of cases) {
    const byte = chart[port] ?? 0;
    const found = Object.entries(PORT_MARKS).flatMap(([mark, bit]) => (byte & bit ? [mark] : []));
    assert.deepEqual([port, portKind(byte), found], [port, kind, marks]);
  }
});

test('the counts add up to all ports, range by range', () => {
  const { kinds, marks } = countKinds(product.registry.kindChart());
  const sum = (column: 'system' | 'user' | 'dynamic' | 'all') =>
    Object.values(kinds).reduce((total, counts) => total + counts[column], 0);
  assert.deepEqual([sum('system'), sum('user'), sum('dynamic'), sum('all')], [1024, 48128, 16384, 65536]);
  assert.deepEqual(marks.blocked, { system: 64, user: 19, dynamic: 0, all: 83 });
  assert.equal(marks['wide-informal'].dynamic, 16384);
});
