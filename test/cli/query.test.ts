import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { testComparedCommands, useCommandComparison } from '../support/compared-commands.ts';
import { startInProcess } from '../support/listen.ts';
import { type Outcome, PROJECT, runPortolan } from '../support/portolan-process.ts';
import { putSeededDatabase } from '../support/seeded-database.ts';
import { makeFolder, removeFolder, temporaryFolder } from '../support/temporary-folder.ts';

const folder = makeFolder();
const DATABASE = join(folder, 'portolan.db');
const environment = { DATABASE };

before(() => putSeededDatabase(DATABASE));
after(() => removeFolder(folder));

function portolan(...args: string[]): Promise<Outcome> {
  return runPortolan(args, { environment });
}

describe('a command prints exactly the body of its URL', () => {
  testComparedCommands(
    [
      ['60257', '/ports/60257?checks=none', 0],
      ['lookup 22,80/tcp', '/ports?ports=22,80/tcp&checks=none', 0],
      ['lookup SSH', '/services/SSH', 0],
      ['search nosuchthinganywhere', '/search?q=nosuchthinganywhere', 1],
      ['check 9443/tcp', '/ports/9443/suitability?protocol=tcp', 1],
      ['check 40009/tcp', '/ports/40009/suitability?protocol=tcp', 0],
      ['check 40009/tcp --fail-on caution', '/ports/40009/suitability?protocol=tcp', 1],
      ['check 20007/tcp --fail-on caution', '/ports/20007/suitability?protocol=tcp', 0],
      ['check 9443/tcp --fail-on caution', '/ports/9443/suitability?protocol=tcp', 1],
      ['suggest --count 3 --within 20000-20099', '/suggestions?count=3&within=20000-20099', 0],
      ['history', '/registry/changes', 1],
    ],
    useCommandComparison(),
  );
});

const HINT = '(portolan --help lists the commands)';

describe('wrong usage exits with code 2', () => {
  for (const [words, ...lines] of [
    ['70000', 'error: Cannot parse port number "70000": expected an integer from 0 to 65535'],
    ['22/tpc', 'error: Cannot parse transport protocol "tpc": expected tcp, udp, sctp or dccp'],
    ['lookup 22 --protocl udp', "error: unknown option '--protocl'", '(Did you mean --protocol?)'],
    ['lookup', "error: missing required argument 'port'"],
    [
      'lookup ssh http',
      'error: Cannot look up "ssh" with "http": expected a port such as 22 or 443/tcp, or the name of one service alone',
    ],
    [
      'lookup ssh --prefer iana',
      'error: Cannot look up "ssh" with "iana": expected a port such as 22 or 443/tcp, or the name of one service alone',
    ],
    ['lookup 22 --prefer ours', 'error: Cannot parse prefer "ours": expected iana, informal, own, with commas between'],
    ['lookup ssh --format tsv', 'error: Cannot answer in the format tsv: expected it for ports, not for /services/ssh'],
    ['lookup 22 --format tsv --csv', "error: option '--format <format>' cannot be used with option '--csv'"],
    ['lookup 22 --json --csv', "error: option '--json' cannot be used with option '--csv'"],
    ['search a --limit 0', 'error: Cannot parse limit "0": expected an integer from 1 to 1000'],
    [
      'check 80/tcp/x',
      'error: Cannot parse port number "80/tcp/x": expected an integer from 0 to 65535 in decimal digits, without sign, blank or leading zero',
    ],
    [
      'check 80 --fail-on good',
      "error: option '--fail-on <verdict>' argument 'good' is invalid. Allowed choices are caution, avoid.",
    ],
    [
      'suggest --near x',
      'error: Cannot parse port number "x": expected an integer from 0 to 65535 in decimal digits, without sign, blank or leading zero',
    ],
    [
      'export hosts',
      "error: command-argument value 'hosts' is invalid for argument 'format'. Allowed choices are services, nmap-services, csv, ndjson, logstash, nftables, pf, opnsense-alias, plain, own.",
    ],
    ['export csv --origin own', 'error: Unknown query parameter "origin": expected none'],
    [
      '22 --server localhost',
      'error: Cannot parse the server "localhost" of --server or PORTOLAN_SERVER: expected an address such as https://ports.example.org, without user name and query',
    ],
    [
      '22 --server https://ops:secret@ports.example.org',
      'error: Cannot parse the server of --server or PORTOLAN_SERVER: expected an address such as https://ports.example.org, without user name and query',
    ],
  ] as const) {
    test(words, async () => {
      const stderr = `${[...lines, HINT].join('\n')}\n`;
      assert.deepEqual(await portolan(...words.split(' ')), { code: 2, stdout: '', stderr });
    });
  }
});

test('an unknown service name is refused with similar names', async () => {
  const { code, stdout, stderr } = await portolan('lookup', 'postgresqll');
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /^portolan: Cannot find service "postgresqll": no such service name\n\(Did you mean postgresql/);
});

test('a query creates no database at a path that a setting names', async (t) => {
  const path = join(temporaryFolder(t), 'new', 'portolan.db');
  for (const words of [['22/tcp'], ['export', 'csv'], ['annotate']]) {
    assert.deepEqual(await runPortolan(words, { environment: { DATABASE: path } }), {
      code: 1,
      stdout: '',
      stderr: `portolan: Setting DATABASE: there is no file ${JSON.stringify(path)}; "portolan seed" creates it\n`,
    });
  }
  assert.equal(existsSync(path), false);
});

