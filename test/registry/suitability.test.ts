import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AdviceFacts } from '../../src/registry/advice/advice-facts.ts';
import type { AdviceQuestion } from '../../src/registry/advice/advice-question.ts';
import { judgePort } from '../../src/registry/advice/suitability.ts';
import type { EphemeralRange } from '../../src/registry/rows/ephemeral-range.ts';
import type { TransportProtocol } from '../../src/registry/values/transport-protocol.ts';
import { factsOf, row, use } from '../support/advice.ts';

/** Returns the reasons as `severity code: detail (source)`. */
function reasonsOf(number: number, facts: Partial<AdviceFacts>, question: Partial<AdviceQuestion> = {}): string[] {
  const { reasons } = judgePort(number, { protocol: null, environment: null, ...question }, factsOf(facts));
  return reasons.map(({ severity, code, detail, source }) => `${severity} ${code}: ${detail} (${source})`);
}

/** Returns the verdict and the codes, for each requested protocol. */
function codesOf(number: number, facts: Partial<AdviceFacts>, protocol: TransportProtocol | null): string {
  const { verdict, reasons } = judgePort(number, { protocol, environment: null }, factsOf(facts));
  return [verdict, ...reasons.map(({ code }) => code)].join(' ');
}

const IANA = '(IANA registry of 2026-04-09)';

