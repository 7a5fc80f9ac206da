import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Registry } from '../../src/registry/registry.ts';
import type { PortState } from '../../src/registry/report/port-state.ts';
import type { Assignment } from '../../src/registry/rows/assignment.ts';
import { formatSpan } from '../../src/registry/values/port-range.ts';
import { runAllSteps } from '../../src/registry/values/run-step.ts';
import { TRANSPORT_PROTOCOLS } from '../../src/registry/values/transport-protocol.ts';

/** The official rows of a port since 2026, in the order of the report. */
interface PortFact {
  readonly title: string;
  readonly ports: readonly number[];
  /** Protocol (`*` for a row without one), service name or `-`, state, and details. */
  readonly rows: readonly string[];
  /** The states for tcp, udp, sctp and dccp, where they do not follow from the rows alone. */
  readonly states?: readonly PortState[];
}

const XSAN = 'xsan-filesystem-access';

/** Facts that hold for IANA's file of 2026-04-09 and for the bundled one. */
const PORT_FACTS: readonly PortFact[] = [
  {
    title: 'the edge of the System Ports is reserved',
    ports: [0],
    rows: ['tcp - reserved "Reserved"', 'udp - reserved "Reserved"'],
    states: ['reserved', 'reserved', 'unlisted', 'unlisted'],
  },
  {
    title: 'discard is assigned on all four protocols',
    ports: [9],
    rows: TRANSPORT_PROTOCOLS.map((protocol) => `${protocol} discard assigned`),
  },
  {
    title: 'a private use without a name is an assignment',
    ports: [24],
    rows: ['tcp', 'udp'].map((protocol) => `${protocol} - assigned "any private mail system"`),
  },
  {
    title: 'two names on one port',
    ports: [42],
    rows: ['tcp name assigned', 'udp name assigned', 'tcp nameserver assigned', 'udp nameserver assigned'],
  },
  {
    title: 'a name comes before its historic alias',
    ports: [66],
    rows: [
      'tcp sql-net assigned',
      'udp sql-net assigned',
      'tcp sql*net assigned, alias of sql-net',
      'udp sql*net assigned, alias of sql-net',
    ],
  },
  {
    title: 'three names on one port, none dropped',
    ports: [80],
    rows: [
      'tcp http assigned',
      'udp http assigned',
      'sctp http assigned',
      'tcp www assigned, alias of http',
      'udp www assigned, alias of http',
      'tcp www-http assigned, alias of http',
      'udp www-http assigned, alias of http',
    ],
  },
  {
    title: 'a row without a protocol, with unauthorized use',
    ports: [100],
    rows: ['* - unassigned "Unassigned", unauthorized: Known Unauthorized Use on 100'],
    states: Array(4).fill('unassigned'),
  },
  {
    title: 'a reserved range, from end to end',
    ports: [225, 233, 241],
    rows: ['* - reserved "Reserved" on 225-241'],
    states: Array(4).fill('reserved'),
  },
  {
    title: 'three services, one on udp and two on tcp',
    ports: [465],
    rows: ['tcp submissions assigned', 'udp igmpv3lite assigned', 'tcp urd assigned'],
  },
  {
    title: 'one service on tcp and two on udp',
    ports: [512],
    rows: ['udp biff assigned', 'udp comsat assigned', 'tcp exec assigned'],
  },
  {
    title: 'a deregistered port',
    ports: [585],
    rows: ['* - deregistered "De-registered"'],
    states: Array(4).fill('deregistered'),
  },
  {
    title: 'different services on tcp and udp',
    ports: [2019],
    rows: ['udp about assigned', 'tcp whosockami assigned'],
    states: ['assigned', 'assigned', 'unlisted', 'unlisted'],
  },
  {
    title: 'two services on the same protocols',
    ports: [2049],
    rows: ['tcp nfs assigned', 'udp nfs assigned', 'sctp nfs assigned', 'tcp shilp assigned', 'udp shilp assigned'],
  },
  {
    title: 'an assigned name comes before a recorded one',
    ports: [3000],
    rows: ['tcp hbci assigned', 'udp hbci assigned', 'tcp remoteware-cl recorded', 'udp remoteware-cl recorded'],
    states: ['assigned', 'assigned', 'unlisted', 'unlisted'],
  },
  {
    title: 'six rows on one port',
    ports: [3478],
    rows: ['stun', 'turn', 'stun-behavior'].flatMap((name) => [`tcp ${name} assigned`, `udp ${name} assigned`]),
  },
  {
    title: 'a description that begins with Reserved reserves nothing',
    ports: [5349],
    rows: ['stuns', 'turns', 'stun-behaviors'].flatMap((name) => [`tcp ${name} assigned`, `udp ${name} assigned`]),
    states: ['assigned', 'assigned', 'unlisted', 'unlisted'],
  },
  {
    title: 'a service on a range, inside it and at its ends',
    ports: [6000, 6010, 6063],
    rows: ['tcp', 'udp'].map(
      (protocol) => `${protocol} x11 assigned on 6000-6063, unauthorized: Known Unauthorized Use on port 6003`,
    ),
  },
  {
    title: 'a named row without a protocol counts for all four',
    ports: [6400],
    rows: ['* boe-cms assigned'],
    states: Array(4).fill('assigned'),
  },
  {
    title: 'a range that is assigned on tcp and reserved on udp',
    ports: [6665, 6667, 6669],
    rows: ['tcp ircu assigned on 6665-6669', 'udp - reserved "Reserved" on 6665-6669'],
    states: ['assigned', 'reserved', 'unlisted', 'unlisted'],
  },
  {
    title: 'a service on a range without a protocol',
    ports: [7331],
    rows: ['* swx assigned on 7300-7359'],
    states: Array(4).fill('assigned'),
  },
  {
    title: 'a row of the exact port beats one of a range',
    ports: [7775],
    rows: ['tcp inetfs assigned', 'udp - reserved "Reserved"', '* - unassigned "Unassigned" on 7748-7776'],
    states: ['assigned', 'reserved', 'unassigned', 'unassigned'],
  },
  { title: 'the port of many jokes has a service', ports: [31337], rows: ['tcp eldim assigned', 'udp eldim assigned'] },
  {
    title: 'the edge of the User Ports is reserved',
    ports: [49151],
    rows: ['* - reserved "Reserved"'],
    states: Array(4).fill('reserved'),
  },
  {
    title: 'nothing is assigned in the Dynamic Ports',
    ports: [49152, 60257, 65535],
    rows: [],
    states: Array(4).fill('dynamic'),
  },
];

