import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startInProcess } from '../support/listen.ts';
import { type Outcome, PROJECT, runPortolan } from '../support/portolan-process.ts';
import { putSeededDatabase } from '../support/seeded-database.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';

const folder = makeFolder();
const DATABASE = join(folder, 'portolan.db');
const environment = { DATABASE };
before(() => putSeededDatabase(DATABASE));
after(() => removeFolder(folder));

function annotate(input: string | Uint8Array, ...args: string[]): Promise<Outcome> {
  return runPortolan(['annotate', ...args], { environment, input });
}

describe('portolan annotate', { concurrency: 2 }, () => {
  test('adds port names to the output of ss', async () => {
    const lines = [
      ['Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess', 'Service'],
      ['tcp   LISTEN 0      128          0.0.0.0:22         0.0.0.0:*     users:(("sshd",pid=1,fd=3))', 'ssh'],
      ['udp   UNCONN 0      0      127.0.0.53%lo:53         0.0.0.0:*          ', 'domain'],
      ['tcp   ESTAB  0      0           10.0.0.1:44818     10.0.0.2:53', '-> domain'],
      ['tcp   LISTEN 0      128             [::]:60257         [::]:*', '-'],
    ];
    const input = lines.map(([line]) => `${line}\n`).join('');
    const stdout = lines.map(([line, added]) => `${line}  ${added}\n`).join('');
    assert.deepEqual(await annotate(input), { code: 0, stdout, stderr: '' });
  });

  test('keeps bytes, line ends and lines without a port', async () => {
    const line = Buffer.from([0x74, 0x63, 0x70, 0x20, 0xff, 0xfe, 0x20, 0x2a, 0x3a]);
    const input = Buffer.concat([Buffer.from('first\r\n\0\n'), line, Buffer.from('22 *:*\r\nlast')]);
    const child = spawn(process.execPath, ['bin/portolan.js', 'annotate'], { cwd: PROJECT, env: { DATABASE } });
    const pieces: Buffer[] = [];
    child.stdout.on('data', (piece) => pieces.push(piece));
    child.stdin.end(input);
    await once(child, 'close');
    const expected = Buffer.concat([Buffer.from('first\r\n\0\n'), line, Buffer.from('22 *:*  ssh\r\nlast')]);
    assert.deepEqual(Buffer.concat(pieces), expected);
  });

  test('adds comments to the XML of nmap, and a field to its grepable output', async () => {
    const xml = `<?xml version="1.0"?>
<ports><port protocol="tcp" portid="22"><state state="open"/></port><port protocol="udp" portid="60257"><state/></port>
`;
    const { stdout } = await annotate(xml);
    assert.equal(stdout, xml.replace('portid="22">', 'portid="22"><!-- Portolan: ssh -->'));
    const host =
      'Host: 127.0.0.1 (localhost)\tPorts: 22/open/tcp//ssh///, 60257/open/tcp/////\tIgnored State: closed (1)';
    const grepable = `# Nmap 7.93 scan initiated\n${host}\n`;
    const annotated = await annotate(grepable);
    assert.equal(annotated.stdout, grepable.replace('(1)\n', '(1)\tPortolan: 22/tcp ssh, 60257/tcp -\n'));
  });

  test('fails if no line has a port or flags do not match', async () => {
    const stderr =
      'portolan: no line has a port: expected the output of a tool such as ss, netstat, lsof, nmap or docker ps; for other JSON lines and CSV see portolan annotate --help\n';
    assert.deepEqual(await annotate('hello\n'), { code: 1, stdout: 'hello\n', stderr });
    const hint = '(portolan --help lists the commands)\n';
    for (const [flags, names] of [
      [['--input', 'ndjson'], '--field and --input ndjson'],
      [['--protocol-field', 'proto'], '--field and --input ndjson'],
      [['--input', 'csv'], '--column and --input csv'],
      [['--protocol-column', 'proto'], '--column and --input csv'],
    ] as const) {
      const { code, stderr: error } = await annotate('', ...flags);
      assert.deepEqual([code, error], [2, `error: ${names} belong together\n${hint}`]);
    }
  });

  test('prints each line without waiting for the next', async (t) => {
    const child = spawn(process.execPath, ['bin/portolan.js', 'annotate'], { cwd: PROJECT, env: { DATABASE } });
    t.after(() => child.kill());
    child.stdin.write('tcp LISTEN 0 5 *:22 *:*\n');
    const [piece] = await once(child.stdout, 'data');
    assert.equal(String(piece), 'tcp LISTEN 0 5 *:22 *:*  ssh\n');
    child.stdin.end();
    await once(child, 'close');
  });

  test('uses the names of a server, including own entries', async (t) => {
    const server = await startInProcess(t, environment);
    const created = await runPortolan(['token', 'create', '--name', 'a', '--scope', 'write'], { environment });
    const headers = { Authorization: `Bearer ${created.stdout.trim()}`, 'Content-Type': 'application/json' };
    const body = JSON.stringify({ name: 'lamp', firstPort: 60257 });
    const { status } = await fetch(`${server.url}/associations`, { method: 'POST', headers, body });
    assert.equal(status, 201);
    const options = { environment: { PORTOLAN_SERVER: server.url }, input: 'tcp LISTEN 0 5 *:60257 *:*\n' };
    const stdout = 'tcp LISTEN 0 5 *:60257 *:*  lamp\n';
    assert.deepEqual(await runPortolan(['annotate'], options), { code: 0, stdout, stderr: '' });
  });
});
