import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bundledLists, DATA_FOLDER } from '../../src/cli/actions/bundled.ts';
import { rowsOfPlace } from '../../src/registry/report/other-name-rows.ts';
import { assignmentSpan, toAssignment } from '../../src/registry/rows/assignment.ts';
import type { ListName } from '../../src/registry/rows/list-name.ts';
import type { ListRows } from '../../src/registry/rows/list-rows.ts';
import type { PortSpan } from '../../src/registry/values/port-range.ts';
import type { Reference } from '../../src/registry/values/reference.ts';
import { READERS } from '../../src/sources/list-readers.ts';

/** Reads a bundled list. The reader refuses other columns and words than those of the contract. */
function read<List extends ListName>(list: List): Promise<ListRows[List][]> {
  const { file } = bundledLists()[list];
  return Array.fromAsync(READERS[list]({ name: file, bytes: readFileSync(new URL(file, DATA_FOLDER)) }));
}

/** Returns the values that occur more than once. */
function repeated(values: readonly string[]): string[] {
  return [...Map.groupBy(values, (value) => value)].filter(([, same]) => same.length > 1).map(([value]) => value);
}

/** Groups rows by the ports in their spans. */
function byPort<Row>(rows: readonly Row[], spanOf: (row: Row) => PortSpan | null): Map<number, Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const { firstPort, lastPort } = spanOf(row) ?? { firstPort: 0, lastPort: -1 };
    for (let port = firstPort; port <= lastPort; port++) {
      const group = groups.get(port);
      if (group === undefined) groups.set(port, [row]);
      else group.push(row);
    }
  }
  return groups;
}

const [uses, otherNames, prominence, official] = await Promise.all([
  read('associations'),
  read('other-names'),
  read('prominence'),
  read('assignments'),
]);
const assignments = official.map(({ cells, span }) => toAssignment(cells, span));

test('every use, other name and prominence has a source, with https', () => {
  const rows: readonly { readonly sources: readonly Reference[] }[] = [...uses, ...otherNames, ...prominence];
  for (const row of rows) {
    assert.ok(row.sources.length > 0, JSON.stringify(row));
    for (const { url } of row.sources) assert.match(url ?? '', /^https:\/\//, JSON.stringify(row));
  }
});

test('no product is listed twice at its ports and protocol', () => {
  assert.deepEqual(repeated(uses.map(({ id }) => id)), []);
  const products = uses.flatMap(({ firstPort, lastPort, protocols, usedBy }) =>
    protocols.flatMap((protocol) =>
      (usedBy ?? '').split(',').map((one) => `${firstPort}-${lastPort}/${protocol} ${one.trim().toLowerCase()}`),
    ),
  );
  assert.deepEqual(repeated(products), []);
});

test('no port has another name twice', () => {
  assert.deepEqual(repeated(otherNames.map(({ name, port }) => `${port} ${name.toLowerCase()}`)), []);
});

test('each other name leads to a named row at its port and protocols', () => {
  const officialOf = byPort(assignments, assignmentSpan);
  const usesOf = byPort(uses, (use) => use);
  const lost = otherNames.filter((place) => {
    const [rows, users] = [officialOf.get(place.port) ?? [], usesOf.get(place.port) ?? []];
    return place.protocols.some(
      (protocol) => rowsOfPlace({ ...place, protocols: [protocol] }, rows, users).length === 0,
    );
  });
  assert.deepEqual(
    lost.map(({ name, port }) => `${name} ${port}`),
    [],
  );
});

test('each prominence belongs to an official row, once', () => {
  const keyOf = (name: string | null, port: number | null, protocol: string | null) =>
    `${name?.toLowerCase()} ${port}/${protocol}`;
  const known = new Set(assignments.map((row) => keyOf(row.serviceName, row.firstPort, row.protocol)));
  const keys = prominence.map(({ serviceName, port, protocol }) => keyOf(serviceName, port, protocol));
  assert.deepEqual(
    keys.filter((key) => !known.has(key)),
    [],
  );
  assert.deepEqual(repeated(keys), []);
});

test('historic malware has the lowest prominence, Xsan on the dynamic ports the highest', () => {
  for (const { category, prominence, id } of uses) if (category === 'malware') assert.equal(prominence, 1, id);
  assert.equal(uses.find(({ id }) => id === 'xsan-filesystem-access')?.prominence, 3);
});
