import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Assignment } from '../../src/registry/rows/assignment.ts';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

async function ask(path: string) {
  return request(product.app).get(path);
}

describe('a service', () => {
  const placed = ({ serviceName, firstPort, protocol }: Assignment) => `${serviceName} ${firstPort}/${protocol}`;

  test('has its rows with a port in order of port, then those without one', async () => {
    const { body } = await ask('/services/ssh');
    assert.deepEqual([body.name, body.associations], ['ssh', []]);
    assert.deepEqual(body.assignments.map(placed), ['ssh 22/tcp', 'ssh 22/udp', 'ssh 22/sctp', 'ssh null/tcp']);
    const npp = (await ask('/services/npp')).body.assignments.map(placed);
    assert.deepEqual(npp, ['npp 92/tcp', 'npp 92/udp', 'npp 4045/tcp', 'npp 4045/udp']);
    assert.deepEqual((await ask('/services/airplay')).body.assignments.map(placed), [
      'airplay null/tcp',
      'airplay null/udp',
    ]);
  });

  test('is found in any letter case and with percent-encoding', async () => {
    const cases = [
      ['SSH', 'ssh'],
      ['cl%2F1', 'cl/1'],
      ['914C%2Fg', '914c/g'],
      ['whois%2B%2B', 'whois++'],
      ['whois++', 'whois++'],
      ['sql*net', 'sql*net'],
      ['Z39.50', 'z39.50'],
      ['dmexpress', 'DMExpress'],
      ['xsan%20filesystem%20access', 'Xsan Filesystem Access'],
    ];
    for (const [path, name] of cases) assert.equal((await ask(`/services/${path}`)).body.name, name, path);
  });

  test("shows an alias and its target, without IANA's phrase for it", async () => {
    const [alias] = (await ask('/services/sql*net')).body.assignments;
    const [primary] = (await ask('/services/sql-net')).body.assignments;
    assert.deepEqual([alias.aliasOf, alias.notes, alias.description], ['sql-net', null, 'Oracle SQL*NET']);
    assert.deepEqual([primary.aliasOf, primary.notes, primary.description], [null, null, 'Oracle SQL*NET']);
  });

  test('that does not exist is a 404 with similar names', async () => {
    const cases = [
      ['shh', '"shh"', ['ssh']],
      ['postgresq', '"postgresq"', ['postgresql']],
      ['%00', '"\\u0000"', []],
      ['%F0%9F%98%80', '"😀"', []],
      ['%25', '"%"', []],
      ['x'.repeat(3000), `"${'x'.repeat(80)}…"`, []],
    ] as const;
    for (const [path, quoted, suggestions] of cases) {
      const { status, body, type } = await ask(`/services/${path}`);
      assert.deepEqual([status, type], [404, 'application/problem+json']);
      assert.equal(body.detail, `Cannot find service ${quoted}: no such service name`);
      assert.deepEqual(body.suggestions.slice(0, 1), suggestions);
    }
  });
});

test('the three ranges of RFC 6335', async () => {
  const reference = 'RFC 6335, section 6';
  assert.deepEqual((await ask('/ranges')).body, {
    count: 3,
    next: null,
    previous: null,
    results: [
      { name: 'system', title: 'System Ports', firstPort: 0, lastPort: 1023, reference },
      { name: 'user', title: 'User Ports', firstPort: 1024, lastPort: 49151, reference },
      { name: 'dynamic', title: 'Dynamic Ports', firstPort: 49152, lastPort: 65535, reference },
    ],
  });
  const { body } = await ask('/ranges?limit=1&offset=1');
  assert.deepEqual([body.next, body.previous], ['/ranges?limit=1&offset=2', '/ranges?limit=1&offset=0']);
});

test('the ephemeral ranges have commands to read and change them, and one version of Linux is current', async () => {
  const { body } = await ask('/ephemeral-ranges');
  assert.equal(body.count, body.results.length);
  const linux = body.results.filter(({ system }: { system: string }) => system === 'linux');
  assert.deepEqual(
    linux.map(({ current }: { current: boolean }) => current),
    [true, false, false],
  );
  assert.deepEqual(linux[0], {
    system: 'linux',
    title: 'Linux',
    version: '4.2 and later',
    current: true,
    firstPort: 32768,
    lastPort: 60999,
    howToRead: 'sysctl net.ipv4.ip_local_port_range',
    howToChange: "sudo sysctl -w net.ipv4.ip_local_port_range='49152 60999'",
    note: 'TCP and UDP, IPv4 and IPv6 share it; set per network namespace. net.ipv4.ip_local_reserved_ports keeps single ports out of it.',
    source: linux[0].source,
  });
  for (const { source } of body.results) assert.match(source.url, /^https:\/\//);
});

test('an example that changes an ephemeral range has other values than the default', async () => {
  const { body } = await ask('/ephemeral-ranges');
  for (const { title, firstPort, lastPort, howToChange } of body.results) {
    if (howToChange === null) continue;
    const ports = [...howToChange.matchAll(/\d{4,5}/g)].map(([digits]: [string]) => Number(digits));
    assert.ok(
      ports.some((port) => ![firstPort, lastPort, lastPort - firstPort + 1].includes(port)),
      `${title}: ${howToChange}`,
    );
  }
});

test('the registry resource has the loaded lists and their age', async () => {
  const { body } = await ask('/registry');
  assert.equal(body.date, '2026-08-05');
  assert.deepEqual(
    body.origins.map(({ list, origin }: { list: string; origin: string }) => [list, origin]),
    [
      ['assignments', 'iana'],
      ['associations', 'informal'],
      ['ephemeral-ranges', 'informal'],
      ['check-commands', 'informal'],
      ['blocked-by-browsers', 'informal'],
      ['other-names', 'informal'],
      ['prominence', 'informal'],
    ],
  );
  const [official] = body.origins;
  assert.equal(official.rows, 14270);
  assert.match(official.sha256, /^[0-9a-f]{64}$/);
});

test('browsers refuse the bad ports of the Fetch standard', async () => {
  for (const [port, blocked] of [
    [0, true],
    [22, true],
    [80, false],
    [6000, true],
    [6667, true],
    [10080, true],
    [7605, false],
  ] as const) {
    assert.equal((await ask(`/ports/${port}`)).body.blockedByBrowsers, blocked, String(port));
  }
});
