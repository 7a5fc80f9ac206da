import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer, type IncomingHttpHeaders, type RequestListener, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import supertest from 'supertest';
import { CACHE_BYTES, type CacheParts, cacheResponses } from '../../src/http/cache/response-cache.ts';
import { markCacheable } from '../../src/http/message/request-context.ts';
import { HeldMemory } from '../../src/http/work/held-memory.ts';
import { Counts } from '../../src/metrics/request-counts.ts';
import { parseOwnEntry } from '../../src/registry/own/own-entry.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { VERSION_AGE_MS } from '../../src/registry/values/registry-version.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { WriteThread } from '../../src/sqlite/write/write-thread.ts';
import { startInProcess } from '../support/listen.ts';
import { startServer } from '../support/portolan-process.ts';
import { connectRaw } from '../support/raw-connection.ts';
import { createTestApp } from '../support/registry.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { bearer } from '../support/tokens.ts';

/** Cached requests, and similar ones that are not cached. */
const REPORT = {
  query: 'query ($number: Int!) { port(number: $number) { number summary } }',
  variables: { number: 6010 },
};
const REQUESTS: readonly Request[] = [
  ...['0', '1023', '1024', '6010', '31337', '49151', '49152', '60257', '65535'].map((port) => get(`/ports/${port}`)),
  ...['65536', '022', '80/', '80/tcp', '80?protocol=udp', '80?format=text', '80?protocl=udp'].map((end) =>
    get(`/ports/${end}`),
  ),
  get('/ports/80', { accept: 'text/plain' }),
  get('/ports/80', { accept: 'image/png' }),
  get('/ports/80', { 'accept-encoding': 'br' }),
  get('/ports/80', { 'accept-encoding': 'gzip;q=0.5, identity' }),
  get('/ports/80', { 'if-none-match': '"other", W/"another"' }),
  get('/ports/80', { 'if-none-match': '*' }),
  get('/ports/80', { 'if-none-match': '*', 'cache-control': 'no-cache' }),
  get('/ports/80', { origin: 'https://wiki.example.org' }),
  { ...get('/ports/80'), method: 'HEAD' },
  { ...get('/ports/80'), method: 'DELETE' },
  get('/search?q=ssh'),
  get('/search?q=ssh', { 'accept-encoding': 'br, gzip' }),
  get('/search?q=ssh', { 'if-none-match': '*' }),
  // An absent header field differs from an empty one, and from one with the text of an absent value.
  ...['undefined', 'null', ''].flatMap((word) => [
    get('/ports/80', { accept: word }),
    get('/search?q=ssh', { accept: word }),
    get('/search?q=ssh', { 'accept-encoding': word }),
    get('/ports/80', { origin: word }),
  ]),
  get('/services/whois%2B%2B'),
  get('/services/nobody'),
  get('/associations/wake-on-lan'),
  get('/ports/8080/suitability'),
  get('/suggestions?count=3'),
  get('/registry'),
  get('/readyz'),
  get('/audit'),
  get('/own', { accept: 'text/html' }),
  get('/own'),
  get('/associations/new?port=8443', { accept: 'text/html' }),
  get('/associations/new?port=8443'),
  get('/token'),
  get('/graphql?query={registry{date}}'),
  post(REPORT),
  post(REPORT, { 'accept-encoding': 'gzip', accept: 'application/graphql-response+json' }),
  post(REPORT, { accept: 'undefined' }),
  post(REPORT, { 'accept-encoding': '' }),
  post({ ...REPORT, variables: { number: 65536 } }),
  post({ query: '{ nothing }' }),
  post({ query: 'mutation { deleteAssociation(id: "own-000000000000", revision: 1) { id } }' }),
  { ...post(''), body: '{"query":' },
  { ...post(''), body: '"text"' },
];

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

function get(path: string, headers: Readonly<Record<string, string>> = {}): Request {
  return { method: 'GET', path, headers };
}

