import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PortReport } from '../../src/registry/report/port-report.ts';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

async function ask(path: string) {
  return request(product.app).get(path);
}

async function report(path: string): Promise<PortReport> {
  const { status, body } = await ask(path);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

test('the report of port 60257 is ordered by certainty, with a source for each statement', async () => {
  const { associations, ephemeralRanges, checks, registry, ...rest } = await report('/ports/60257');
  assert.deepEqual(rest, {
    number: 60257,
    range: {
      name: 'dynamic',
      title: 'Dynamic Ports',
      firstPort: 49152,
      lastPort: 65535,
      reference: 'RFC 6335, section 6',
    },
    summary:
      'Port 60257 has no official assignment: it lies in the Dynamic Ports 49152-65535, a dynamic range in which IANA makes no assignments. ' +
      "It is most likely a client's ephemeral port: Linux (32768-60999), macOS (49152-65535) and Windows (49152-65535) use it for outgoing connections. " +
      'Informally associated: Xsan Filesystem Access (on 49152-65535), mosh sessions (on 60000-61000), Skype for Business video media (on 57501-65535), ' +
      'GlusterFS bricks (on 49152-60999), TURN relayed addresses (on 49152-65535) and Windows dynamic RPC endpoints (on 49152-65535), ' +
      'so it may carry one of these, something else or nothing.',
    states: { tcp: 'dynamic', udp: 'dynamic', sctp: 'dynamic', dccp: 'dynamic' },
    assignments: [],
    otherNames: [],
    blockedByBrowsers: false,
    observed: null,
  });
  assert.deepEqual(associations[0], {
    id: 'xsan-filesystem-access',
    name: 'Xsan Filesystem Access',
    usedBy: 'Apple Xsan',
    firstPort: 49152,
    lastPort: 65535,
    protocols: ['tcp'],
    category: 'storage',
    confidence: 'documented',
    prominence: 3,
    origin: 'informal',
    note: 'Xsan clients may use any port of this range, so the link to one single port is loose: it may carry Xsan, something else or nothing.',
    sources: [
      {
        title: 'Apple: TCP and UDP ports used by Apple software products',
        url: 'https://support.apple.com/en-us/103229',
      },
      {
        title: 'Apple: the same document under its older number HT202944',
        url: 'https://support.apple.com/en-ca/HT202944',
      },
    ],
    owner: null,
    contact: null,
    environment: null,
    link: null,
    tags: [],
    otherNames: [],
    justification: null,
    approvedBy: null,
    approvedAt: null,
    reviewBy: null,
    expiresAt: null,
    status: 'active',
    hosts: [],
    revision: null,
  });
  assert.ok(associations.every(({ sources }) => sources.length > 0));
  const linux = { system: 'linux', title: 'Linux', firstPort: 32768, lastPort: 60999 };
  assert.deepEqual(
    ephemeralRanges.filter(({ system }) => system === 'linux'),
    [linux],
  );
  assert.deepEqual(registry, { date: '2026-08-05' });
  assert.deepEqual(
    checks.map(({ system, tool }) => `${system} ${tool}`),
    [
      'linux ss',
      'linux lsof',
      'macos lsof',
      'macos netstat',
      'windows netstat',
      'windows Get-NetTCPConnection',
      'windows Get-NetUDPEndpoint',
      'freebsd sockstat',
    ],
  );
  assert.deepEqual(checks[0], {
    system: 'linux',
    tool: 'ss',
    command: "ss -lntup 'sport = :60257'",
    needsRoot: false,
  });
});

test('Xsan is on every dynamic port and on no other', async () => {
  for (const [port, expected] of [
    [49151, false],
    [49152, true],
    [65535, true],
  ] as const) {
    const { associations } = await report(`/ports/${port}`);
    assert.equal(
      associations.some(({ id }) => id === 'xsan-filesystem-access'),
      expected,
      String(port),
    );
  }
});

describe('the boundaries of the ranges', () => {
  const all = (state: string) => ({ tcp: state, udp: state, sctp: state, dccp: state });
  const edges = [
    [0, 'system', { ...all('unlisted'), tcp: 'reserved', udp: 'reserved' }],
    [1023, 'system', { ...all('unlisted'), tcp: 'reserved', udp: 'reserved' }],
    [1024, 'user', { ...all('unlisted'), tcp: 'reserved', udp: 'reserved' }],
    [49151, 'user', all('reserved')],
    [49152, 'dynamic', all('dynamic')],
    [65535, 'dynamic', all('dynamic')],
  ] as const;
  for (const [port, range, states] of edges) {
    test(String(port), async () => {
      const answer = await report(`/ports/${port}`);
      assert.deepEqual([answer.range.name, answer.states], [range, states]);
      assert.match(answer.summary, /no official assignment/);
    });
  }
});

describe('a malformed port number is refused with the reason', () => {
  const syntax = ' in decimal digits, without sign, blank or leading zero';
  const cases = [
    ['65536', '65536', ''],
    ['-1', '-1', syntax],
    ['1.5', '1.5', syntax],
    ['1e3', '1e3', syntax],
    ['0x50', '0x50', syntax],
    ['', '', syntax],
    ['%20', ' ', syntax],
    ['+80', '+80', syntax],
    ['080', '080', syntax],
    ['80abc', '80abc', syntax],
    ['%EF%BC%98%EF%BC%90', '８０', syntax],
    ['100000000000000000000', '100000000000000000000', ''],
    ['80%0A', '80\\n', syntax],
    ['9'.repeat(3000), `${'9'.repeat(80)}…`, ''],
  ] as const;
  for (const [path, quoted, reason] of cases) {
    test(`/ports/${path.slice(0, 30)}`, async () => {
      const { status, body, type } = await ask(`/ports/${path}`);
      const detail = `Cannot parse port number "${quoted}": expected an integer from 0 to 65535${reason}`;
      assert.deepEqual([status, type], [400, 'application/problem+json']);
      const { requestId, ...problem } = body;
      assert.match(requestId, /^[0-9a-f-]{36}$/);
      const errors = [{ parameter: 'port', detail }];
      assert.deepEqual(problem, { type: 'about:blank', title: 'Bad Request', status: 400, detail, errors });
    });
  }
});

describe('a protocol', () => {
  test('filters rows, uses and checks, never the states', async () => {
    const whole = await report('/ports/2019');
    const tcp = await report('/ports/2019/tcp');
    assert.deepEqual(await report('/ports/2019?protocol=TCP'), tcp);
    assert.deepEqual(tcp.states, whole.states);
    assert.deepEqual(
      tcp.assignments.map(({ serviceName, protocol }) => `${serviceName}/${protocol}`),
      ['whosockami/tcp'],
    );
    assert.deepEqual(
      (await report('/ports/2019/UDP')).assignments.map(({ serviceName }) => serviceName),
      ['about'],
    );
    assert.ok(tcp.associations.length > 0 && tcp.associations.every(({ protocols }) => protocols.includes('tcp')));
    assert.equal(tcp.checks[0]?.command, "ss -lntp 'sport = :2019'");
    assert.equal(
      tcp.summary,
      'Port 2019/tcp is assigned to whosockami. Informally associated: Caddy admin API and Cisco reverse Telnet to async lines (on 2001-2999).',
    );
  });

  test('keeps rows without a protocol', async () => {
    for (const protocol of ['tcp', 'udp', 'sctp', 'dccp']) {
      const { assignments } = await report(`/ports/6400/${protocol}`);
      assert.deepEqual(
        assignments.map(({ serviceName }) => serviceName),
        ['boe-cms'],
      );
    }
  });

  test('explains a missing assignment by those for other protocols', async () => {
    const { summary, assignments, states } = await report('/ports/67/sctp');
    assert.equal(
      summary,
      'Port 67/sctp has no official assignment: the registry lists nothing for it on sctp; the port is listed for bootps (Bootstrap Protocol Server) on tcp and udp.',
    );
    assert.deepEqual([assignments, states.sctp], [[], 'unlisted']);
  });

  test('that is unknown, or differs between path and query, is refused', async () => {
    const cases = [
      ['/ports/80/icmp', 'Cannot parse transport protocol "icmp": expected tcp, udp, sctp or dccp'],
      ['/ports/80?protocol=', 'Cannot parse transport protocol "": expected tcp, udp, sctp or dccp'],
      ['/ports/80/tcp?protocol=udp', 'Cannot answer for protocol "udp": expected tcp, as the path says'],
      ['/ports?ports=80/tcp&protocol=udp', 'Cannot answer for protocol "udp": expected tcp, as the list of ports says'],
    ];
    for (const [path = '', detail] of cases) {
      const { status, body } = await ask(path);
      assert.deepEqual([status, body.detail, body.errors], [400, detail, [{ parameter: 'protocol', detail }]]);
    }
    assert.equal((await ask('/ports/80/tcp?protocol=tcp')).status, 200);
  });
});

describe('a list of ports', () => {
  test('is answered in request order, with ranges expanded', async () => {
    const { body } = await ask('/ports?ports=443/tcp,22,6000-6002,22');
    assert.deepEqual(
      body.results.map(({ number }: PortReport) => number),
      [443, 22, 6000, 6001, 6002, 22],
    );
    assert.deepEqual([body.count, body.next, body.previous], [6, null, null]);
    assert.deepEqual(body.results[0], await report('/ports/443/tcp'));
    assert.deepEqual(body.results[4], await report('/ports/6002'));
  });

  test('has at most 1,000 ports', async () => {
    const { body } = await ask('/ports?ports=0-999');
    assert.deepEqual([body.count, body.results.length, body.next], [1000, 1000, null]);
    const refused = await ask('/ports?ports=0-999,1000');
    assert.deepEqual(
      [refused.status, refused.body.detail],
      [400, 'Cannot answer for more than 1000 ports at once: item 1000 makes it 1001'],
    );
    assert.equal((await ask('/ports?ports=0-65535')).status, 400);
  });

  test('is split into linked pages', async () => {
    const first = (await ask('/ports?ports=20-25&protocol=tcp&limit=4')).body;
    assert.deepEqual([first.count, first.results.length, first.previous], [6, 4, null]);
    assert.equal(first.next, '/ports?ports=20-25&protocol=tcp&limit=4&offset=4');
    const second = (await ask(first.next)).body;
    assert.deepEqual(
      second.results.map(({ number }: PortReport) => number),
      [24, 25],
    );
    assert.deepEqual([second.next, second.previous], [null, '/ports?ports=20-25&protocol=tcp&limit=4&offset=0']);
    const beyond = (await ask('/ports?ports=20-25&offset=100')).body;
    assert.deepEqual([beyond.count, beyond.results, beyond.next], [6, [], null]);
  });

  test('that is invalid is refused', async () => {
    const syntax = 'expected an integer from 0 to 65535 in decimal digits, without sign, blank or leading zero';
    const cases = [
      ['/ports', 'Missing query parameter "ports": expected ports such as 22,443/tcp,6000-6010'],
      ['/ports?ports=', `Cannot parse port number "": ${syntax}`],
      ['/ports?ports=22,,80', `Cannot parse port number "": ${syntax}`],
      ['/ports?ports=5-2', 'Cannot parse port range "5-2": expected the lower port first, 2-5'],
      ['/ports?ports=1-2-3', 'Cannot parse port "1-2-3": expected a port such as 22, 443/tcp or 6000-6010'],
      ['/ports?ports=-1', 'Cannot parse port "-1": expected a port such as 22, 443/tcp or 6000-6010'],
      ['/ports?ports=80/tcp/udp', 'Cannot parse port "80/tcp/udp": expected a port such as 22, 443/tcp or 6000-6010'],
      ['/ports?ports=70000', 'Cannot parse port number "70000": expected an integer from 0 to 65535'],
    ];
    for (const [path = '', detail] of cases) {
      const { status, body } = await ask(path);
      assert.deepEqual([status, body.detail, body.errors], [400, detail, [{ parameter: 'ports', detail }]]);
    }
  });
});
