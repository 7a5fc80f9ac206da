import { TOOLS } from '../../src/mcp/tools.ts';
import { type HostileRequest, KNOWN_BEARER } from './hostile-request.ts';
import { anyText } from './hostile-text.ts';
import { anyValue } from './hostile-write.ts';
import type { Random } from './random.ts';

const METHODS = [
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'tools/call',
  'tools/call',
  'tools/call',
  'resources/list',
  'resources/read',
  'resources/templates/list',
  'prompts/list',
  'completion/complete',
  'logging/setLevel',
  'subscriptions/listen',
  'sampling/createMessage',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'harbours/list',
] as const;
const VERSIONS = ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '1999-01-01', ''] as const;
const ACCEPTS = [
  'application/json, text/event-stream',
  'text/event-stream',
  'application/json',
  'text/event-stream;q=0',
  'text/html',
  '*/*',
  ';;;',
] as const;
const TOOL_NAMES = [...TOOLS.keys()] as [string, ...string[]];

/**
 * Creates a request to `/mcp` of any kind.
 *
 * @param random - The source of randomness.
 */
export function anyMcpRequest(random: Random): HostileRequest {
  return random.pick([anyMcpMessage, anyMcpList, anyMcpCall, anyLargeMcpMessage])(random);
}

/**
 * Creates one message of MCP, valid or nearly, in a request of any generation of the protocol.
 *
 * @param random - The source of randomness.
 */
export function anyMcpMessage(random: Random): HostileRequest {
  const message = anyMessage(random);
  const text = JSON.stringify(random.chance(0.95) ? message : anyValue(random)) ?? '';
  return post(random, random.chance(0.95) ? text : text.slice(0, random.integer(0, text.length)), message);
}

/**
 * Creates a list of messages: some with the same id, responses, and cancellations of messages in the list.
 *
 * @param random - The source of randomness.
 */
export function anyMcpList(random: Random): HostileRequest {
  const messages = random.several(0, 12, () =>
    random.pick<() => unknown>([
      () => anyMessage(random),
      () => ({ jsonrpc: '2.0', id: random.integer(0, 20), method: 'tools/call', params: anyCall(random) }),
      () => ({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: random.integer(0, 20) } }),
      () => ({ jsonrpc: '2.0', id: random.integer(0, 20), result: {} }),
      () => anyValue(random),
    ])(),
  );
  return post(random, JSON.stringify(messages));
}

/**
 * Creates a call of a tool with arguments of any type, many of them with known names.
 *
 * @param random - The source of randomness.
 */
export function anyMcpCall(random: Random): HostileRequest {
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: anyCall(random) };
  return post(random, JSON.stringify(message), message);
}

/**
 * Creates a message with a long text or a deep or wide object in one of its parts.
 *
 * @param random - The source of randomness.
 */
export function anyLargeMcpMessage(random: Random): HostileRequest {
  const size = random.integer(100, 20_000);
  const large = random.pick([
    JSON.stringify('x'.repeat(size * 4)),
    '['.repeat(size) + ']'.repeat(size),
    `${'{"a":'.repeat(60)}0${'}'.repeat(60)}`,
    `{${Array.from({ length: size / 10 }, (_, index) => `"f${index}":0`).join()}}`,
    `[${Array.from({ length: size / 2 }, () => '22').join()}]`,
    `${size}${'0'.repeat(400)}`,
  ]);
  const body = random.pick([
    `{"jsonrpc":"2.0","id":${large},"method":"ping"}`,
    `{"jsonrpc":"2.0","id":1,"method":${large}}`,
    `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":${large}}`,
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":${large}}}`,
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"lookup_ports","arguments":${large}}}`,
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"lookup_ports","arguments":{"ports":${large}}}}`,
    `{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":${large}}}`,
    `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":${large}}}`,
  ]);
  return post(random, body);
}

function anyMessage(random: Random): Readonly<Record<string, unknown>> {
  const method = random.chance(0.9) ? random.pick(METHODS) : random.pick<unknown>([anyText(random), null, 1, []]);
  const id = random.chance(0.8)
    ? random.integer(0, 5)
    : random.pick<unknown>([anyText(random), null, 1.5, -1, 1e300, {}]);
  return {
    jsonrpc: random.chance(0.95) ? '2.0' : random.pick<unknown>(['1.0', 2, null, anyText(random)]),
    ...(random.chance(0.85) && { id }),
    method,
    ...(random.chance(0.9) && { params: random.chance(0.9) ? anyParams(random) : anyValue(random) }),
    ...(random.chance(0.02) && { extra: 1 }),
  };
}

