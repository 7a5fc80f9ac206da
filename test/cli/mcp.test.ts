import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { runAllSteps } from '../../src/registry/values/run-step.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { startInProcess } from '../support/listen.ts';
import { PROJECT, runPortolan } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { bearer } from '../support/tokens.ts';

/** Starts `portolan mcp`, and returns the functions that send one message and end the input. */
function startMcp(t: TestContext, args: readonly string[], environment: Readonly<Record<string, string>>) {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['bin/portolan.js', 'mcp', ...args], {
    cwd: PROJECT,
    env: { PATH, HOME, PORT: '0', ...environment },
  });
  t.after(() => child.kill());
  const errors: string[] = [];
  child.stderr.on('data', (chunk) => errors.push(String(chunk)));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const send = async (method: string, params: object = {}) => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })}\n`);
    const { value } = await lines.next();
    return JSON.parse(String(value));
  };
  const call = async (name: string, given: object): Promise<string> => {
    const { result } = await send('tools/call', { name, arguments: given });
    return `${result.isError === true ? 'error: ' : ''}${result.content[0].text}`;
  };
  const end = async () => {
    child.stdin.end();
    const [code] = await once(child, 'close');
    return { code, stderr: errors.join('') };
  };
  return { send, call, end };
}

/** A filter of the audit log without conditions. */
const EVERYTHING = {
  ...{ token: null, action: null, event: null, id: null, requestId: null },
  ...{ idempotencyKey: null, reservationKey: null, since: null, until: null },
};

const INITIALIZE = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
const RESERVATION = { name: 'ledger', key: 'ledger/production', within: '26500-26500' };

test('mcp answers from the database, writes into it with --write, and ends with its input', async (t) => {
  const DATABASE = await seededDatabase(t);
  const reading = startMcp(t, [], { DATABASE });
  const { result } = await reading.send('initialize', INITIALIZE);
  assert.deepEqual([result.protocolVersion, result.serverInfo.name], ['2025-11-25', 'portolan']);
  assert.equal((await reading.send('tools/list')).result.tools.length, 7);
  assert.match(await reading.call('lookup_ports', { ports: [22] }), /^22 {2}system {2}ssh\n/);
  assert.equal(
    await reading.call('reserve_port', RESERVATION),
    'error: Cannot write into the local database: expected portolan mcp --write',
  );
  assert.deepEqual(await reading.end(), { code: 0, stderr: '' });

  const writing = startMcp(t, ['--write'], { DATABASE });
  await writing.send('initialize', INITIALIZE);
  const reserved = await writing.call('reserve_port', RESERVATION);
  const [, id = ''] = /^reserved 26500\/tcp "ledger" (own-\w{12})\n$/.exec(reserved) ?? [];
  assert.notEqual(id, '', reserved);
  assert.equal(await writing.call('reserve_port', RESERVATION), reserved);
  assert.equal(await writing.call('list_own_ports', {}), `26500  tcp  ledger  ${id}  -  -\n`);
  assert.equal(await writing.call('release_port', { id }), `released 26500/tcp "ledger" ${id}\n`);
  assert.equal(await writing.call('release_port', { id }), `error: Cannot find association "${id}": no such id`);
  assert.deepEqual(await writing.end(), { code: 0, stderr: '' });

  const registry = new SqliteRegistry(DATABASE);
  t.after(() => registry.close());
  const { results } = runAllSteps(registry.audit(EVERYTHING, { limit: 10, offset: 0 }));
  assert.deepEqual(
    results.map(({ action, token, tokenId }) => [action, token, tokenId]),
    [
      ['delete', 'mcp', null],
      ['create', 'mcp', null],
    ],
  );
});

test('mcp --server answers from a server, with the rights of PORTOLAN_TOKEN', async (t) => {
  const DATABASE = await seededDatabase(t);
  const { url } = await startInProcess(t, { DATABASE });
  const reading = startMcp(t, ['--server', url], {});
  await reading.send('initialize', INITIALIZE);
  assert.match(await reading.call('lookup_ports', { ports: ['443/tcp'] }), /^443\/tcp {2}system {2}https\n/);
  assert.equal(await reading.call('check_port', { prot: 22 }), 'error: Unknown argument "prot": did you mean port?');
  assert.match(await reading.call('check_port', { port: 70_000 }), /^error: Cannot parse port number "70000"/);
  const { contents } = (await reading.send('resources/read', { uri: 'portolan://ports/22' })).result;
  assert.match(contents[0].text, /^22 {2}system {2}ssh\n/);
  assert.match(await reading.call('reserve_port', RESERVATION), /^error: A token is needed: /);
  await reading.end();

  const PORTOLAN_TOKEN = bearer(DATABASE, 'write').replace('Bearer ', '');
  const writing = startMcp(t, [], { PORTOLAN_SERVER: url, PORTOLAN_TOKEN });
  await writing.send('initialize', INITIALIZE);
  assert.match(await writing.call('reserve_port', RESERVATION), /^reserved 26500\/tcp "ledger" own-/);
  await writing.end();
});

test('mcp says what is wrong: a missing database, and a server that does not answer', async (t) => {
  assert.deepEqual(
    await runPortolan(['mcp', '--write'], { environment: { DATABASE: '/nonexistent/p.db', PORT: '0' } }),
    {
      code: 1,
      stdout: '',
      stderr: 'portolan: Setting DATABASE: there is no file "/nonexistent/p.db"; "portolan seed" creates it\n',
    },
  );
  const none = startMcp(t, ['--server', 'http://127.0.0.1:1'], {});
  await none.send('initialize', INITIALIZE);
  assert.match(await none.call('check_port', { port: 22 }), /^error: No answer from http:\/\/127\.0\.0\.1:1: /);
  await none.end();
});
