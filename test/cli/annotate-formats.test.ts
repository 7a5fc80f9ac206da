import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Outcome, runPortolan } from '../support/portolan-process.ts';
import { putSeededDatabase } from '../support/seeded-database.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';

const folder = makeFolder();
const environment = { DATABASE: join(folder, 'portolan.db') };
before(() => putSeededDatabase(environment.DATABASE));
after(() => removeFolder(folder));

function annotate(input: string | Uint8Array, ...args: string[]): Promise<Outcome> {
  return runPortolan(['annotate', ...args], { environment, input });
}

/** Lines of several tools, mixed and without headers, and the text that each gets at its end. */
const MIXED: readonly (readonly [line: string, added: string])[] = [
  ['PORT     STATE  SERVICE', '  Service'],
  ['22/tcp   closed ssh', '  ssh'],
  ['open tcp 80 10.0.0.1', '  http'],
  ['open tcp 60257 10.0.0.1', '  -'],
  ['ACCEPT     tcp  --  0.0.0.0/0            10.0.0.5             tcp dpt:22', '  ssh'],
  [
    'ACCEPT     udp  --  anywhere             anywhere             multiport dports domain,syslog',
    '  53/udp domain, 514/udp syslog',
  ],
  ['Host: 192.0.2.1 ()\tPorts: 22/open/tcp//ssh///', '\tPortolan: 22/tcp ssh'],
  ['CONTAINER ID   IMAGE          COMMAND   CREATED       STATUS       PORTS    NAMES', '  Service'],
  [
    '0123456789ab   nginx   "x"   2 hours ago   Up 2 hours   0.0.0.0:8080->80/tcp, [::]:8080->80/tcp   web',
    '  -> http',
  ],
  [
    '0123456789ab   x   "x"   2 hours ago   Up 2 hours   80/tcp, 0.0.0.0:8443->443/tcp   web',
    '  80/tcp http, 8443/tcp -> https',
  ],
  ['0123456789ab   x   "x"   2 hours ago   Up 2 hours   0.0.0.0:8080->60257/tcp   web', '  apache-airflow-web-page'],
  [
    'udp 17 29 src=192.0.2.1 dst=192.0.2.2 sport=40000 dport=514 src=192.0.2.2 dst=192.0.2.1 sport=514 dport=40000',
    '  syslog',
  ],
  ['IN=eth0 OUT= SRC=192.0.2.1 DST=198.51.100.1 PROTO=UDP SPT=53 DPT=36427 LEN=83', '  domain'],
  ['1700000000.1\tCAbc\t192.0.2.1\t44818\t192.0.2.2\t53\tudp\tdns', '\tdomain'],
  ['#fields\tts\tproto\tid.resp_h\tid.resp_p\tid.orig_h\tid.orig_p', '\tportolan'],
  ['#types\ttime\tenum\taddr\tport\taddr\tport', '\tstring'],
  ['1.5\ticmp\t192.0.2.2\t0\t192.0.2.1\t8', '\t-'],
  ['      *.22                 *.*                0      0 128000      0 LISTEN', '  ssh'],
  ['514', '  shell (tcp), syslog (udp)'],
  ['22/tcp 53/udp', '  22/tcp ssh, 53/udp domain'],
  ['\u001b[01;31mtcp\u001b[0m LISTEN 0 5 *:\u001b[1m22\u001b[K *:*', '  ssh'],
  ['tcp LISTEN 0 5 *:22 *:*', '  ssh'],
];