/** The requested name, the name as the registry spells it, and its rows. */
const NAME_FACTS: readonly (readonly [requested: string, spelling: string, rows: readonly string[]])[] = [
  ['SSH', 'ssh', ['22/tcp', '22/udp', '22/sctp', 'none/tcp']],
  ['AirPlay', 'airplay', ['none/tcp', 'none/udp']],
  ['npp', 'npp', ['92/tcp', '92/udp', '4045/tcp', '4045/udp']],
  ['dmexpress', 'DMExpress', ['32636/tcp', '32636/udp']],
  ['CL/1', 'cl/1', ['172/tcp', '172/udp']],
  ['914C/G', '914c/g', ['211/tcp', '211/udp']],
  ['WhoIs++', 'whois++', ['63/tcp', '63/udp']],
  ['SQL*Net', 'sql*net', ['66/tcp', '66/udp']],
  ['Z39.50', 'z39.50', ['210/tcp', '210/udp']],
];

/**
 * Declares the tests of facts that hold for IANA's file of 2026-04-09 and for the bundled one.
 *
 * @param registryOf - Returns the registry; called while tests run.
 */
export function testFacts(registryOf: () => Registry): void {
  for (const { title, ports, rows, states } of PORT_FACTS) {
    test(`${ports.join(', ')}: ${title}`, () => {
      for (const port of ports) {
        const report = registryOf().port(port, null);
        assert.deepEqual(report.assignments.map(describeRow), rows);
        if (states !== undefined) assert.deepEqual(Object.values(report.states), states);
      }
    });
  }

  for (const [requested, spelling, rows] of NAME_FACTS) {
    test(`service ${requested}: ${rows.join(', ')}`, () => {
      const { name, assignments } = runAllSteps(registryOf().service(requested));
      assert.equal(name, spelling);
      assert.deepEqual(
        assignments.map(({ firstPort, protocol }) => `${firstPort ?? 'none'}/${protocol}`),
        rows,
      );
    });
  }

  test('descriptions keep non-ASCII characters, and an empty one is null', () => {
    const descriptions = (port: number) =>
      registryOf()
        .port(port, null)
        .assignments.map(({ description }) => description);
    assert.deepEqual(descriptions(4413), Array(2).fill('FORTÉ Vision Monitoring platform'));
    assert.deepEqual(descriptions(5000), [null, null]);
  });

  test('Xsan is an association of every dynamic port and of no other', () => {
    const hasXsan = (port: number) =>
      registryOf()
        .port(port, null)
        .associations.some(({ id }) => id === XSAN);
    assert.deepEqual([1, 49151, 49152, 60257, 65535].map(hasXsan), [false, false, true, true, true]);
    assert.deepEqual(
      [49151, 49152, 60257, 65535].map((port) => registryOf().port(port, null).range.name),
      ['user', 'dynamic', 'dynamic', 'dynamic'],
    );
  });
}

function describeRow(row: Assignment): string {
  const { firstPort, lastPort, unauthorizedUse, aliasOf } = row;
  return [
    `${row.protocol ?? '*'} ${row.serviceName ?? '-'} ${row.state}`,
    row.serviceName === null ? ` "${row.description}"` : '',
    firstPort === null || lastPort === null || firstPort === lastPort
      ? ''
      : ` on ${formatSpan({ firstPort, lastPort })}`,
    aliasOf === null ? '' : `, alias of ${aliasOf}`,
    unauthorizedUse === null ? '' : `, unauthorized: ${unauthorizedUse}`,
  ].join('');
}
