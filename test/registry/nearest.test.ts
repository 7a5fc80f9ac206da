import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NameIndex, nearest, nearestIn } from '../../src/registry/values/nearest.ts';
import { fc } from '../support/properties.ts';

/** Returns the optimal string alignment distance by its definition, every cell of the table. */
function distance(a: string, b: string): number {
  const table: number[][] = [];
  const at = (row: number, column: number): number => table[row]?.[column] ?? 0;
  for (let row = 0; row <= a.length; row++) {
    table.push([]);
    for (let column = 0; column <= b.length; column++) {
      const costs = [row === 0 ? column : at(row - 1, column) + 1];
      if (column === 0) costs.splice(0, 1, row);
      else costs.push((table[row]?.[column - 1] ?? row) + 1);
      if (row > 0 && column > 0) costs.push(at(row - 1, column - 1) + Number(a[row - 1] !== b[column - 1]));
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwap) costs.push(at(row - 2, column - 2) + 1);
      table[row]?.push(Math.min(...costs));
    }
  }
  return at(a.length, b.length);
}

/** Returns the documented result of `nearestIn`, computed by the definition. */
function expected(written: string, names: readonly string[]): string[] {
  const asked = written.toLowerCase();
  const allowed = Math.max(1, Math.floor(asked.length / 3));
  const found = [...new Set(names)].flatMap((name) => {
    const isPrefix = asked.length >= 3 && name.toLowerCase().startsWith(asked);
    const changes = isPrefix ? Number(name.toLowerCase() !== asked) : distance(asked, name.toLowerCase());
    return changes <= allowed ? [{ name, key: [changes, Number(name[0]?.toLowerCase() !== asked[0])] as const }] : [];
  });
  const order = (a: (typeof found)[number], b: (typeof found)[number]): number =>
    a.key[0] - b.key[0] || a.key[1] - b.key[1] || (a.name < b.name ? -1 : 1);
  return found.sort(order).map(({ name }) => name);
}

test('names within an edit distance of a third of the letters are found, each once, in order', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', '-'), minLength: 1, maxLength: 14 });
  fc.assert(
    fc.property(name, fc.array(name, { maxLength: 12 }), fc.array(name, { maxLength: 12 }), (written, some, more) => {
      const indexes = [new NameIndex(some), new NameIndex(more)];
      assert.deepEqual(nearestIn(written, indexes), expected(written, [...some, ...more]));
      assert.deepEqual(nearest(written, some, 2), expected(written, some).slice(0, 2));
    }),
    { numRuns: 500 },
  );
});

test('a text far longer than every name matches none, in time linear in its length', () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `name-${index}`);
  const start = process.cpuUsage();
  for (let times = 0; times < 20; times++) assert.deepEqual(nearest('name-1'.repeat(20_000), names, 5), []);
  assert.ok(process.cpuUsage(start).user < 2_000_000);
});

test('a limit on the different letters finds the same names as a filter', () => {
  const index = new NameIndex(['kubernetes', 'kubernets', 'kubernetesapi', 'cubernetess', 'kuberneetss']);
  const all = index.near('kubernetes');
  assert.equal(all.length, 5);
  assert.deepEqual(
    index.near('kubernetes', 1),
    all.filter(({ distance }) => distance <= 1),
  );
});