describe('portolan annotate', { concurrency: 2 }, () => {
  test('reads each line by its own shape', async () => {
    const input = MIXED.map(([line]) => `${line}\n`).join('');
    const stdout = MIXED.map(([line, added]) => `${line}${added}\n`).join('');
    assert.deepEqual(await annotate(input), { code: 0, stdout, stderr: '' });
  });

  test('adds a field to JSON lines of known logs and scans', async () => {
    const lines = [
      ['{"src_port":44818,"dest_port":53,"proto":"UDP"}', '"domain"'],
      ['{"src_port":443,"dest_port":50022,"proto":"TCP"}', '"https"'],
      ['{"id.orig_p":50022,"id.resp_p":443,"proto":"tcp","service":"ssl"}', '"https"'],
      ['{"id_orig_p":42051,"id_resp_p":53,"proto":"udp"}', '"domain"'],
      ['{"id.orig_p":8,"id.resp_p":0,"proto":"icmp"}', 'null'],
      ['{"source":{"port":50022},"destination":{"port":514},"network":{"transport":"udp"}}', '"syslog"'],
      ['{"dest_port":514}', '"shell (tcp), syslog (udp)"'],
      ['{"dest_port":"x"}', 'null'],
      [
        '{ "ip": "192.0.2.1", "ports": [ {"port": 514, "proto": "udp"}, {"port": 60257, "proto": "tcp"} ] }',
        '"514/udp syslog, 60257/tcp -"',
      ],
      ['{"ip":"192.0.2.1","port":22,"proto":"tcp","rec_type":"status"}', '"22/tcp ssh"'],
    ] as const;
    // masscan -oJ writes a list: a comma may follow an object, on its line or on the next one.
    const input = lines.map(([line]) => `${line},\n`).join(',\n');
    const stdout = lines.map(([line, value]) => `${line.slice(0, -1)},"portolan":${value}},\n`).join(',\n');
    assert.deepEqual(await annotate(`[\n${input}]\n`), { code: 0, stdout: `[\n${stdout}]\n`, stderr: '' });
    const named = await annotate('{"dest_port":53,"portolan":1}\n{"dest_port":53}\n', '--as', 'x');
    assert.equal(named.stdout, '{"dest_port":53,"portolan":1,"x":"domain"}\n{"dest_port":53,"x":"domain"}\n');
    const other = '{"level":"info"}\n{"dest_port":53,"portolan":1}\n[]\n{broken\n';
    const { code, stdout: same } = await annotate(other);
    assert.deepEqual([code, same], [1, other]);
  });

  test('decodes UTF-16 to UTF-8, and reads the first line behind a byte order mark', async () => {
    const text = '  TCP    [::]:135    [::]:0    ABHÖREN    4\r\n';
    const stdout = '  TCP    [::]:135    [::]:0    ABHÖREN    4  epmap\r\n';
    const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
    for (const bytes of [`\ufeff${text}`, utf16, Buffer.from(utf16).swap16(), utf16.subarray(2)])
      assert.deepEqual(await annotate(bytes), { code: 0, stdout, stderr: '' });
    const encoded = Buffer.from(text, 'latin1');
    assert.deepEqual(await annotate(encoded, '--encoding', 'windows-1252'), { code: 0, stdout, stderr: '' });
    for (const short of ['', '1', '22', '\ufeff']) {
      const expected = short === '22' ? '22  ssh' : short === '1' ? '1  tcpmux' : '';
      assert.equal((await annotate(short)).stdout, expected, JSON.stringify(short));
    }
  });

  test('reads long lines in linear time', async () => {
    const lines = [
      ` tcp ${'<td>x</td>'.repeat(50_000)}`,
      `tcp ${'1.'.repeat(250_000)}`,
      `${'22,'.repeat(160_000)}22`,
      `x IPv4 ${'IPv4 '.repeat(100_000)}`,
      `dpt=x ${'a="'.repeat(160_000)}`,
      `PROTO=TCP${' SPT='.repeat(100_000)}`,
      `-p tcp ${'--dport '.repeat(60_000)}`,
      `0123456789ab ${'1->'.repeat(160_000)}`,
      `${'\u001b['.repeat(250_000)}`,
      `{${'"a":{'.repeat(1_000)}`,
      'tcp LISTEN 0 5 *:22 *:*',
    ];
    const input = `${lines.join('\n')}\n`;
    const { code, stdout } = await annotate(input);
    assert.equal(code, 0);
    assert.ok(stdout === `${input.slice(0, -1)}  ssh\n`, 'all lines but the last one stay unchanged');
  });
});
