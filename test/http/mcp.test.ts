import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { pino } from 'pino';
import plain from 'supertest';
import { request } from '../support/contract.ts';
import { callTool, sendMcp } from '../support/mcp.ts';
import { createTestApp, useProduct } from '../support/registry.ts';

const product = useProduct();
const WIKI = 'https://wiki.example.org';

/** The versions of clients that send `initialize`. */
const LEGACY = ['2025-11-25', '2025-06-18', '2025-03-26'];
const MODERN = '2026-07-28';

const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** Sends one message as a client of 2026-07-28 does. */
function sendModern(method: string, params: Readonly<Record<string, unknown>> = {}) {
  const name = params.name ?? params.uri;
  return sendMcp(
    product.app,
    method,
    { ...params, _meta: ENVELOPE },
    {
      'MCP-Protocol-Version': MODERN,
      'Mcp-Method': method,
      ...(name !== undefined && { 'Mcp-Name': String(name) }),
    },
  );
}

const INFO = { name: 'portolan', title: 'Portolan' };
const INSTRUCTIONS =
  'Portolan knows what port numbers are assigned to by IANA, which software uses them, and which services of this team hold them. A port about which nothing is known is an answer, not an error.';

describe('both generations of the protocol', () => {
  test('initialize answers with the version that the client asks for', async () => {
    for (const protocolVersion of LEGACY) {
      const params = { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } };
      const { text, headers } = await sendMcp(product.app, 'initialize', params, { 'MCP-Protocol-Version': '' }).expect(
        200,
      );
      const { serverInfo, ...result } = JSON.parse(text).result;
      assert.deepEqual(result, {
        protocolVersion,
        capabilities: { tools: {}, resources: {} },
        instructions: INSTRUCTIONS,
      });
      const { version, ...info } = serverInfo;
      assert.deepEqual([info, typeof version], [INFO, 'string']);
      assert.equal(headers['mcp-session-id'], undefined);
      assert.equal(headers['cache-control'], 'no-store');
      assert.match(headers['content-type'] ?? '', /^application\/json/);
    }
  });

  test('server/discover lists the version 2026-07-28', async () => {
    const { text } = await sendModern('server/discover').expect(200);
    const { supportedVersions, instructions, ttlMs, cacheScope, capabilities } = JSON.parse(text).result;
    assert.deepEqual(
      { supportedVersions, instructions, ttlMs, cacheScope, capabilities },
      {
        supportedVersions: [MODERN],
        instructions: INSTRUCTIONS,
        ttlMs: 3_600_000,
        cacheScope: 'public',
        capabilities: { tools: {}, resources: {} },
      },
    );
  });

  test('a tool gives both the same', async () => {
    const params = { name: 'check_port', arguments: { port: 443, protocol: 'tcp' } };
    const legacy = JSON.parse((await sendMcp(product.app, 'tools/call', params).expect(200)).text).result;
    const { resultType, _meta, ...modern } = JSON.parse(
      (await sendModern('tools/call', params).expect(200)).text,
    ).result;
    assert.deepEqual(modern, legacy);
    assert.equal(resultType, 'complete');
    assert.match(legacy.content[0].text, /^443\/tcp {2}avoid\n/);
  });

  test('a notification gets 202, an unknown method and an unsupported version an error', async () => {
    const post = () => request(product.app).post('/mcp').set('Content-Type', 'application/json');
    const accepted = await post().send({ jsonrpc: '2.0', method: 'notifications/initialized' }).expect(202);
    assert.equal(accepted.text, '');
    const unknown = JSON.parse((await sendMcp(product.app, 'harbours/list').expect(200)).text);
    assert.deepEqual(unknown.error, { code: -32601, message: 'Method not found' });
    assert.equal(JSON.parse((await sendModern('harbours/list').expect(404)).text).error.code, -32601);
    await sendMcp(product.app, 'tools/list', {}, { 'MCP-Protocol-Version': '1999-01-01' }).expect(400);
    assert.equal(JSON.parse((await sendMcp(product.app, 'ping').expect(200)).text).error, undefined);
  });

  test('a list of messages gets a list of results, and has 1 to 10', async () => {
    const post = () => request(product.app).post('/mcp').set('Content-Type', 'application/json');
    const pings = (count: number) => Array.from({ length: count }, (_, id) => ({ jsonrpc: '2.0', id, method: 'ping' }));
    const { text } = await post().send(pings(10)).expect(200);
    assert.deepEqual(
      JSON.parse(text).map(({ id, result }: { id: number; result: object }) => [id, result]),
      pings(10).map(({ id }) => [id, {}]),
    );
    for (const count of [0, 11]) {
      const refused = await post().send(pings(count)).expect(400);
      assert.equal(refused.body.detail, `Cannot answer ${count} messages at once: expected 1 to 10`);
    }
  });

  test('a message in a list has an id of its own, and gets its response although the list cancels it', async () => {
    const post = () => request(product.app).post('/mcp').set('Content-Type', 'application/json');
    const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
    const { text } = await post().send([ping, ping]).expect(400);
    const message = 'Cannot answer two messages with the id "1": expected it once';
    assert.deepEqual(JSON.parse(text), { jsonrpc: '2.0', id: null, error: { code: -32600, message } });
    const cancellation = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } };
    const answered = await post().send([ping, cancellation]).timeout(5_000).expect(200);
    assert.deepEqual(JSON.parse(answered.text), { jsonrpc: '2.0', id: 1, result: {} });
  });

  test('an error names the field of the message, the input and what is expected', async () => {
    const post = () => request(product.app).post('/mcp').set('Content-Type', 'application/json');
    const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
    for (const [body, status, id, message] of [
      [{ ...ping, jsonrpc: '1.0' }, 400, 1, 'Cannot read jsonrpc of the message, "1.0": expected "2.0"'],
      [{ ...ping, id: 1.5 }, 400, null, 'Cannot read id of the message, "1.5": expected a text or an integer'],
      [{ jsonrpc: '2.0', id: 1 }, 400, 1, 'Cannot read method of the message: expected the name of a method'],
      [{ ...ping, params: [] }, 400, 1, 'Cannot read params of the message, "[]": expected an object'],
      [{ ...ping, params: { _meta: 5 } }, 400, 1, 'Cannot read params._meta of the message, "5": expected an object'],
      [{ ...ping, extra: 1 }, 400, 1, 'Cannot read the message: unknown field "extra"'],
      [[ping, 'x'], 400, null, 'Cannot read message 2 "x": expected an object'],
      [
        { ...ping, method: 'tools/call', params: { arguments: {} } },
        200,
        1,
        'Cannot read params.name of tools/call: expected string, received undefined',
      ],
      [
        { ...ping, method: 'initialize', params: { protocolVersion: 1 } },
        200,
        1,
        'Cannot read params.protocolVersion of initialize: expected string, received number',
      ],
    ] as const) {
      const answer = JSON.parse((await post().send(body).expect(status)).text);
      const code = status === 400 ? -32600 : -32602;
      assert.deepEqual(answer, { jsonrpc: '2.0', id, error: { code, message } });
    }
    const { text } = await sendMcp(product.app, 'ping', {}, { 'MCP-Protocol-Version': 'z'.repeat(5_000) }).expect(400);
    assert.equal(JSON.parse(text).error.message.length, 1_001);
  });

  test('a subscription is refused, because nothing would be sent', async () => {
    const sent = sendModern('subscriptions/listen', { notifications: { toolsListChanged: true } });
    const error = { code: -32601, message: 'Method not found' };
    assert.deepEqual(JSON.parse((await sent.expect(404)).text), { jsonrpc: '2.0', id: 1, error });
  });
});

