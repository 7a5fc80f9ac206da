import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runPortolan } from '../support/portolan-process.ts';
import { putSeededDatabase } from '../support/seeded-database.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';

/** A server on any free port, which an own entry calls `lamp`, and a client of it. */
const folder = makeFolder();
const environment = { DATABASE: join(folder, 'portolan.db') };
const server = createServer();
let client: Socket;
let port: number;
let clientPort: number;
before(async () => {
  await putSeededDatabase(environment.DATABASE);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  port = (server.address() as AddressInfo).port;
  const accepted = once(server, 'connection');
  client = connect(port, '127.0.0.1');
  await Promise.all([once(client, 'connect'), accepted]);
  clientPort = client.localPort as number;
  const file = join(folder, 'own.csv');
  writeFileSync(file, `name,firstPort\nlamp,${port}\n`);
  assert.equal((await runPortolan(['own', 'import', file], { environment })).code, 0);
});
after(() => {
  client.destroy();
  server.close();
  removeFolder(folder);
});

/** Annotates what a tool writes, and finds the lines that changed. */
async function changed(tool: string, ...args: string[]): Promise<string[]> {
  const input = execFileSync(tool, args, { encoding: 'latin1' });
  const { code, stdout, stderr } = await runPortolan(['annotate'], {
    environment,
    input: Buffer.from(input, 'latin1'),
  });
  assert.deepEqual([code, stderr], [0, '']);
  const before = input.split('\n');
  const lines = stdout.split('\n');
  assert.equal(lines.length, before.length);
  return lines.filter((line, index) => {
    assert.ok(line.startsWith(before[index] as string) || tool === 'nmap');
    return line !== before[index];
  });
}

describe('portolan annotate reads the real output of', () => {
  for (const [tool, ...args] of [
    ['ss', '-tanp'],
    ['ss', '-tuanp'],
    ['ss', '-H', '-tan'],
    ['netstat', '-tuanp'],
    ['netstat', '-an'],
    ['lsof', '-i', '-nP'],
  ] as const) {
    test(`${tool} ${args.join(' ')}`, async () => {
      const lines = await changed(tool, ...args);
      const listening = lines.find((line) => /LISTEN/.test(line) && line.includes(`127.0.0.1:${port}`));
      assert.match(listening ?? '', / {2}lamp$/);
      // The client's port may also be in a connection that another program left behind in TIME-WAIT.
      const connection = lines.find(
        (line) => [port, clientPort].every((end) => line.includes(`127.0.0.1:${end}`)) && !/LISTEN/.test(line),
      );
      assert.match(connection ?? '', / {2}(?:-> )?lamp$/);
      const clients = lines.filter((line) =>
        new RegExp(`:${clientPort}(?:\\s+|->)127\\.0\\.0\\.1:${port}\\b`).test(line),
      );
      assert.equal(clients.length, 1);
      assert.match(clients[0] ?? '', / {2}-> lamp$/);
    });
  }

  test('ss -tan state established', async () => {
    const lines = await changed('ss', '-tan', 'state', 'established');
    const ends = [port, clientPort].map((end) => `127\\.0\\.0\\.1:${end}`);
    const [ours = '', theirs = ''] = [ends, ends.toReversed()].map((pair) =>
      lines.find((line) => new RegExp(pair.join(' +')).test(line)),
    );
    assert.match(ours, / {2}lamp(?: \(tcp\))?$/);
    assert.match(theirs, / {2}-> lamp(?: \(tcp\))?$/);
  });

  test('nmap', async () => {
    const [header, line, ...others] = await changed('nmap', '-n', '-p', String(port), '127.0.0.1');
    assert.match(header ?? '', /^PORT +STATE +SERVICE {2}Service$/);
    assert.match(line ?? '', new RegExp(`^${port}/tcp .* {2}lamp$`));
    assert.deepEqual(others, []);
  });

  test('nmap -oG', async () => {
    const [line, ...others] = await changed('nmap', '-n', '-p', String(port), '-oG', '-', '127.0.0.1');
    assert.match(line ?? '', new RegExp(`\\tPortolan: ${port}/tcp lamp$`));
    assert.deepEqual(others, []);
  });

  test('nmap -oX, whose XML remains well-formed', async () => {
    const xml = execFileSync('nmap', ['-n', '-p', String(port), '-oX', '-', '127.0.0.1']);
    const { stdout } = await runPortolan(['annotate'], { environment, input: xml });
    assert.ok(stdout.includes(`portid="${port}"><!-- Portolan: lamp -->`), stdout);
    execFileSync('xmllint', ['--noout', '--nonet', '-'], { input: stdout });
    const plain = stdout.replaceAll(/<!-- Portolan: .*? -->/g, '');
    assert.equal(plain, xml.toString());
  });
});