describe('the status at IANA', () => {
  test('applies to its protocol, and is a caution for others', () => {
    const assignments = [row(5000, 5000), row(5000, 5000, { serviceName: null, state: 'reserved', protocol: 'udp' })];
    const seen = (['tcp', 'udp', 'sctp', null] as const).map((protocol) => codesOf(5000, { assignments }, protocol));
    assert.deepEqual(seen, [
      'avoid assigned',
      'avoid reserved assigned_other_protocol',
      'caution assigned_other_protocol',
      'avoid assigned reserved',
    ]);
    assert.deepEqual(reasonsOf(5000, { assignments }, { protocol: 'udp' }), [
      `avoid reserved: IANA has reserved it on udp: "A demonstration". ${IANA}`,
      `caution assigned_other_protocol: IANA has assigned it to demo (A demonstration) on tcp; the assignee may take the other protocol too. ${IANA}`,
    ]);
  });

  test('applies to all four protocols if the row has none, and lists each name once', () => {
    assert.deepEqual(reasonsOf(5001, { assignments: [row(5000, 5009, { protocol: null })] }), [
      `avoid assigned: IANA has assigned it to demo (A demonstration) on tcp, udp, sctp and dccp, as a part of 5000-5009. ${IANA}`,
    ]);
  });

  test('comes from the exact row, not from the range around it; each name of a port is listed', () => {
    const free = row(5000, 5009, { serviceName: null, state: 'unassigned', description: 'Unassigned' });
    const assignments = [free, row(5003, 5003), row(5003, 5003, { serviceName: 'other', description: 'other' })];
    assert.deepEqual(codesOf(5003, { assignments }, 'tcp'), 'avoid assigned assigned');
    assert.deepEqual(codesOf(5005, { assignments }, 'tcp'), 'good');
    const hole = row(5003, 5003, { serviceName: null, state: 'unassigned' });
    assert.deepEqual(codesOf(5003, { assignments: [row(5000, 5009), hole] }, 'tcp').split(' ')[0], 'good');
    const [, second] = reasonsOf(5003, { assignments });
    assert.equal(second, `avoid assigned: IANA has assigned it to other on tcp. ${IANA}`);
  });

  test('without a name is quoted', () => {
    const assignments = [row(24, 24, { serviceName: null, description: 'any private mail system' })];
    assert.deepEqual(
      reasonsOf(24, { assignments })[0],
      `avoid assigned: IANA has assigned it without a name on tcp: "any private mail system". ${IANA}`,
    );
    const recorded = [row(3000, 3000, { state: 'recorded' })];
    assert.deepEqual(reasonsOf(3000, { assignments: recorded }), [
      `caution recorded: IANA lists demo (A demonstration) on tcp without an assignment: it is an unassigned but widespread use. ${IANA}`,
    ]);
  });

  test('is reported once for equal rows, in any position', () => {
    const ranges = [row(5000, 5010), row(5005, 5015), row(5005, 5005, { protocol: 'udp' })];
    assert.deepEqual(reasonsOf(5005, { assignments: ranges }), [
      `avoid assigned: IANA has assigned it to demo (A demonstration) on tcp, as a part of 5000-5010 and 5005-5015. ${IANA}`,
      `avoid assigned: IANA has assigned it to demo (A demonstration) on udp. ${IANA}`,
    ]);
    const nameless = { serviceName: null, description: 'any private mail system' } as const;
    const mail = row(5000, 5000, { ...nameless, protocol: 'udp' });
    const gone = row(5000, 5000, { serviceName: null, state: 'deregistered', description: 'Removed' });
    assert.equal(codesOf(5000, { assignments: [gone, mail] }, 'tcp'), 'caution assigned_other_protocol deregistered');
    assert.equal(codesOf(5000, { assignments: [row(5000, 5000, nameless), mail] }, 'tcp'), 'avoid assigned');
    const beside = row(5001, 5001, { serviceName: null, description: 'any private printer' });
    assert.equal(
      reasonsOf(5000, { assignments: [row(5000, 5000, nameless), beside] }).at(-1),
      `info neighbour: 5001, the port above, is assigned to "any private printer". ${IANA}`,
    );
  });

  test('of removed assignments has the latest date of all rows', () => {
    const words = { serviceName: null, state: 'deregistered', description: 'Removed' } as const;
    const rows = [
      row(5000, 5010, { ...words, modificationDate: '2001-01' }),
      row(5005, 5020, { ...words, protocol: 'udp', registrationDate: '2024-06' }),
      row(5000, 5010, { ...words, description: 'Deprecated' }),
    ];
    for (const assignments of [rows, rows.toReversed()]) {
      assert.deepEqual(reasonsOf(5005, { assignments }), [
        `caution deregistered: IANA deregistered an assignment on tcp and udp, as a part of 5000-5010 and 5005-5020, 2024-06: "Removed". Old programs may still use it. ${IANA}`,
        `info deregistered: IANA deregistered an assignment on tcp, as a part of 5000-5010: "Deprecated". Old programs may still use it. ${IANA}`,
      ]);
    }
  });

  test('of a removed assignment is a caution for five years', () => {
    const severities = ['2021-04-09', '2021-04-08', '2021-04', '2021-03', null].map((modificationDate) => {
      const gone = row(5000, 5000, {
        serviceName: null,
        state: 'deregistered',
        description: 'Removed',
        modificationDate,
      });
      return judgePort(5000, { protocol: null, environment: null }, factsOf({ assignments: [gone] })).verdict;
    });
    assert.deepEqual(severities, ['caution', 'good', 'caution', 'good', 'good']);
    const registrationDate = '2025-02-01';
    const gone = row(5000, 5000, {
      serviceName: null,
      state: 'deregistered',
      description: 'Removed',
      registrationDate,
    });
    assert.deepEqual(reasonsOf(5000, { assignments: [gone] }), [
      `caution deregistered: IANA deregistered an assignment on tcp, 2025-02-01: "Removed". Old programs may still use it. ${IANA}`,
    ]);
  });

  test('of unauthorized uses applies to the named ports, or to the single port of the row', () => {
    const words = 'Known on ports 5002 and 5004-5005, see RFC5006 and v5007';
    const range = row(5000, 5009, { serviceName: null, state: 'unassigned', unauthorizedUse: words });
    const heard = Array.from({ length: 12 }, (_, index) => 4999 + index).filter(
      (port) => codesOf(port, { assignments: [range] }, 'tcp') === 'caution informal_use',
    );
    assert.deepEqual(heard, [5002, 5004, 5005]);
    const single = { ...range, lastPort: 5000, unauthorizedUse: 'yes' };
    assert.deepEqual(reasonsOf(5000, { assignments: [single] }), [
      `caution informal_use: IANA lists a known unauthorized use: "yes". ${IANA}`,
    ]);
    assert.equal(codesOf(5000, { assignments: [single] }, 'udp'), 'good');
  });
});