function post(value: unknown, headers: Readonly<Record<string, string>> = {}): Request {
  const json = { 'content-type': 'application/json', ...headers };
  return { method: 'POST', path: '/graphql', headers: json, body: JSON.stringify(value) };
}

function cacheParts(registry: Registry): CacheParts {
  return { registry, counts: new Counts(), corsOrigins: [], userField: '', held: new HeldMemory(64 * 1024 * 1024) };
}

interface Answer {
  readonly path: string;
  readonly status: number | undefined;
  readonly fields: IncomingHttpHeaders;
  readonly body: string;
}

/** Returns the whole response except its date; its id is that of the request. */
function ask(url: string, { method, path, headers, body }: Request): Promise<Answer> {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const named = { 'x-request-id': 'same', connection: 'close', ...length, ...headers };
  return new Promise((resolve, reject) => {
    const asked = send(`${url}/`, { method, path, headers: named }, async (response) => {
      response.setEncoding('latin1');
      const { date: _, ...fields } = response.headers;
      resolve({ path, status: response.statusCode, fields, body: await textOf(response) });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

test('a cached response equals a computed one, header included', async (t) => {
  const DATABASE = await seededDatabase(t);
  const cached = await startInProcess(t, { DATABASE });
  const computed = await startInProcess(t, { DATABASE, ANSWER_CACHE: 'off' });
  const expected = [];
  for (const request of REQUESTS) expected.push(await ask(computed.url, request));
  for (const round of ['first', 'second', 'third']) {
    for (const [index, request] of REQUESTS.entries()) {
      assert.deepEqual(await ask(cached.url, request), expected[index], `${round} time: ${JSON.stringify(request)}`);
    }
  }
});

test('a response is not cached if the data changed while it was computed', async (t) => {
  const DATABASE = await seededDatabase(t);
  const registry = new SqliteRegistry(DATABASE);
  const own = new WriteThread(DATABASE);
  t.after(async () => {
    await own.close();
    registry.close();
  });
  const app = await createTestApp(registry);
  /** Sends the responses that are computed and not sent yet. */
  const ends: (() => void)[] = [];
  let isHeld = false;
  const slow: RequestListener = (request, response) => {
    const { end } = response;
    response.end = ((...args: Parameters<typeof end>) => {
      ends.push(() => end.apply(response, args));
      if (!isHeld) ends.pop()?.();
      return response;
    }) as typeof end;
    app(request, response);
  };
  const untilMade = async (count: number) => {
    while (ends.length < count) await delay(1);
  };
  const release = () => {
    isHeld = false;
    for (const end of ends.splice(0)) end();
  };
  t.after(release);
  const listener = cacheResponses(slow, cacheParts(registry));
  const questions = [
    () => supertest(listener).get('/search?q=tide&literal=true'),
    () =>
      supertest(listener).post('/graphql').send({ query: '{ search(text: "tide", literal: true) { totalCount } }' }),
  ];
  const countOf = ({ body }: supertest.Response) => body.count ?? body.data.search.totalCount;

  // The responses to repeated requests are cached.
  for (const ask of questions) await ask();
  isHeld = true;
  const early = Promise.all(questions.map((ask) => ask().then(countOf)));
  await untilMade(2);
  await own.create([parseOwnEntry({ name: 'tide tables', firstPort: 8124 })], false, COMMAND_LINE);
  await delay(VERSION_AGE_MS + 10);
  // The listener sees the new version with the next request.
  const other = supertest(listener).get('/search?q=ssh').then();
  await untilMade(3);
  release();
  await other;
  const counts = await early;
  for (const [index, ask] of questions.entries()) assert.equal(countOf(await ask()), counts[index] + 1);
});

test('the liveness probe does not query the database', async (t) => {
  const DATABASE = await seededDatabase(t);
  const registry = new SqliteRegistry(DATABASE);
  t.after(() => registry.close());
  let questions = 0;
  const watched = new Proxy(registry, {
    get: (target, name) => {
      const value = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        questions++;
        return value.apply(target, args);
      };
    },
  });
  const app = await createTestApp(watched);
  const listener = cacheResponses(app, cacheParts(watched));
  questions = 0;
  assert.equal((await supertest(listener).get('/healthz')).status, 200);
  assert.equal(questions, 0);
  assert.equal((await supertest(listener).get('/readyz')).status, 200);
  assert.ok(questions > 0, 'the count would tell');
});

test('a cached page has the age of the registry on the day of the request', async (t) => {
  const registry = new SqliteRegistry(await seededDatabase(t));
  t.after(() => registry.close());
  const listener = cacheResponses(await createTestApp(registry), cacheParts(registry));
  const ages: unknown[] = [];
  t.mock.timers.enable({ apis: ['Date'] });
  const loaded = new Date(registry.info().date).valueOf();
  for (const hours of [0, 24, 47, 48]) {
    t.mock.timers.setTime(loaded + hours * 60 * 60 * 1000);
    await delay(VERSION_AGE_MS + 10);
    const { text } = await supertest(listener).get('/about').set('Accept', 'text/html');
    ages.push(/<\/time><\/a> \(([^)]+)\)/.exec(text)?.[1]);
  }
  assert.deepEqual(ages, ['less than a day', '1 day', '1 day', '2 days']);
});

test('a cached response has an ETag, which gives 304', async (t) => {
  const { url } = await startInProcess(t, { DATABASE: await seededDatabase(t) });
  for (const path of ['/ports/443', '/search?q=https']) {
    for (let round = 0; round < 3; round++) {
      const { etag = '' } = (await ask(url, get(path))).fields;
      const again = await ask(url, get(path, { 'if-none-match': `"other", ${etag}` }));
      assert.deepEqual([again.status, again.body, again.fields.etag], [304, '', etag]);
    }
  }
});

test('a body that never ends gets a 408 with the request id, as without the cache', async (t) => {
  const settings = {
    DATABASE: await seededDatabase(t),
    REQUEST_TIMEOUT: '1 s',
    HEADERS_TIMEOUT: '1 s',
  };
  const head =
    'POST /graphql HTTP/1.1\r\nHost: x\r\nX-Request-ID: half\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{';
  const answers = [];
  for (const ANSWER_CACHE of ['on', 'off']) {
    const { url } = await startInProcess(t, { ...settings, ANSWER_CACHE });
    const received = await (await connectRaw(url, head)).closed;
    answers.push(received.replace(/^Date: .*$/m, ''));
  }
  assert.equal(answers[0], answers[1]);
  assert.match(answers[0] ?? '', /^HTTP\/1.1 408 .*\r\nX-Request-ID: half\r\n.*"requestId":"half"/s);
});

test('a written own entry changes its responses at once in every process, and no others', async (t) => {
  const DATABASE = await seededDatabase(t);
  const servers = [await startServer(t, { DATABASE }), await startServer(t, { DATABASE })];
  const Authorization = bearer(DATABASE, 'write');
  const paths = ['/ports/8123', '/ports/8124', '/ports/8124?format=text', '/search?q=tide', '/services/ssh'];
  const tagsOf = async ({ url }: { url: string }) =>
    Promise.all(paths.map(async (path) => (await fetch(url + path)).headers.get('etag')));
  const before = await Promise.all(servers.map(tagsOf));
  assert.deepEqual(before[0], before[1]);

  const entry = { name: 'tide tables', firstPort: 8124 };
  const headers = { 'Content-Type': 'application/json', Authorization };
  const written = await fetch(`${servers[0]?.url}/associations`, {
    method: 'POST',
    headers,
    body: JSON.stringify(entry),
  });
  assert.equal(written.status, 201);
  for (const server of servers) {
    const isSame = (await tagsOf(server)).map((tag, index) => tag === before[0]?.[index]);
    assert.deepEqual(isSame, [true, false, false, false, true]);
    const { summary } = JSON.parse((await ask(server.url, get('/ports/8124'))).body);
    assert.match(summary, /^Port 8124 has the own entry tide tables; it has no official assignment: /);
  }
});

test('responses follow own entries that are created, moved and deleted', async (t) => {
  const DATABASE = await seededDatabase(t);
  const [cached, computed] = [
    await startInProcess(t, { DATABASE }),
    await startInProcess(t, { DATABASE, ANSWER_CACHE: 'off' }),
  ];
  const headers = {
    'Content-Type': 'application/json',
    Authorization: bearer(DATABASE, 'write'),
    'If-Match': '*',
  };
  const ports = [0, 22, 8999, 9000, 9010, 9011, 20000, 20009, 20010, 65535];
  const compare = async () => {
    for (const port of [...ports, ...ports]) {
      const [sent, expected] = await Promise.all([cached, computed].map(({ url }) => ask(url, get(`/ports/${port}`))));
      assert.deepEqual(sent, expected);
    }
  };
  const write = async (method: string, path: string, body?: object) => {
    const response = await fetch(cached.url + path, { method, headers, body: JSON.stringify(body) ?? null });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    await compare();
    return response;
  };
  await compare();
  const made = await write('POST', '/associations', { name: 'tide tables', firstPort: 9000, lastPort: 9010 });
  const { id } = (await made.json()) as { readonly id: string };
  await write('PATCH', `/associations/${id}`, { firstPort: 20000, lastPort: 20009 });
  await write('POST', '/associations', { name: 'everywhere', firstPort: 0, lastPort: 65535 });
  await write('DELETE', `/associations/${id}`);
});

test('a response is cached when its request is repeated', async (t) => {
  const registry = new SqliteRegistry(await seededDatabase(t));
  t.after(() => registry.close());
  const computed: string[] = [];
  const app: RequestListener = ({ url = '' }, response) => {
    computed.push(url);
    markCacheable(response);
    response.end('text');
  };
  const listener = cacheResponses(app, cacheParts(registry));
  for (const path of ['/a', '/b', '/a', '/a', '/b', '/a', '/b']) await supertest(listener).get(path);
  assert.deepEqual(computed, ['/a', '/b', '/a', '/b']);
});

test('the cache holds 8 MiB, keys included, and evicts the least recently used response', async (t) => {
  const DATABASE = await seededDatabase(t);
  const registry = new SqliteRegistry(DATABASE);
  t.after(() => registry.close());
  const computed: string[] = [];
  const body = 'x'.repeat(50_000);
  const app: RequestListener = ({ url = '' }, response) => {
    computed.push(url);
    markCacheable(response);
    response.end(body);
  };
  const server = createServer(cacheResponses(app, cacheParts(registry))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const agent = new Agent({ keepAlive: true });
  t.after(() => {
    agent.destroy();
    server.close();
  });
  const get = async (path: string) => {
    const request = send({ port: (server.address() as AddressInfo).port, path, agent }).end();
    const [response] = await once(request, 'response');
    assert.equal(await textOf(response), body);
  };
  const paths = Array.from({ length: 600 }, (_, index) => `/${index}/${'k'.repeat(12_000)}`);
  for (const path of paths) await get(path);
  for (const path of paths) await get(path);
  assert.equal(computed.length, 1200);
  const [first = ''] = paths;
  const newest = Math.floor(CACHE_BYTES / 64_000);
  computed.length = 0;
  for (const path of paths.slice(-newest)) await get(path);
  assert.deepEqual(computed, [], 'the newest 8.3 MB are cached');
  await get(first);
  assert.deepEqual(computed, [first], 'an older one was evicted: 600 responses with their keys are 37.2 MB');
});

test('time-dependent responses are not cached', async (t) => {
  const { url } = await startInProcess(t, { DATABASE: await seededDatabase(t) });
  const timeDependent = [get('/registry'), get('/graphql?query={registry{update{result}}}')];
  for (const request of [...timeDependent, ...timeDependent]) assert.equal((await ask(url, request)).status, 200);
  const { body } = await ask(url, get('/metrics'));
  assert.match(body, /^portolan_answer_cache_total\{result="hit"\} 0$/m);
  assert.match(body, /^portolan_answer_cache_total\{result="miss"\} 0$/m);
});
