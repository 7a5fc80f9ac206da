import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioClientTransport1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as StreamableHTTPClientTransport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { blocksOf } from '../support/documented-commands.ts';
import { useListening } from '../support/listening.ts';
import { PROJECT } from '../support/portolan-process.ts';
import { useProduct } from '../support/registry.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';

const BIN = fileURLToPath(new URL('node_modules/.bin/', import.meta.url));
const INFO = { name: 'portolan-test', version: '1.0.0' };

/** The calls of every client, and the start of the text of each result. */
const CALLS = [
  ['lookup_ports', { ports: [22, '443/tcp', '6000-6001'] }, /^22 {2}system {2}ssh\n/],
  ['find_service', { q: 'postgres' }, /^5432 +tcp,udp +postgresql /],
  ['check_port', { port: 443, protocol: 'tcp' }, /^443\/tcp {2}avoid\n/],
  ['suggest_ports', { count: 2, within: '20000-29999' }, /^20\d\d\d/],
  ['list_own_ports', {}, /^no own entries\n/],
] as const;

/** The common interface of both generations of clients. */
interface AnyClient {
  readonly listTools: () => Promise<{ readonly tools: readonly { readonly name: string }[] }>;
  readonly callTool: (params: { name: string; arguments: Record<string, unknown> }) => Promise<object>;
  readonly readResource: (params: { uri: string }) => Promise<{ readonly contents: readonly object[] }>;
}

const product = useProduct();
const origin = useListening(product);
let url: string;
let home: string;

describe('MCP', () => {
  before(async () => {
    home = makeFolder();
    url = `${await origin()}/mcp`;
  });
  after(() => removeFolder(home));

  /** The command of `portolan mcp`, for clients that start it. */
  const stdio = () => ({
    command: process.execPath,
    args: [join(PROJECT, 'bin/portolan.js'), 'mcp'],
    env: { PATH: process.env.PATH ?? '', HOME: home, DATABASE: product.database },
  });

  async function useEveryTool(client: AnyClient): Promise<void> {
    assert.equal((await client.listTools()).tools.length, 7);
    for (const [name, given, expected] of CALLS) {
      const { content, structuredContent, isError } = (await client.callTool({ name, arguments: given })) as {
        content: { text: string }[];
        structuredContent: object;
        isError?: boolean;
      };
      assert.match(content[0]?.text ?? '', expected);
      assert.deepEqual([typeof structuredContent, isError], ['object', undefined]);
    }
    const { contents } = await client.readResource({ uri: 'portolan://ports/22' });
    assert.match((contents[0] as { text: string }).text, /^22 {2}system {2}ssh\n/);
  }

  for (const [place, connect] of [
    ['over HTTP', () => new StreamableHTTPClientTransport(new URL(url))],
    ['on standard input and output', () => new StdioClientTransport(stdio())],
  ] as const) {
    test(`answers a client of the second generation ${place}`, async (t) => {
      const client = new Client(INFO, { versionNegotiation: { mode: 'auto' } });
      t.after(() => client.close());
      await client.connect(connect());
      assert.equal(client.getNegotiatedProtocolVersion(), '2026-07-28');
      await useEveryTool(client as AnyClient);
    });
  }

  for (const [place, connect] of [
    ['over HTTP', () => new StreamableHTTPClientTransport1(new URL(url))],
    ['on standard input and output', () => new StdioClientTransport1(stdio())],
  ] as const) {
    test(`answers a client of the first generation ${place}`, async (t) => {
      const client = new Client1(INFO);
      t.after(() => client.close());
      await client.connect(connect() as Parameters<typeof client.connect>[0]);
      assert.equal(client.getServerVersion()?.name, 'portolan');
      await useEveryTool(client as unknown as AnyClient);
    });
  }

  test('lets a client write with a token', async () => {
    const requestInit = { headers: { Authorization: product.bearer('write') } };
    const client = new Client(INFO, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
    const given = { name: 'ledger', key: 'ledger/production', within: '26600-26600' };
    const reserved = await client.callTool({ name: 'reserve_port', arguments: given });
    const { id } = reserved.structuredContent as { id: string };
    assert.deepEqual(reserved.content, [{ type: 'text', text: `reserved 26600/tcp "ledger" ${id}\n` }]);
    const released = await client.callTool({ name: 'release_port', arguments: { id } });
    assert.deepEqual(released.content, [{ type: 'text', text: `released 26600/tcp "ledger" ${id}\n` }]);
    await client.close();
  });

  // The other scenarios need tools, resources and prompts of the suite itself.
  for (const scenario of ['server-initialize', 'ping', 'tools-list', 'resources-list', 'dns-rebinding-protection']) {
    test(`passes the conformance suite: ${scenario}`, async () => {
      const address = url.replace('127.0.0.1', 'localhost');
      const { stdout } = await run('conformance', ['server', '--url', address, '--scenario', scenario]);
      assert.match(stdout, /Passed: (\d)\/\1, 0 failed, 0 warnings/);
    });
  }

  test('answers the command line of the inspector', async () => {
    const inspect = async (target: readonly string[], args: readonly string[]) =>
      JSON.parse((await run('mcp-inspector', ['--cli', ...target, ...args])).stdout);
    const check = ['--method', 'tools/call', '--tool-name', 'check_port', '--tool-arg', 'port=443', 'protocol=tcp'];
    for (const target of [[url], [stdio().command, ...stdio().args]]) {
      const { tools } = await inspect(target, ['--method', 'tools/list']);
      assert.equal(tools.length, 7);
      assert.match((await inspect(target, check)).content[0].text, /^443\/tcp {2}avoid\n/);
    }
    const { contents } = await inspect([url], ['--method', 'resources/read', '--uri', 'portolan://ports/22']);
    assert.match(contents[0].text, /^22 {2}system {2}ssh\n/);
  });

  test('is what the documented files of assistants name', () => {
    const files = blocksOf('docs/mcp.md').filter(({ kind }) => kind === 'json');
    const servers = files.map(({ text }) => {
      const { mcpServers, servers } = JSON.parse(text);
      return (mcpServers ?? servers).portolan;
    });
    assert.deepEqual(
      servers.map(({ type, url: address, command, args }) => [
        type,
        address && new URL(address).pathname,
        command,
        args,
      ]),
      [
        ['http', '/mcp', undefined, undefined],
        ['http', '/mcp', undefined, undefined],
        [undefined, undefined, 'portolan', ['mcp']],
      ],
    );
    const { bin } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
    assert.ok('portolan' in bin);
  });
});

/** Runs a program of this package, with a home folder of its own. */
async function run(program: string, args: readonly string[]) {
  return promisify(execFile)(process.execPath, [join(BIN, program), ...args], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, DATABASE: product.database, NO_COLOR: '1' },
    timeout: 120_000,
  });
}
