import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  ANY_DRIFT,
  type DeclaredEntry,
  type DeclaredPool,
  type DriftFilter,
  type ReportedSnapshot,
  type ReportedSocket,
} from '../../src/registry/observed/drift.ts';
import { findDrift } from '../../src/registry/observed/find-drift.ts';

const NOW = new Date('2026-11-25T12:00:00.000Z');
const OLD = '2026-11-01T00:00:00.000Z';
const MINUTE_AGO = '2026-11-25T11:59:00.000Z';

/** Returns the time some hours before now. */
function hoursAgo(hours: number): string {
  return new Date(NOW.valueOf() - hours * 3_600_000).toISOString();
}

function entry(name: string, firstPort: number, fields: Partial<DeclaredEntry> = {}): DeclaredEntry {
  return {
    ...{ id: `own-${name}`, name, firstPort, lastPort: firstPort, protocols: ['tcp'], owner: null },
    ...{ environment: null, otherNames: [], hosts: [], status: 'active', createdAt: OLD, ...fields },
  };
}

function snapshot(host: string, fields: Partial<ReportedSnapshot> = {}): ReportedSnapshot {
  return { host, source: 'sockets', environment: 'production', at: MINUTE_AGO, environmentSince: OLD, ...fields };
}

function socket(port: number, fields: Partial<ReportedSocket> = {}): ReportedSocket {
  const times = { firstSeen: OLD, lastSeen: MINUTE_AGO, reportedAt: MINUTE_AGO, goneAt: null, since: OLD };
  return { scope: 'any', protocol: 'tcp', port, process: null, ...times, ...fields };
}

interface Stored {
  readonly entries?: readonly DeclaredEntry[];
  readonly pools?: readonly DeclaredPool[];
  readonly snapshots?: readonly ReportedSnapshot[];
  readonly sockets?: Readonly<Record<string, readonly ReportedSocket[]>>;
}

