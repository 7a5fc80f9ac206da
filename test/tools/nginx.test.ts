import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Agent, type RequestOptions, request as send } from 'node:http';
import type { Socket } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { listenOptionsOf } from '../../src/cli/server/limits.ts';
import { readConfig } from '../../src/config/config.ts';
import { stripBasePath } from '../../src/http/message/base-path.ts';
import { listen } from '../../src/http/server/server.ts';
import { createLog } from '../../src/log.ts';
import { startNginx } from '../support/nginx.ts';
import { startServer } from '../support/portolan-process.ts';
import { connectRaw } from '../support/raw-connection.ts';
import { createTestApp, useProduct } from '../support/registry.ts';
import { seededDatabase } from '../support/seeded-database.ts';

const product = useProduct();
const PAGE = readFileSync(new URL('../../docs/reverse-proxy.md', import.meta.url), 'utf8');
const BASE = '/ports-api';

/** The nginx configuration of the documentation. */
const [, DOCUMENTED = ''] = /```nginx\n([\s\S]*?)```/.exec(PAGE) ?? [];

/** Serves in this process behind nginx, and counts the connections between the two. */
async function behindNginx(t: TestContext, settings: Readonly<Record<string, string>> = {}, sites = DOCUMENTED) {
  const config = readConfig({ PORT: '0', BASE_PATH: BASE, ...settings });
  const app = await createTestApp(product.registry, { BASE_PATH: BASE, ...settings });
  const below = stripBasePath(app, config.basePath);
  const connections = new Set<Socket>();
  const server = await listen(
    (request, response) => {
      connections.add(request.socket);
      below(request, response);
    },
    listenOptionsOf(config),
    createLog('silent'),
  );
  t.after(() => server.stop());
  const nginx = await startNginx(t, sites, server.url);
  return { nginx, connections, url: `http://127.0.0.1:${nginx.port}` };
}

/** Sends a request to nginx from an address of this machine. */
function ask(port: number, path: string, options: RequestOptions = {}, body?: string) {
  return new Promise<{ status: number; text: string; headers: Readonly<Record<string, unknown>> }>(
    (resolve, reject) => {
      const asked = send({ host: '127.0.0.1', port, path, ...options }, async (response) => {
        resolve({ status: response.statusCode ?? 0, text: await textOf(response), headers: response.headers });
      });
      asked.on('error', reject).end(body);
    },
  );
}

test('requests share connections, and a request after a pause is answered too', async (t) => {
  const { nginx, connections } = await behindNginx(t);
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  t.after(() => agent.destroy());
  const ports = Array.from({ length: 200 }, (_, port) => port);
  const answers = await Promise.all(ports.map((port) => ask(nginx.port, `${BASE}/ports/${port}`, { agent })));
  assert.deepEqual(
    answers.map(({ status, text }) => [status, JSON.parse(text).number]),
    ports.map((port) => [200, port]),
  );
  assert.ok(connections.size <= 4, `${connections.size} connections`);
  const before = connections.size;
  // Longer than Node's default keep-alive timeout.
  await delay(6_500);
  assert.equal((await ask(nginx.port, `${BASE}/ports/22`, { agent })).status, 200);
  assert.equal(connections.size, before);
});

test('the server keeps connections open for longer than nginx', async (t) => {
  const server = await startServer(t, { DATABASE: await seededDatabase(t) });
  const NGINX_KEEPS_S = 60;
  const { headers } = await fetch(`${server.url}/healthz`);
  const [, seconds] = /^timeout=(\d+)$/.exec(headers.get('Keep-Alive') ?? '') ?? [];
  assert.ok(Number(seconds) > NGINX_KEEPS_S, `Keep-Alive: ${headers.get('Keep-Alive')}`);
});