test('check exits with code 3 if the database cannot be read', async (t) => {
  const path = join(temporaryFolder(t), 'portolan.db');
  const absent = await runPortolan(['check', '8080'], { environment: { DATABASE: path } });
  const missing = `portolan: Setting DATABASE: there is no file ${JSON.stringify(path)}; "portolan seed" creates it\n`;
  assert.deepEqual(absent, { code: 3, stdout: '', stderr: missing });
  writeFileSync(path, Buffer.alloc(8192, 'garbage'));
  const damaged = await runPortolan(['check', '8080'], { environment: { DATABASE: path } });
  const reason =
    'The database is damaged: restore it from a backup, or delete it and start again to load the bundled data';
  assert.deepEqual(damaged, { code: 3, stdout: '', stderr: `portolan: ${reason}\n` });
});

test('colours appear only on a terminal', async () => {
  const { stdout } = await runPortolan(['22'], { environment: { DATABASE, FORCE_COLOR: '1' } });
  assert.equal(stdout.includes('\u001b'), false);
});

test('a closed output pipe is not an error', async () => {
  const child = spawn('/bin/sh', ['-c', `"${process.execPath}" bin/portolan.js export csv | head -n 1`], {
    cwd: PROJECT,
    env: { PATH: process.env.PATH, DATABASE },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  await once(child, 'close');
  assert.match(stdout, /^Service Name,Port Number,.*\r\n$/);
  assert.equal(stderr, '');
});

describe('a server that does not answer', () => {
  async function stub(status: number, headers: Record<string, string>, body: string): Promise<string> {
    const server = createServer((request, response) => {
      response.writeHead(status, { ...headers, 'X-Asked-With': request.headers.authorization ?? '' }).end(body);
    });
    after(() => server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const problem = { 'Content-Type': 'application/problem+json' };

  test('is reported with the reason', async () => {
    const url = await stub(200, {}, '');
    const free = Number(new URL(url).port);
    const closed = createServer();
    await once(closed.listen(0, '127.0.0.1'), 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    assert.notEqual(port, free);
    const stderr = `portolan: No answer from http://127.0.0.1:${port}: ECONNREFUSED\n`;
    assert.deepEqual(await portolan('22', '--server', `http://127.0.0.1:${port}/`), { code: 1, stdout: '', stderr });
  });

  test('with status 503 is reported with its detail and Retry-After', async () => {
    const url = await stub(503, { ...problem, 'Retry-After': '5' }, '{"detail":"The database is missing"}');
    const stderr = 'portolan: The database is missing (again in 5 s)\n';
    assert.deepEqual(await portolan('22', '--server', url), { code: 1, stdout: '', stderr });
  });

  test('makes the exit code of check 3: the port is neither free nor in use', async () => {
    const json = { 'Content-Type': 'application/json' };
    const stubs = [
      [await stub(503, { ...problem, 'Retry-After': '5' }, '{"detail":"Busy"}'), 'Busy (again in 5 s)'],
      [
        await stub(401, problem, '{"detail":"A token is needed"}'),
        'A token is needed (the command sends PORTOLAN_TOKEN)',
      ],
      [await stub(200, {}, '<h1>Welcome</h1>'), 'Cannot read the answer of URL: expected JSON'],
      [
        await stub(200, json, '{"verdict":"fine"}'),
        'Cannot read the answer of URL: expected a verdict, one of good, caution, avoid',
      ],
      ['http://127.0.0.1:2', 'No answer from URL: ECONNREFUSED'],
      [
        'http://127.0.0.1:1',
        'No answer from URL: HTTP clients block its port, as browsers do (WHATWG Fetch standard): the server needs another one',
      ],
    ] as const;
    for (const [index, [url, sentence]] of stubs.entries()) {
      const flags = index % 2 === 0 ? [] : ['--json'];
      const stderr = `portolan: ${sentence.replace('URL', url)}\n`;
      const outcome = await portolan('check', '8080', ...flags, '--server', url);
      assert.deepEqual(outcome, { code: 3, stdout: '', stderr }, url);
    }
  });

  test('because it is not Portolan is reported with the status', async () => {
    const url = await stub(404, { 'Content-Type': 'text/html' }, '<h1>Not here</h1>');
    const stderr = `portolan: ${url} answers with status 404\n`;
    assert.deepEqual(await portolan('22', '--server', url), { code: 1, stdout: '', stderr });
  });
});

test('the environment can set the server and its token', async (t) => {
  const server = await startInProcess(t, { DATABASE, REQUIRE_TOKEN: 'read' });
  const settings = { PORTOLAN_SERVER: server.url, DATABASE: '/nowhere/portolan.db' };
  const refused = await runPortolan(['22'], { environment: settings });
  assert.equal(refused.code, 1);
  const created = await portolan('token', 'create', '--name', 'cli', '--scope', 'read');
  const PORTOLAN_TOKEN = created.stdout.trim();
  const { code, stdout } = await runPortolan(['22/tcp'], { environment: { ...settings, PORTOLAN_TOKEN } });
  assert.deepEqual([code, stdout.split('\n', 1)[0]], [0, '22/tcp  system  ssh']);
});
