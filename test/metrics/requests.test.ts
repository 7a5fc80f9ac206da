import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { before, describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startInProcess } from '../support/listen.ts';
import { pick, scrape } from '../support/metrics.ts';
import { startServer } from '../support/portolan-process.ts';
import { connectRaw } from '../support/raw-connection.ts';
import { putSeededDatabase } from '../support/seeded-database.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';
import { bearer } from '../support/tokens.ts';

const REQUESTS = 'portolan_http_requests_total';
const LOOKUPS = 'portolan_lookups_total';
const WRITES = 'portolan_writes_total';
const TIMES = 'portolan_http_request_duration_seconds_count';

let folder: string;
let DATABASE: string;
let Authorization: string;
before(async () => {
  folder = makeFolder();
  DATABASE = join(folder, 'portolan.db');
  await putSeededDatabase(DATABASE);
  Authorization = bearer(DATABASE, 'write');
  return () => removeFolder(folder);
});

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a request over a new connection, without the fields that `fetch` adds. */
async function ask({ url }: Server, path: string, { body, ...options }: Asked = {}): Promise<number> {
  const asked = request(url + path, { ...options, agent: false }).end(body);
  const [response] = await once(asked, 'response');
  await text(response);
  return response.statusCode;
}

function post(body: unknown, headers: Record<string, string> = {}): Asked {
  return { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...headers } };
}

/** Reads of every kind, each with what it must count. */
const QUESTIONS: readonly (readonly [path: string, options?: Asked])[] = [
  ['/ports/22'],
  ['/ports/60257'],
  ['/ports/2'],
  ['/ports/49'],
  ['/ports/22', { headers: { 'If-None-Match': '*' } }],
  ['/ports/22', { method: 'HEAD' }],
  ['/ports/22', { headers: { Accept: 'text/plain' } }],
  ['/ports/22', { headers: { Accept: 'text/html' } }],
  ['/ports/22/udp'],
  ['/ports?ports=22,60257,1-3'],
  ['/ports/70000'],
  ['/search?q=ssh'],
  ['/services/nobody'],
  ['/ports/lookup', post(['22/tcp', 60257, 'x', '1-3'])],
  ['/graphql', post({ query: '{ port(number: 22) { number } ports(numbers: [1, 2, 60257]) { number } }' })],
  ['/graphql?query={port(number:22){number}}'],
  ['/graphql', post({ query: '{ nothing }' })],
  ['/export/services?origin=own'],
  ['/assets/nothing.css'],
  ['/nope/with/a/name'],
  ['/ports/22', { method: 'DELETE' }],
  ['/healthz'],
];

interface Server {
  readonly url: string;
}

async function start(t: TestContext, environment: Readonly<Record<string, string>>): Promise<Server> {
  const begin = environment.WORKERS === undefined ? startInProcess : startServer;
  return begin(t, { DATABASE, ...environment });
}

test('requests are counted by route, method and status, with and without the cache, and with several processes', async (t) => {
  const seen = [];
  for (const environment of [{}, { ANSWER_CACHE: 'off' }, { WORKERS: '2' }]) {
    const server = await start(t, environment);
    for (const _round of [1, 2, 3]) for (const [path, options] of QUESTIONS) await ask(server, path, options);
    const figures = await scrape(server.url);
    seen.push(pick(figures, REQUESTS, LOOKUPS, WRITES, TIMES));
  }
  assert.deepEqual(seen[0], {
    [`${TIMES}{route="/assets/{path}",method="GET"}`]: 3,
    [`${TIMES}{route="/export/services",method="GET"}`]: 3,
    [`${TIMES}{route="/graphql",method="GET"}`]: 3,
    [`${TIMES}{route="/graphql",method="POST"}`]: 6,
    [`${TIMES}{route="/healthz",method="GET"}`]: 3,
    [`${TIMES}{route="/ports",method="GET"}`]: 3,
    [`${TIMES}{route="/ports/lookup",method="POST"}`]: 3,
    [`${TIMES}{route="/ports/{port}",method="DELETE"}`]: 3,
    [`${TIMES}{route="/ports/{port}",method="GET"}`]: 24,
    [`${TIMES}{route="/ports/{port}",method="HEAD"}`]: 3,
    [`${TIMES}{route="/ports/{port}/{protocol}",method="GET"}`]: 3,
    [`${TIMES}{route="/search",method="GET"}`]: 3,
    [`${TIMES}{route="/services/{serviceName}",method="GET"}`]: 3,
    [`${TIMES}{route="none",method="GET"}`]: 3,
    [`${REQUESTS}{route="/assets/{path}",method="GET",status="404"}`]: 3,
    [`${REQUESTS}{route="/export/services",method="GET",status="200"}`]: 3,
    [`${REQUESTS}{route="/graphql",method="GET",status="200"}`]: 3,
    [`${REQUESTS}{route="/graphql",method="POST",status="200"}`]: 3,
    [`${REQUESTS}{route="/graphql",method="POST",status="400"}`]: 3,
    [`${REQUESTS}{route="/healthz",method="GET",status="200"}`]: 3,
    [`${REQUESTS}{route="/ports",method="GET",status="200"}`]: 3,
    [`${REQUESTS}{route="/ports/lookup",method="POST",status="200"}`]: 3,
    [`${REQUESTS}{route="/ports/{port}",method="DELETE",status="405"}`]: 3,
    [`${REQUESTS}{route="/ports/{port}",method="GET",status="200"}`]: 18,
    [`${REQUESTS}{route="/ports/{port}",method="GET",status="304"}`]: 3,
    [`${REQUESTS}{route="/ports/{port}",method="GET",status="400"}`]: 3,
    [`${REQUESTS}{route="/ports/{port}",method="HEAD",status="200"}`]: 3,
    [`${REQUESTS}{route="/ports/{port}/{protocol}",method="GET",status="200"}`]: 3,
    [`${REQUESTS}{route="/search",method="GET",status="200"}`]: 3,
    [`${REQUESTS}{route="/services/{serviceName}",method="GET",status="404"}`]: 3,
    [`${REQUESTS}{route="none",method="GET",status="404"}`]: 3,
    [`${LOOKUPS}{origin="iana"}`]: 42,
    [`${LOOKUPS}{origin="informal"}`]: 12,
    [`${LOOKUPS}{origin="none"}`]: 18,
  });
  assert.deepEqual(seen[1], seen[0]);
  assert.deepEqual(seen[2], seen[0]);
});