describe('tools/list', () => {
  test('has seven tools in less than 6 kB', async () => {
    for (const sent of [sendMcp(product.app, 'tools/list'), sendModern('tools/list')]) {
      const { text } = await sent.expect(200);
      assert.ok(Buffer.byteLength(text) < 6_000, `${Buffer.byteLength(text)} bytes`);
      const { tools } = JSON.parse(text).result;
      assert.deepEqual(
        tools.map(({ name, annotations: { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } }: never) => [
          name,
          readOnlyHint,
          destructiveHint,
          idempotentHint,
          openWorldHint,
        ]),
        [
          ['lookup_ports', true, undefined, undefined, false],
          ['find_service', true, undefined, undefined, false],
          ['check_port', true, undefined, undefined, false],
          ['suggest_ports', true, undefined, undefined, false],
          ['list_own_ports', true, undefined, undefined, false],
          ['reserve_port', false, false, true, false],
          ['release_port', false, true, true, false],
        ],
      );
    }
  });

  test('has valid schemas, which accept the calls of the documentation and describe each argument', async () => {
    const { tools } = JSON.parse((await sendMcp(product.app, 'tools/list').expect(200)).text).result;
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
    for (const { name, description, inputSchema, outputSchema } of tools) {
      assert.ok(ajv.validateSchema(inputSchema), name);
      assert.equal(outputSchema, undefined);
      assert.match(description, /\.$/);
      for (const [argument, schema] of Object.entries<Record<string, unknown>>(inputSchema.properties)) {
        assert.match(String(schema.description), /\.$/, `${name} ${argument}`);
        assert.ok(schema.type !== undefined, `${name} ${argument}`);
      }
    }
    const accepts = (name: string, given: object) =>
      ajv.validate(tools.find((tool: { name: string }) => tool.name === name).inputSchema, given);
    assert.ok(accepts('lookup_ports', { ports: [22, '443/tcp', '6000-6010'] }));
    assert.ok(accepts('suggest_ports', { count: 3, avoid: ['linux'], near: 8080 }));
    assert.ok(accepts('reserve_port', { name: 'a', key: 'a/production', protocols: ['tcp', 'udp'], count: 2 }));
    assert.ok(!accepts('reserve_port', { name: 'a' }));
    assert.ok(!accepts('check_port', { port: 65_536 }));
    assert.ok(!accepts('check_port', { port: 22, protcol: 'tcp' }));
  });

  test('may be stored by shared caches only where reading needs no token', async () => {
    const app = await createTestApp(product.registry, { REQUIRE_TOKEN: 'read' }, undefined, product.own);
    const headers = {
      Authorization: product.bearer('read'),
      'MCP-Protocol-Version': MODERN,
      'Mcp-Method': 'tools/list',
    };
    const { text } = await sendMcp(app, 'tools/list', { _meta: ENVELOPE }, headers).expect(200);
    const { ttlMs, cacheScope } = JSON.parse(text).result;
    assert.deepEqual([ttlMs, cacheScope], [3_600_000, 'private']);
  });
});