function find(
  { entries = [], pools = [], snapshots = [snapshot('web-1')], sockets = {} }: Stored,
  filter: Partial<DriftFilter> = {},
) {
  const steps = findDrift(
    {
      *declaredEntries() {
        yield;
        return [...entries];
      },
      declaredPools: () => pools,
      reportedSnapshots: () => snapshots,
      *reportedSockets(host) {
        yield;
        return [...(sockets[host] ?? [])];
      },
    },
    { ...ANY_DRIFT, ...filter },
    NOW,
  );
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Returns each result as kind, host, place and entry or pool. */
function names(stored: Stored, filter: Partial<DriftFilter> = {}): string[] {
  return find(stored, filter).map(({ kind, host, port, protocol, entry: found, pool, missingHosts }) => {
    const place = host?.name ?? (missingHosts.length === 0 ? '-' : missingHosts.join('+'));
    return `${kind} ${place} ${port}/${protocol ?? '*'} ${found?.name ?? pool ?? '-'}`;
  });
}

describe('a socket', () => {
  test('is declared by an entry on its port and protocol, in its environment', () => {
    const at = (fields: Partial<DeclaredEntry>) =>
      names({ entries: [entry('shop', 8080, { lastPort: 8090, ...fields })], sockets: { 'web-1': [socket(8085)] } })[0];
    const declared = 'declared_and_seen web-1 8085/tcp shop';
    const not = 'seen_not_declared web-1 8085/tcp -';
    assert.equal(at({}), declared);
    assert.equal(at({ environment: 'PRODUCTION' }), declared);
    assert.equal(at({ environment: 'staging' }), not);
    assert.equal(at({ protocols: ['udp'] }), not);
    assert.equal(at({ protocols: ['udp', 'tcp'] }), declared);
    assert.equal(at({ firstPort: 8086 }), not);
    assert.equal(at({ status: 'planned' }), declared);
  });

  test('is declared on the first and the last port of all', () => {
    const ports = [0, 1023, 1024, 49151, 49152, 65535];
    const stored = {
      entries: [entry('all', 0, { lastPort: 65535 })],
      sockets: { 'web-1': ports.map((port) => socket(port)) },
    };
    assert.deepEqual(
      names(stored),
      ports.map((port) => `declared_and_seen web-1 ${port}/tcp all`),
    );
    assert.deepEqual(
      names({ ...stored, entries: [] }),
      ports.map((port) => `seen_not_declared web-1 ${port}/tcp -`),
    );
  });

  test('of a host without environment is declared by an entry of any environment', () => {
    const stored = {
      entries: [entry('shop', 80, { environment: 'staging' })],
      snapshots: [snapshot('web-1', { environment: null })],
      sockets: { 'web-1': [socket(80)] },
    };
    assert.deepEqual(names(stored), ['declared_and_seen web-1 80/tcp shop']);
  });

  test('is declared for the hosts that an entry names, with and without domain', () => {
    const at = (hosts: readonly string[]) =>
      names({ entries: [entry('shop', 80, { hosts })], sockets: { 'web-1': [socket(80)] } })[0];
    for (const hosts of [
      ['web-1'],
      ['WEB-1'],
      ['db-1', 'web-1.example.org'],
      ['10.0.0.0/8'],
      ['10.0.0.1'],
      ['db-1', 'fd00::1'],
    ]) {
      assert.equal(at(hosts), 'declared_and_seen web-1 80/tcp shop', hosts.join());
    }
    for (const hosts of [['web'], ['web-10'], ['web-1x.example.org']]) {
      assert.equal(at(hosts), 'seen_not_declared web-1 80/tcp -', hosts.join());
    }
  });

  test('on all addresses, of all processes and sources is one result', () => {
    const [found, ...others] = find({
      sockets: {
        'web-1': [
          socket(80, { scope: 'loopback', process: 'nginx', firstSeen: hoursAgo(5), since: hoursAgo(2) }),
          socket(80, { process: 'apache', lastSeen: hoursAgo(1) }),
          socket(80, { process: 'gone', goneAt: hoursAgo(3) }),
        ],
      },
    });
    assert.deepEqual(others, []);
    assert.deepEqual(
      [found?.processes, found?.scopes, found?.firstSeen, found?.lastSeen, found?.since],
      [['apache', 'nginx'], ['any', 'loopback'], OLD, MINUTE_AGO, OLD],
    );
  });

  test('that has gone is no result, nor one of a host without a snapshot for the days', () => {
    const gone = { sockets: { 'web-1': [socket(80, { goneAt: hoursAgo(1) })] } };
    assert.deepEqual(names(gone), []);
    const silent = {
      snapshots: [snapshot('web-1', { at: hoursAgo(25) })],
      sockets: { 'web-1': [socket(80, { reportedAt: hoursAgo(25) })] },
    };
    assert.deepEqual(names(silent), []);
    assert.deepEqual(names(silent, { days: 2 }), ['seen_not_declared web-1 80/tcp -']);
    assert.deepEqual(names(silent, { days: 0 }), ['seen_not_declared web-1 80/tcp -']);
  });

  test('is named after the entry that describes it best', () => {
    const entries = [
      entry('range', 8000, { lastPort: 8999 }),
      entry('everywhere', 8080),
      entry('production', 8080, { environment: 'production' }),
    ];
    const at = (more: readonly DeclaredEntry[]) =>
      names({ entries: [...entries, ...more], sockets: { 'web-1': [socket(8080)] } })[0];
    assert.equal(at([]), 'declared_and_seen web-1 8080/tcp production');
    assert.equal(at([entry('of-host', 8080, { hosts: ['web-1'] })]), 'declared_and_seen web-1 8080/tcp of-host');
  });
});

describe('a port of another owner', () => {
  const orders = entry('orders', 5432, { owner: 'Orders', hosts: ['db-1'] });
  const sockets = { 'web-1': [socket(5432, { process: 'postgres' })] };

  test('is one that an entry declares for other hosts', () => {
    assert.equal(names({ entries: [orders], sockets })[0], 'seen_under_another_owner web-1 5432/tcp orders');
  });

  test('is none of an owner who has an entry for the host, nor without an owner', () => {
    const own = entry('front', 80, { owner: 'orders', hosts: ['web-1'] });
    assert.equal(names({ entries: [orders, own], sockets })[0], 'seen_not_declared web-1 5432/tcp -');
    const nobody = { ...orders, owner: null };
    assert.equal(names({ entries: [nobody], sockets })[0], 'seen_not_declared web-1 5432/tcp -');
    const elsewhere = { ...own, environment: 'staging' };
    assert.equal(names({ entries: [orders, elsewhere], sockets })[0], 'seen_under_another_owner web-1 5432/tcp orders');
  });

  test('is one of a pool, unless an entry declares it', () => {
    const pool: DeclaredPool = {
      ...{ name: 'payments', owner: 'Pay', protocols: ['tcp'] },
      spans: [
        { firstPort: 1, lastPort: 9 },
        { firstPort: 5000, lastPort: 5999 },
      ],
    };
    const at = (pools: readonly DeclaredPool[], entries: readonly DeclaredEntry[] = []) =>
      names({ entries, pools, sockets })[0];
    assert.equal(at([pool]), 'seen_under_another_owner web-1 5432/tcp payments');
    assert.equal(at([{ ...pool, owner: null }]), 'seen_not_declared web-1 5432/tcp -');
    assert.equal(at([{ ...pool, protocols: ['udp'] }]), 'seen_not_declared web-1 5432/tcp -');
    assert.equal(
      at([pool], [entry('front', 80, { owner: 'pay', hosts: ['web-1'] })]),
      'seen_not_declared web-1 5432/tcp -',
    );
    assert.equal(at([pool], [entry('db', 5432)]), 'declared_and_seen web-1 5432/tcp db');
  });

  test('is one where the process is that of another entry for the host', () => {
    const everywhere = entry('billing', 5432, { owner: 'billing' });
    const named = entry('PostgreSQL', 6432, { owner: 'orders', otherNames: ['Postgres'], hosts: ['web-1'] });
    const at = (...entries: readonly DeclaredEntry[]) =>
      names({ entries, sockets }).find((one) => one.includes('5432'));
    assert.equal(at(everywhere, named), 'seen_under_another_owner web-1 5432/tcp billing');
    const declared = 'declared_and_seen web-1 5432/tcp billing';
    assert.equal(at(everywhere, { ...named, owner: 'Billing' }), declared);
    assert.equal(at(everywhere, { ...named, hosts: [] }), declared);
    assert.equal(at({ ...everywhere, owner: null }, named), declared);
  });
});

describe('an entry', () => {
  const shop = entry('shop', 80, { environment: 'production' });
  const missing = ['declared_not_seen - 80/tcp shop'];

  test('without a socket is missing for the days', () => {
    const goneSince = (hours: number): Stored => ({
      entries: [shop],
      sockets: { 'web-1': [socket(80, { lastSeen: hoursAgo(hours), goneAt: hoursAgo(hours - 0.1) })] },
    });
    assert.deepEqual(names(goneSince(23)), []);
    assert.deepEqual(names(goneSince(24)), missing);
    assert.deepEqual(names(goneSince(24), { days: 2 }), []);
    assert.deepEqual(names(goneSince(1), { days: 0 }), missing);
    const [found] = find(goneSince(24));
    assert.deepEqual([found?.firstSeen, found?.lastSeen, found?.since], [OLD, hoursAgo(24), hoursAgo(24)]);
  });

  test('that was never seen counts from its creation or the first snapshot of its environment', () => {
    const at = (createdAt: string | null, environmentSince: string, filter: Partial<DriftFilter> = {}) =>
      find({ entries: [{ ...shop, createdAt }], snapshots: [snapshot('web-1', { environmentSince })] }, filter)[0]
        ?.since;
    assert.equal(at(hoursAgo(30), hoursAgo(40)), hoursAgo(30));
    assert.equal(at(hoursAgo(40), hoursAgo(30)), hoursAgo(30));
    assert.equal(at(null, hoursAgo(30)), hoursAgo(30));
    assert.equal(at(hoursAgo(30), hoursAgo(20)), undefined);
    assert.equal(at(hoursAgo(20), hoursAgo(30)), undefined);
    assert.equal(at(hoursAgo(20), hoursAgo(30), { days: 0 }), hoursAgo(20));
  });

  test('is missing since its creation if a socket went before', () => {
    const sockets = { 'web-1': [socket(80, { lastSeen: hoursAgo(100), goneAt: hoursAgo(99) })] };
    assert.deepEqual(names({ entries: [{ ...shop, createdAt: hoursAgo(2) }], sockets }), []);
  });

  test('is not missing where no host of its environment reports', () => {
    const at = (snapshots: readonly ReportedSnapshot[], filter: Partial<DriftFilter> = {}) =>
      names({ entries: [shop], snapshots }, filter);
    assert.deepEqual(at([]), []);
    assert.deepEqual(at([snapshot('web-1', { environment: 'staging' })]), []);
    assert.deepEqual(at([snapshot('web-1', { at: hoursAgo(25) })]), []);
    assert.deepEqual(at([snapshot('web-1', { at: hoursAgo(25) })], { days: 0 }), missing);
    assert.deepEqual(at([snapshot('web-1', { environment: null })]), missing);
    assert.deepEqual(at([snapshot('web-1', { environment: null }), snapshot('web-1')]), missing);
  });

  test('is seen with one of its ports, on one host, on one of its protocols', () => {
    const wide = { ...shop, lastPort: 90, protocols: ['tcp', 'udp'] as const };
    const stored = { entries: [wide], snapshots: [snapshot('web-1'), snapshot('web-2')] };
    assert.deepEqual(names({ ...stored, sockets: { 'web-2': [socket(85, { protocol: 'udp' })] } }), [
      'declared_and_seen web-2 85/udp shop',
    ]);
    assert.deepEqual(names(stored), ['declared_not_seen - 80/* shop']);
  });

  test('is missing on each host that it names and that reports', () => {
    const named = { ...shop, hosts: ['web-1', 'web-2', 'web-3.example.org', 'web-4'] };
    const stored = {
      entries: [named],
      snapshots: [snapshot('web-1'), snapshot('web-2'), snapshot('web-3'), snapshot('db-1')],
      sockets: { 'web-2': [socket(80)] },
    };
    assert.deepEqual(names(stored, { kind: 'declared_not_seen' }), ['declared_not_seen web-1+web-3 80/tcp shop']);
    assert.deepEqual(names({ ...stored, snapshots: [snapshot('db-1')] }), []);
  });

  test('is not missing where only sources report that do not know every socket', () => {
    for (const source of ['docker', 'kubernetes', 'nmap'] as const) {
      assert.deepEqual(names({ entries: [shop], snapshots: [snapshot('web-1', { source })] }), [], source);
    }
    assert.deepEqual(names({ entries: [shop], snapshots: [snapshot('web-1', { source: 'ansible' })] }), missing);
  });

  test('is seen while the last scan does not cover its port', () => {
    const snapshots = [snapshot('web-1', { source: 'nmap' }), snapshot('db-1')];
    const uncovered = socket(80, { lastSeen: hoursAgo(100) });
    assert.deepEqual(names({ entries: [shop], snapshots, sockets: { 'web-1': [uncovered] } }), [
      'declared_and_seen web-1 80/tcp shop',
    ]);
  });

  test('that is planned is not missing', () => {
    assert.deepEqual(names({ entries: [{ ...shop, status: 'planned' }] }), []);
  });

  test('was seen on a host that no longer reports', () => {
    const stored = {
      entries: [shop],
      snapshots: [snapshot('web-1', { at: hoursAgo(48) }), snapshot('db-1')],
      sockets: { 'web-1': [socket(80, { lastSeen: hoursAgo(48), reportedAt: hoursAgo(48) })] },
    };
    assert.deepEqual(names(stored), missing);
    assert.equal(find(stored)[0]?.lastSeen, hoursAgo(48));
    assert.deepEqual(names(stored, { days: 0 }), ['declared_and_seen web-1 80/tcp shop']);
  });
});

describe('the filters', () => {
  const stored: Stored = {
    entries: [
      entry('shop', 80, { environment: 'production' }),
      entry('any', 81),
      entry('named', 82, { hosts: ['test-1'], environment: 'test' }),
    ],
    snapshots: [snapshot('web-1'), snapshot('test-1', { environment: 'test' }), snapshot('old', { environment: null })],
    sockets: { 'web-1': [socket(80)], 'test-1': [socket(81)], old: [socket(9)] },
  };

  test('select hosts and entries of an environment', () => {
    assert.deepEqual(names(stored, { environment: 'Production' }), [
      'declared_not_seen - 81/tcp any',
      'declared_and_seen web-1 80/tcp shop',
    ]);
    assert.deepEqual(names(stored, { environment: 'test' }), [
      'declared_not_seen test-1 82/tcp named',
      'declared_and_seen test-1 81/tcp any',
    ]);
    assert.deepEqual(names(stored, { environment: 'none' }), []);
  });

  test('select a host and the entries that name it', () => {
    assert.deepEqual(names(stored, { host: 'test-1' }), [
      'declared_not_seen test-1 82/tcp named',
      'declared_and_seen test-1 81/tcp any',
    ]);
    assert.deepEqual(names(stored, { host: 'web-1' }), ['declared_and_seen web-1 80/tcp shop']);
    assert.deepEqual(names(stored, { host: 'web-1', environment: 'test' }), []);
  });

  test('select a kind', () => {
    assert.deepEqual(names(stored, { kind: 'seen_not_declared' }), ['seen_not_declared old 9/tcp -']);
  });
});

test('the environment of a host is that of its last snapshot that has one', () => {
  const at = (...snapshots: readonly ReportedSnapshot[]) => {
    const [found] = find({ snapshots, sockets: { 'web-1': [socket(80)] } });
    return [found?.host?.environment, found?.host?.whole?.at, found?.host?.whole?.since];
  };
  const sockets = snapshot('web-1', { environment: 'test', at: hoursAgo(2), environmentSince: hoursAgo(9) });
  const ansible = snapshot('web-1', { source: 'ansible', environment: null, environmentSince: hoursAgo(5) });
  assert.deepEqual(at(sockets, ansible), ['test', MINUTE_AGO, hoursAgo(9)]);
  assert.deepEqual(at({ ...ansible, environment: 'new' }, sockets), ['new', MINUTE_AGO, hoursAgo(5)]);
  assert.deepEqual(at(sockets, { ...ansible, source: 'docker' }), ['test', hoursAgo(2), hoursAgo(9)]);
  assert.deepEqual(at({ ...ansible, source: 'docker' }), [null, undefined, undefined]);
});