function anyParams(random: Random): Readonly<Record<string, unknown>> {
  return {
    ...random.pick<() => object>([
      () => anyCall(random),
      () => ({
        uri: random.pick(['portolan://ports/22', 'portolan://ports/65536', 'file:///etc/passwd', anyText(random)]),
      }),
      () => ({ protocolVersion: anyVersion(random), capabilities: {}, clientInfo: { name: 'x', version: '1' } }),
      () => ({ protocolVersion: anyValue(random), capabilities: anyValue(random), clientInfo: anyValue(random) }),
      () => ({ requestId: random.integer(0, 5), cursor: anyValue(random), level: anyText(random) }),
      () => ({}),
    ])(),
    ...(random.chance(0.4) && { _meta: random.chance(0.7) ? anyEnvelope(random) : anyValue(random) }),
  };
}

/** Creates the fields that every request of 2026-07-28 has. */
function anyEnvelope(random: Random): Readonly<Record<string, unknown>> {
  return {
    'io.modelcontextprotocol/protocolVersion': random.chance(0.8)
      ? '2026-07-28'
      : random.pick([anyVersion(random), anyValue(random)]),
    'io.modelcontextprotocol/clientInfo': random.chance(0.8) ? { name: 'x', version: '1' } : anyValue(random),
    ...(random.chance(0.9) && {
      'io.modelcontextprotocol/clientCapabilities': random.chance(0.9) ? {} : anyValue(random),
    }),
    ...(random.chance(0.2) && { progressToken: anyValue(random) }),
  };
}

function anyCall(random: Random): Readonly<Record<string, unknown>> {
  const name = random.chance(0.9) ? random.pick(TOOL_NAMES) : anyText(random);
  const known = Object.keys(TOOLS.get(name)?.arguments ?? { port: 22 }) as [string, ...string[]];
  const pairs = random.several(0, 5, () => [
    random.chance(0.9) ? random.pick(known) : anyText(random),
    anyArgument(random),
  ]);
  return { name, arguments: random.chance(0.95) ? Object.fromEntries(pairs) : anyValue(random) };
}

function anyArgument(random: Random): unknown {
  return random.pick<() => unknown>([
    () => random.integer(-2, 70_000),
    () =>
      random.several(0, 20, () =>
        random.pick<unknown>([random.integer(-2, 70_000), anyText(random), '22/tcp', '6000-6010']),
      ),
    () => random.pick(['tcp', 'linux,browsers', '20000-20099', 'own-000000000000', 'postgres']),
    () => anyValue(random),
  ])();
}

function anyVersion(random: Random): string {
  return random.chance(0.9) ? random.pick(VERSIONS) : anyText(random);
}

function post(random: Random, body: string, message: Readonly<Record<string, unknown>> = {}): HostileRequest {
  const field = (text: unknown) =>
    String(text)
      .replace(/[^ -~\x80-\xff]/g, '')
      .trim();
  const { method, params } = message;
  const { name, uri } = (params ?? {}) as { readonly name?: unknown; readonly uri?: unknown };
  return {
    method: 'POST',
    path: '/mcp',
    headers: {
      'Content-Type': random.chance(0.98)
        ? 'application/json'
        : random.pick(['text/plain', 'application/json;charset=x', '']),
      ...(random.chance(0.5) && { Accept: random.pick(ACCEPTS) }),
      ...(random.chance(0.7) && { 'MCP-Protocol-Version': field(anyVersion(random)) }),
      ...(random.chance(0.4) && { 'Mcp-Method': field(random.chance(0.9) ? method : anyText(random)) }),
      ...(random.chance(0.4) && { 'Mcp-Name': field(random.chance(0.9) ? (name ?? uri) : anyText(random)) }),
      ...(random.chance(0.1) && { 'Mcp-Session-Id': field(anyText(random)) }),
      ...(random.chance(0.1) && { 'Last-Event-ID': field(anyText(random)) }),
      ...(random.chance(0.1) && { Origin: random.pick(['null', 'https://evil.example', 'http://127.0.0.1']) }),
      ...(random.chance(0.3) && { Authorization: KNOWN_BEARER }),
    },
    body,
  };
}