test('a port is a resource', async () => {
  const read = (uri: string) => sendMcp(product.app, 'resources/read', { uri });
  const listed = JSON.parse((await sendMcp(product.app, 'resources/templates/list').expect(200)).text).result;
  assert.deepEqual(listed.resourceTemplates, [
    {
      name: 'port',
      title: 'Port',
      uriTemplate: 'portolan://ports/{port}',
      description: 'What is known of a port, as text.',
      mimeType: 'text/plain',
    },
  ]);
  assert.deepEqual(JSON.parse((await sendMcp(product.app, 'resources/list')).text).result, { resources: [] });
  for (const port of [0, 1023, 1024, 49_151, 49_152, 65_535]) {
    const uri = `portolan://ports/${port}`;
    const { text } = await request(product.app).get(`/ports/${port}?format=text&wide=true`);
    assert.deepEqual(JSON.parse((await read(uri).expect(200)).text).result, {
      contents: [{ uri, mimeType: 'text/plain', text }],
    });
  }
  for (const uri of ['portolan://ports/65536', 'portolan://ports/022', 'file:///etc/passwd']) {
    const { error } = JSON.parse((await read(uri).expect(200)).text);
    assert.equal(error.message, `Cannot find "${uri}": expected portolan://ports/{port}`);
  }
});

