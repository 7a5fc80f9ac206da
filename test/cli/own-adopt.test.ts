import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startInProcess } from '../support/listen.ts';
import { socketLine } from '../support/observed.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { suiteSettings } from '../support/shared-source.ts';
import { bearer } from '../support/tokens.ts';

test('own adopt declares observed sockets in the database and on a server', async (t) => {
  const DATABASE = await seededDatabase(t);
  const authorization = bearer(DATABASE, 'write');
  const settings = await suiteSettings(DATABASE);
  const run = async (args: readonly string[], environment = settings, input = '') => {
    const { code, stdout, stderr } = await runPortolan(args, { environment, input });
    return { code, stdout: stdout.replaceAll(/own-[0-9a-f]{12}/g, 'ID'), stderr };
  };
  const dns = socketLine('udp', '0.0.0.0:53', 'named') + socketLine('tcp', '0.0.0.0:53', 'named');
  const java = socketLine('tcp', '127.0.0.1:8443', 'java') + socketLine('tcp', '0.0.0.0:1', 'java');
  await run(['observe', '--host', 'web-1', '--environment', 'production'], settings, dns + java);
  await run(['observe', '--host', 'web-2', '--environment', 'production'], settings, dns);
  await run(['observe', '--host', 'test-1', '--environment', 'test'], settings, socketLine('tcp', '*:65535', 'node'));
  const adopt = (...args: string[]) => run(['own', 'adopt', ...args]);
  const done = (stdout: string) => ({ code: 0, stdout, stderr: '' });
  assert.deepEqual(
    await adopt('--environment', 'production', '--dry-run'),
    done(
      'create  1/tcp "tcpmux" on web-1\ncreate  53/tcp,udp "named" on web-1, web-2\ncreate  8443/tcp "pcsync-https" on web-1\n',
    ),
  );
  assert.deepEqual(
    await adopt('8443/tcp', '--host', 'web-1', '--owner', 'payments', '--name', 'billing'),
    done('created 8443/tcp "billing" ID on web-1\n        caution: IANA has assigned 8443/tcp to pcsync-https.\n'),
  );
  const listed = await run(['own', 'list', '--json']);
  const [entry] = JSON.parse(listed.stdout).results;
  assert.deepEqual(
    [entry.name, entry.firstPort, entry.protocols, entry.owner, entry.environment, entry.hosts],
    ['billing', 8443, ['tcp'], 'payments', 'production', ['web-1']],
  );
  const { url } = await startInProcess(t, settings);
  const remote = { PORTOLAN_SERVER: url, PORTOLAN_TOKEN: authorization.replace('Bearer ', '') };
  const adoptRemote = (...args: string[]) => run(['own', 'adopt', ...args], remote);
  assert.deepEqual(
    await adoptRemote('--environment', 'production'),
    done(
      [
        'created 1/tcp "tcpmux" ID on web-1',
        '        info: Browsers do not connect to port 1.',
        'created 53/tcp,udp "named" ID on web-1, web-2',
        '        info: Browsers do not connect to port 53.\n',
      ].join('\n'),
    ),
  );
  const [highest] = (await adoptRemote('65535')).stdout.split('\n');
  assert.equal(highest, 'created 65535/tcp "node" ID on test-1');
  const nothing = { code: 1, stdout: '', stderr: 'portolan: there is no such socket without an own entry\n' };
  assert.deepEqual(await adoptRemote('--host', 'web-1'), nothing);
  assert.deepEqual(await adopt('--host', 'web-1'), nothing);
});

test('own adopt refuses wrong usage', async (t) => {
  const DATABASE = await seededDatabase(t);
  const cases: readonly [string[], string][] = [
    [[], 'Cannot adopt all sockets of all hosts: expected a port, --host or --environment'],
    [['65536'], 'Cannot parse port number "65536": expected an integer from 0 to 65535'],
    [['--host', 'a_b'], 'Cannot parse host "a_b": expected labels of letters'],
    [['--host', 'a b'], 'Cannot parse host "a b": expected labels of letters'],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await runPortolan(['own', 'adopt', ...args], { environment: { DATABASE } });
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    assert.ok(stderr.includes(message), stderr);
  }
});

test('sockets that are adopted twice at the same moment are declared once', async (t) => {
  const DATABASE = await seededDatabase(t);
  const { url } = await startInProcess(t, { DATABASE });
  const authorization = bearer(DATABASE, 'write');
  const remote = { PORTOLAN_SERVER: url, PORTOLAN_TOKEN: authorization.replace('Bearer ', '') };
  const observe = ['observe', '--host', 'web-1.example.org', '--environment', 'production'];
  const sockets = socketLine('tcp', '0.0.0.0:1', 'first') + socketLine('udp', '0.0.0.0:65535', 'last');
  assert.equal((await runPortolan(observe, { environment: { DATABASE }, input: sockets })).code, 0);
  // Both read the drift before one of them writes.
  const drift = await fetch(`${url}/drift?kind=seen_not_declared`, { headers: { Authorization: authorization } });
  const { results } = (await drift.json()) as { results: readonly { port: number; protocol: string; host: string }[] };
  assert.equal(results.length, 2);
  const runs = await Promise.all(
    [1, 2].map(() => runPortolan(['own', 'adopt', '--host', 'web-1.example.org'], { environment: remote })),
  );
  assert.deepEqual(runs.map(({ code }) => code).sort(), [0, 1]);
  const [refused] = runs.filter(({ code }) => code === 1);
  assert.match(
    refused?.stderr ?? '',
    /^portolan: (?:Cannot create the entries: the own entry "first" \(own-[0-9a-f]{12}\) already declares "first" on 1\/tcp; read the drift again|there is no such socket without an own entry)\n$/,
  );
  const declare = async (query: string, body: object) => {
    const headers = { Authorization: authorization, 'Content-Type': 'application/json' };
    const options = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(`${url}/associations?${query}`, options);
    return [response.status, (await response.json()) as { detail: string; holders?: { name: string }[] }] as const;
  };
  const entry = { name: 'again', firstPort: 1, environment: 'Production', hosts: ['web-1'] };
  const [status, { detail, holders }] = await declare('adopt=true', entry);
  assert.equal(status, 409);
  assert.match(
    detail,
    /^Cannot create the entry: the own entry "first" \(own-[0-9a-f]{12}\) already declares "again" on 1\/tcp; read the drift again$/,
  );
  assert.deepEqual(
    holders?.map(({ name }) => name),
    ['first'],
  );
  // Another host, protocol, environment or port has no entry, and nor have all hosts together.
  for (const other of [
    { hosts: ['web-2'] },
    { protocols: ['udp'] },
    { environment: 'test' },
    { firstPort: 2 },
    { hosts: [], environment: null },
  ]) {
    assert.equal((await declare('adopt=true', { ...entry, ...other }))[0], 201, JSON.stringify(other));
  }
  // The last entry is for any host.
  assert.equal((await declare('adopt=true', { ...entry, hosts: ['web-9'] }))[0], 409);
  assert.equal((await declare('adopt=false', entry))[0], 201);
  const list = await runPortolan(['own', 'list', '--json'], { environment: { DATABASE } });
  const names = (JSON.parse(list.stdout) as { results: { name: string }[] }).results.map(({ name }) => name);
  assert.deepEqual(names.sort(), ['again', 'again', 'again', 'again', 'again', 'again', 'first', 'last']);
});