test('writes are counted by result, and look-ups of own entries by their origin', async (t) => {
  const server = await start(t, {});
  const entry = { name: 'billing', firstPort: 20_000 };
  const write = { Authorization };
  const wanted: readonly (readonly [number, string, Asked])[] = [
    [201, '/associations', post(entry, write)],
    [401, '/associations', post(entry)],
    [403, '/pools', post({ name: 'a', ranges: ['1-2'] }, write)],
    [400, '/associations', post({ name: 'x' }, write)],
    [415, '/associations', { method: 'POST', body: 'x', headers: write }],
    [404, '/associations/own-0', { method: 'DELETE', headers: { ...write, 'If-Match': '*' } }],
    [409, '/reservations', post({ name: 'x', within: '1-1' }, write)],
    [200, '/graphql', post({ query: 'mutation { deleteAssociation(id: "x", revision: 1) { id } }' }, write)],
    [200, '/graphql', post({ query: 'mutation { deleteAssociation(id: "x", revision: 1) { id } }' })],
    [
      200,
      '/graphql',
      post({ query: 'mutation { createAssociation(input: { name: "tide", firstPort: 20001 }) { id } }' }, write),
    ],
  ];
  for (const [status, path, options] of wanted) assert.equal(await ask(server, path, options), status, path);
  for (const port of [20_000, 20_001, 20_001]) assert.equal(await ask(server, `/ports/${port}`), 200);
  assert.deepEqual(pick(await scrape(server.url), WRITES, LOOKUPS), {
    [`${LOOKUPS}{origin="own"}`]: 3,
    [`${WRITES}{face="graphql",result="done"}`]: 1,
    [`${WRITES}{face="graphql",result="not_found"}`]: 1,
    [`${WRITES}{face="graphql",result="unauthorized"}`]: 1,
    [`${WRITES}{face="rest",result="conflict"}`]: 1,
    [`${WRITES}{face="rest",result="done"}`]: 1,
    [`${WRITES}{face="rest",result="forbidden"}`]: 1,
    [`${WRITES}{face="rest",result="invalid_argument"}`]: 1,
    [`${WRITES}{face="rest",result="not_found"}`]: 1,
    [`${WRITES}{face="rest",result="other"}`]: 1,
    [`${WRITES}{face="rest",result="unauthorized"}`]: 1,
  });
});

describe('requests that reach no resource are counted too', () => {
  test('an invalid request, a client that disconnects, and a connection over the limit', async (t) => {
    const server = await start(t, { MAX_CONNECTIONS: '3' });
    await (await connectRaw(server.url, 'nonsense\r\n\r\n')).closed;
    const gone = await connectRaw(
      server.url,
      'POST /ports/lookup HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\n22',
    );
    await delay(200);
    gone.socket.resetAndDestroy();
    await gone.closed;
    const held = [await connectRaw(server.url), await connectRaw(server.url)];
    // The scrape itself is the third.
    assert.equal((await scrape(server.url)).get('portolan_connections'), 3);
    const refused = await connectRaw(server.url);
    assert.equal(await refused.closed, '');
    const figures = await scrape(server.url);
    for (const { socket } of held) socket.destroy();
    assert.equal(figures.get(`${REQUESTS}{route="none",method="none",status="400"}`), 1);
    assert.equal(figures.get(`${REQUESTS}{route="/ports/lookup",method="POST",status="0"}`), 1);
    assert.equal(figures.get('portolan_connections_refused_total'), 1);
  });

  test('hits and misses of the response cache', async (t) => {
    const server = await start(t, {});
    for (const _ of [1, 2, 3, 4]) await ask(server, '/search?q=ssh');
    // A 304 that the app sends: a cached response could have been sent.
    await ask(server, '/ports/8080?protocol=tcp', { headers: { 'If-None-Match': '*' } });
    // Too large for the cache.
    await ask(server, '/assignments?limit=1000');
    // Never cached: probes, errors, responses that depend on the time, need a token, or are streamed.
    const never = ['/healthz', '/readyz', '/nope', '/ports/70000', '/services/nobody', '/registry', '/audit'];
    for (const path of [...never, '/export/services']) await ask(server, path);
    const figures = await scrape(server.url);
    assert.equal(figures.get('portolan_answer_cache_total{result="hit"}'), 2);
    assert.equal(figures.get('portolan_answer_cache_total{result="miss"}'), 4);
  });
});