describe('a request', () => {
  test('of a page of another origin is refused', async () => {
    const settings = { CORS_ORIGINS: `${WIKI}, *` };
    const direct = await createTestApp(product.registry, settings, undefined, product.own);
    const behindProxy = await createTestApp(
      product.registry,
      { ...settings, TRUST_PROXY: '127.0.0.1' },
      undefined,
      product.own,
    );
    const ping = (app: typeof direct, origin: string, host: string) =>
      sendMcp(app, 'ping', {}, { Origin: origin, Host: host });
    const named = 'ports.example.org';
    for (const [origin, host] of [
      ['http://127.0.0.1:7605', '127.0.0.1:7605'],
      ['http://[::1]:7605', '[::1]:7605'],
      ['http://localhost:7605', 'localhost:7605'],
      ['https://192.0.2.7', '192.0.2.7'],
      [WIKI, named],
    ] as const)
      await ping(direct, origin, host).expect(200);
    for (const origin of [`http://${named}`, `https://${named}`, WIKI])
      await ping(behindProxy, origin, named).expect(200);
    const foreign = ['https://evil.example', 'null', `http://${named}:8080`, `${WIKI}.evil.example`];
    for (const [app, origin, host] of [
      ...foreign.flatMap((origin) => [direct, behindProxy].map((app) => [app, origin, named] as const)),
      // DNS rebinding: the name of the page is that in `Host`.
      [direct, 'http://evil.example:7605', 'evil.example:7605'],
      [direct, 'http://localhost:8080', 'localhost:7605'],
    ] as const) {
      const { body } = await ping(app, origin, host).expect(403);
      assert.equal(
        body.detail,
        `Cannot answer a page of the origin ${JSON.stringify(origin)}: expected that of this server, or one that CORS_ORIGINS names`,
      );
    }
  });

  test('is a POST of JSON of at most 100 KiB', async () => {
    for (const method of ['get', 'delete', 'put'] as const) {
      const { headers } = await request(product.app)[method]('/mcp').expect(405);
      assert.equal(headers.allow, 'POST, OPTIONS');
    }
    const post = (type: string) => request(product.app).post('/mcp').set('Content-Type', type);
    await post('text/plain').send('{}').expect(415);
    await post('application/json').send('{').expect(400);
    await post('application/json').send(' '.repeat(200_000)).expect(413);
    await post('application/json').send('{}').expect(400);
    await post('application/json').send('[]').expect(400);
  });

  test('needs a token where reading does', async () => {
    const app = await createTestApp(product.registry, { REQUIRE_TOKEN: 'read' }, undefined, product.own);
    const { headers } = await sendMcp(app, 'tools/list', {}, {}, plain).expect(401);
    assert.equal(headers['www-authenticate'], 'Bearer realm="portolan"');
    await sendMcp(app, 'tools/list', {}, { Authorization: product.bearer('read') }).expect(200);
  });

  test('counts for the rate limit: a list as its messages, and ports as in a batch', async () => {
    const app = await createTestApp(product.registry, { RATE_LIMIT: '20', RATE_WINDOW: '5 min' });
    const left = ({ headers }: { readonly headers: Readonly<Record<string, string>> }) =>
      /; r=(\d+)/.exec(headers.ratelimit ?? '')?.[1];
    assert.equal(left(await sendMcp(app, 'ping')), '19');
    assert.equal(left(await callTool(app, 'lookup_ports', { ports: ['1-100'] })), '17');
    const pings = Array.from({ length: 10 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'ping' }));
    assert.equal(left(await request(app).post('/mcp').send(pings).expect(200)), '7');
    await plain(app).post('/mcp').send(pings).expect(429);
  });
});

test('an unexpected error is masked, and logged with the id of the request', async () => {
  const lines: string[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line) => lines.push(line) });
  const broken = new Proxy(product.registry, {
    get: (target, name) => {
      if (name === 'suitability') throw new Error('secret');
      return Reflect.get(target, name, target);
    },
  });
  const app = await createTestApp(broken, {}, log);
  const { text, isError, headers } = await callTool(app, 'check_port', { port: 22 });
  assert.deepEqual([text, isError], ['Something went wrong inside the server', true]);
  const { msg, requestId, err } = JSON.parse(lines[0] ?? '');
  assert.deepEqual([msg, requestId, err.message], ['an MCP request failed', headers['x-request-id'], 'secret']);
});