test('pages, lists and their files are available under the base path only', async (t) => {
  for (const sites of [DOCUMENTED, DOCUMENTED.replace('http://portolan;', 'http://portolan/;')]) {
    const { nginx } = await behindNginx(t, {}, sites);
    const page = await ask(nginx.port, `${BASE}/ports/22`, { headers: { Accept: 'text/html' } });
    const loaded = [...page.text.matchAll(/(?:src|href|action)="(\/[^"]*)"/g)].map(([, path = '']) => path);
    assert.ok(loaded.length > 15);
    for (const path of new Set(loaded)) {
      const { status, text } = await ask(nginx.port, path.replaceAll('&amp;', '&'), {
        headers: { Accept: 'text/html' },
      });
      assert.equal(status, 200, `${path}: ${text.slice(0, 200)}`);
    }
    const { next } = JSON.parse((await ask(nginx.port, `${BASE}/assignments?limit=1`)).text);
    assert.equal(JSON.parse((await ask(nginx.port, next)).text).results.length, 1);
    assert.equal((await ask(nginx.port, '/ports/22')).status, 404);
    assert.equal(JSON.parse((await ask(nginx.port, `${BASE}/healthz`)).text).status, 'ok');
  }
});

test('nginx passes long URLs and large batches that the server accepts', async (t) => {
  const { nginx } = await behindNginx(t);
  const ports = Array.from({ length: 1000 }, (_, index) => `${60_000 + index}/tcp`).join(',');
  assert.ok(ports.length > 8_192);
  assert.equal((await ask(nginx.port, `${BASE}/ports?ports=${ports}`)).status, 200);
  const batch = `${JSON.stringify([22])}${' '.repeat(3 * 1024 * 1024)}`;
  const headers = { 'Content-Type': 'application/json', 'Content-Length': String(batch.length) };
  const answer = await ask(nginx.port, `${BASE}/ports/lookup`, { method: 'POST', headers }, batch);
  assert.equal(answer.status, 200, answer.text.slice(0, 200));
});

test('ETags, HEAD and the request id pass through nginx', async (t) => {
  const { nginx } = await behindNginx(t);
  const { headers } = await ask(nginx.port, `${BASE}/ports/22`);
  const again = await ask(nginx.port, `${BASE}/ports/22`, { headers: { 'If-None-Match': String(headers.etag) } });
  assert.deepEqual([again.status, again.text], [304, '']);
  const head = await ask(nginx.port, `${BASE}/ports/22`, { method: 'HEAD' });
  assert.deepEqual([head.status, head.text, head.headers['content-length']], [200, '', headers['content-length']]);
  assert.match(String(headers['x-request-id']), /^[0-9a-f]{32}$/);
});

test('only nginx can set the client address', async (t) => {
  const { nginx } = await behindNginx(t, { TRUST_PROXY: '127.0.0.1', RATE_LIMIT: '2' });
  const from = (localAddress: string, forged: string) =>
    ask(nginx.port, `${BASE}/ports/22`, { localAddress, headers: { 'X-Forwarded-For': forged } });
  const statuses: number[] = [];
  for (const address of ['127.0.0.2', '127.0.0.3', '127.0.0.2', '127.0.0.3', '127.0.0.2', '127.0.0.3']) {
    statuses.push((await from(address, `203.0.113.${statuses.length}`)).status);
  }
  assert.deepEqual(statuses, [200, 200, 200, 200, 429, 429]);
});

test('without a trusted proxy all clients count as one', async (t) => {
  const { nginx } = await behindNginx(t, { RATE_LIMIT: '2' });
  const statuses: number[] = [];
  for (const localAddress of ['127.0.0.2', '127.0.0.3', '127.0.0.4']) {
    statuses.push((await ask(nginx.port, `${BASE}/ports/22`, { localAddress })).status);
  }
  assert.deepEqual(statuses, [200, 200, 429]);
});

test("a missing body ends in the server's 408, and nginx continues", async (t) => {
  const sites = DOCUMENTED.replace('client_max_body_size', 'proxy_request_buffering off;\n    client_max_body_size');
  const { nginx, url } = await behindNginx(t, { REQUEST_TIMEOUT: '1 s', HEADERS_TIMEOUT: '1 s' }, sites);
  const head = [`POST ${BASE}/ports/lookup HTTP/1.1`, 'Host: x', 'Content-Type: application/json', 'Content-Length: 9'];
  const { until, socket } = await connectRaw(url, `${head.join('\r\n')}\r\n\r\n[22,`);
  const answer = await until(/requestId/);
  socket.destroy();
  assert.match(answer, /^HTTP\/1\.1 408 /);
  assert.match(answer, /application\/problem\+json/);
  assert.equal((await ask(nginx.port, `${BASE}/ports/22`)).status, 200);
});
