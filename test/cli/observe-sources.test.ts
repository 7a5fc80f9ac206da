import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startInProcess } from '../support/listen.ts';
import { nmapHost, nmapPort, nmapXml } from '../support/nmap-xml.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { bearer } from '../support/tokens.ts';

const SSH = nmapPort('tcp', 22, 'open');

/** Three hosts that are up, one that is down, and one whose scan took too long. */
const SCAN = nmapXml(
  { tcp: '22,80' },
  nmapHost([SSH], '192.0.2.7', [
    ['Web-1.example.org', 'user'],
    ['host-7.example.net', 'PTR'],
  ]) +
    nmapHost([SSH, nmapPort('tcp', 80, 'open')], '192.0.2.8', [['a_b.example.net', 'PTR']]) +
    nmapHost([], '192.0.2.9', [['db-1.example.net', 'PTR']]) +
    nmapHost([], '192.0.2.10').replace('state="up"', 'state="down"') +
    nmapHost([], '192.0.2.11').replace('<host ', '<host timedout="true" '),
);

test('observe splits a scan of nmap by host', async (t) => {
  const DATABASE = await seededDatabase(t);
  const { url } = await startInProcess(t, { DATABASE });
  const remote = { PORTOLAN_SERVER: url, PORTOLAN_TOKEN: bearer(DATABASE, 'observe').replace('Bearer ', '') };
  const run = (input: string, environment: Record<string, string>, ...args: readonly string[]) =>
    runPortolan(['observe', '--source', 'nmap', ...args], { environment, input });
  const skipped = '192.0.2.10: not stored, it is down\n192.0.2.11: not stored, its scan took too long\n';
  const lines = (...counts: readonly string[]) =>
    ['web-1.example.org', '192.0.2.8', 'db-1.example.net'].map((name, index) => `${name}: ${counts[index]}\n`).join('');
  assert.deepEqual(await run(SCAN, remote), {
    code: 0,
    stdout: lines(
      '1 listening socket, 1 new, 0 gone',
      '2 listening sockets, 2 new, 0 gone',
      '0 listening sockets, 0 new, 0 gone',
    ),
    stderr: skipped,
  });
  // In the database, a scan of fewer ports.
  const fewer = SCAN.replace('services="22,80"', 'services="22"').replaceAll('portid="80"', 'portid="22"');
  assert.deepEqual(await run(fewer, { DATABASE }), {
    code: 0,
    stdout: lines(
      '1 listening socket, 0 new, 0 gone',
      '1 listening socket, 0 new, 0 gone',
      '0 listening sockets, 0 new, 0 gone',
    ),
    stderr: skipped,
  });
});

test('observe names what it cannot store', async (t) => {
  const DATABASE = await seededDatabase(t);
  const run = (input: string, ...args: readonly string[]) =>
    runPortolan(['observe', ...args], { environment: { DATABASE }, input });
  const twice = nmapHost([SSH], '192.0.2.7', [['web-1', 'user']]) + nmapHost([SSH], '192.0.2.8', [['web-1', 'user']]);
  const hint = '(portolan --help lists the commands)\n';
  const cases: readonly [input: string, args: readonly string[], code: number, stderr: string][] = [
    [
      '',
      [],
      2,
      `error: Cannot store a snapshot without the name of its host: expected --host, or --source nmap\n${hint}`,
    ],
    [
      '',
      ['--source', 'docker'],
      2,
      `error: Cannot store a snapshot without the name of its host: expected --host, or --source nmap\n${hint}`,
    ],
    [
      nmapXml({ tcp: '22' }, twice),
      ['--source', 'nmap'],
      1,
      'portolan: Cannot read the scan of the snapshot, "web-1": expected each name once; scan the addresses one by one\n',
    ],
    [
      nmapXml({ tcp: '22' }, nmapHost([SSH], '2001:db8::7')),
      ['--source', 'nmap'],
      1,
      'portolan: Cannot read the host of the snapshot, "2001:db8::7": expected a host name or an IPv4 address; give its name with --host\n',
    ],
    [
      nmapXml({ tcp: '22' }, ''),
      ['--source', 'nmap'],
      1,
      'portolan: Cannot read the scan of the snapshot: expected a host that is up\n',
    ],
    [
      SCAN,
      ['--source', 'nmap', '--host', 'web-1'],
      1,
      'portolan: Cannot read the scan of the snapshot: expected one host; portolan observe splits a scan of several\n',
    ],
    // A scan with an unreadable last host stores nothing.
    [
      SCAN.replace('</host>\n<runstats>', '<runstats>'),
      ['--source', 'nmap'],
      1,
      'portolan: Cannot read line 56 of the snapshot: expected well-formed XML, got unexpected close tag\n',
    ],
  ];
  for (const [input, args, code, stderr] of cases) {
    assert.deepEqual(await run(input, ...args), { code, stdout: '', stderr }, args.join(' '));
  }
  const named = nmapXml({ tcp: '22' }, nmapHost([SSH], '2001:db8::7'));
  assert.deepEqual(await run(named, '--source', 'nmap', '--host', 'V6'), {
    code: 0,
    stdout: 'v6: 1 listening socket, 1 new, 0 gone\n',
    stderr: '',
  });
  const container = `${JSON.stringify({ Names: 'web', Ports: '0.0.0.0:8080->80/tcp', Labels: '' })}\n`;
  assert.deepEqual(await run(container, '--source', 'docker', '--host', 'v6'), {
    code: 0,
    stdout: 'v6: 1 listening socket, 1 new, 0 gone\n',
    stderr: '',
  });
  const unknown = await run('', '--source', 'guess', '--host', 'v6');
  assert.equal(unknown.code, 2);
  assert.match(
    unknown.stderr,
    /argument 'guess' is invalid\. Allowed choices are sockets, docker, kubernetes, ansible, nmap\./,
  );
});