describe('ranges', () => {
  test('of RFC 6335 have its boundaries', () => {
    const verdicts = [0, 1023, 1024, 49151, 49152, 65535].map((port) => codesOf(port, {}, null));
    const [system, dynamic] = ['caution system_range', 'avoid dynamic_range'];
    assert.deepEqual(verdicts, [system, system, 'good', 'good', dynamic, dynamic]);
  });

  const range = (system: string, current = true): EphemeralRange => ({
    system,
    title: system.toUpperCase(),
    firstPort: 9000,
    lastPort: 9099,
    version: current ? null : 'old',
    current,
    howToRead: null,
    howToChange: 'change it',
    note: null,
    source: { title: `${system} manual`, url: null },
  });

  test('of current common systems are a caution, with the command to exclude the port; others are info', () => {
    const systems = ['linux', 'windows', 'macos', 'own', 'kubernetes', 'openshift', 'freebsd'];
    const ephemeralRanges = [...systems.map((system) => range(system)), range('linux', false)];
    const uses = 'uses 9000-9099 for outgoing connections, so the port may be in use when the service starts.';
    assert.deepEqual(reasonsOf(9050, { ephemeralRanges }, { protocol: 'udp' }), [
      `caution ephemeral: LINUX ${uses} To keep it out, set net.ipv4.ip_local_reserved_ports=9050 with sysctl, in addition to the ports already listed there. (linux manual)`,
      `caution ephemeral: WINDOWS ${uses} To keep it out: netsh int ipv4 add excludedportrange protocol=udp startport=9050 numberofports=1 store=persistent. (windows manual)`,
      `caution ephemeral: MACOS ${uses} The range can be changed, for example: change it. (macos manual)`,
      `caution ephemeral: OWN ${uses} The range can be changed, for example: change it. (own manual)`,
      'caution nodeport: Kubernetes gives a port of 9000-9099 to each Service of type NodePort, on every node. The range can be changed, for example: change it. (kubernetes manual)',
      'info ephemeral: It lies in ephemeral ranges of other systems or older versions: FREEBSD (9000-9099); LINUX, old (9000-9099). (freebsd manual; linux manual)',
      'info nodeport: It lies in the NodePort range of other systems: OPENSHIFT (9000-9099). (openshift manual)',
    ]);
  });

  test('and blocked ports are only info unless the request avoids them', () => {
    const facts = factsOf({ blockedPorts: [9050], ephemeralRanges: [range('linux'), range('kubernetes')] });
    const judge = (...avoid: ('linux' | 'browsers' | 'kubernetes')[]) =>
      judgePort(9050, { protocol: null, environment: null }, facts, avoid).verdict;
    assert.deepEqual(
      [judge('browsers'), judge('linux'), judge('kubernetes'), judge()],
      ['avoid', 'caution', 'caution', 'good'],
    );
  });
});

describe('uses', () => {
  const informal = {
    origin: 'informal',
    id: 'redis',
    name: 'Redis',
    usedBy: 'Redis Ltd',
    sources: [{ title: 'Manual', url: null }],
  } as const;

  test('of 1 to 256 ports are a caution unless disputed; wider ones are info', () => {
    const verdicts = [
      [use(7000, 7255, informal)],
      [use(7000, 7256, informal)],
      [use(7000, 7000, { ...informal, confidence: 'disputed' })],
    ].map((informalUses) => codesOf(7000, { informalUses }, 'tcp'));
    assert.deepEqual(verdicts, ['caution informal_use', 'good wide_informal_use', 'good informal_use']);
    assert.equal(codesOf(7000, { informalUses: [use(7000, 7000, informal)] }, 'udp'), 'good');
    assert.deepEqual(reasonsOf(7000, { informalUses: [use(7000, 7000, informal)] }), [
      'caution informal_use: Redis (Redis Ltd) uses port 7000 on tcp: said by its maker. (Manual)',
    ]);
  });

  test('by own entries are to be avoided, except those in another environment', () => {
    const ownUses = [use(7000, 7001, { owner: 'payments', environment: 'Staging' })];
    assert.deepEqual(reasonsOf(7000, { ownUses }, { environment: 'staging' }), [
      'avoid own_use: The own entry billing uses ports 7000-7001 on tcp, owned by payments, in Staging. (own-00000000000a)',
    ]);
    assert.deepEqual(reasonsOf(7000, { ownUses }, { environment: 'production' }), []);
    assert.deepEqual(reasonsOf(7000, { ownUses: [use(7000, 7000)] }, { environment: 'production' }).length, 1);
    assert.deepEqual(reasonsOf(7000, { ownUses }, { protocol: 'udp' }), []);
  });

  test('by pools are to be avoided on their ports and protocols', () => {
    const pool = {
      name: 'east',
      spans: [{ firstPort: 7000, lastPort: 7009 }],
      protocols: ['tcp'],
      owner: 'payments',
    } as const;
    assert.deepEqual(reasonsOf(7009, { pools: [pool] }), [
      'avoid own_use: It belongs to the pool east of payments. (pool east)',
    ]);
    assert.deepEqual(reasonsOf(7010, { pools: [pool] }), []);
    assert.deepEqual(reasonsOf(7009, { pools: [pool] }, { protocol: 'udp' }), []);
  });

  test('of neighbouring ports are info, unless the port itself has the same use', () => {
    const facts = { assignments: [row(7001, 7003)], ownUses: [use(6998, 6999, { owner: 'payments' })] };
    assert.deepEqual(reasonsOf(7000, facts), [
      'info neighbour: 6999, the port below, is used by the own entry billing, owned by payments. (own-00000000000a)',
      `info neighbour: 7001, the port above, is assigned to demo. ${IANA}`,
    ]);
    assert.equal(codesOf(7002, facts, null), 'avoid assigned');
    assert.equal(codesOf(6998, facts, null), 'avoid own_use');
    assert.equal(codesOf(7000, facts, 'udp'), 'good');
  });
});
