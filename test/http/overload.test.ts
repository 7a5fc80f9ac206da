import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import type { Registry } from '../../src/registry/registry.ts';
import { listenHere } from '../support/listen.ts';
import { connectRaw } from '../support/raw-connection.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

/** The duration of each search, in milliseconds. */
const BUSY_MS = 60;

/** Returns the product's registry with a slow search. */
function slow(): Registry {
  return new Proxy(product.registry, {
    get: (registry, name) => {
      if (name === 'search') {
        for (const end = performance.now() + BUSY_MS; performance.now() < end; );
      }
      const value: unknown = Reflect.get(registry, name);
      return typeof value === 'function' ? value.bind(registry) : value;
    },
  });
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Opens connections, and then sends the same request on all of them at once. */
async function connect(t: TestContext, url: string, count: number): Promise<(path: string) => Promise<Answer>[]> {
  const agents = Array.from({ length: count }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  t.after(() => {
    for (const agent of agents) agent.destroy();
  });
  const ask = async (agent: Agent, path: string): Promise<Answer> => {
    const [response] = (await once(request(url + path, { agent }).end(), 'response')) as [IncomingMessage];
    return { status: response.statusCode, headers: response.headers, text: await textOf(response) };
  };
  for (const agent of agents) await ask(agent, '/healthz');
  return (path) => agents.map((agent) => ask(agent, path));
}

test('requests that queue too long get 503 with Retry-After; health checks and cheap requests do not queue', async (t) => {
  const url = await listenHere(t, slow(), { MAX_WAIT: '300 ms' });
  const ask = await connect(t, url, 20);
  const answers = await Promise.all(ask('/search?q=ssh'));
  const refused = answers.filter(({ status }) => status === 503);
  const right = answers.filter(({ status }) => status === 200);
  assert.equal(refused.length + right.length, 20);
  // About five are answered within the wait, fewer on a loaded machine; later ones start a new wait.
  assert.ok(right.length >= 3 && refused.length >= 5, `${right.length} answered, ${refused.length} refused`);
  for (const answer of refused) {
    const { requestId, ...problem } = JSON.parse(answer.text);
    const {
      'content-type': type,
      'retry-after': retryAfter,
      'cache-control': cache,
      'x-request-id': id,
    } = answer.headers;
    assert.equal(requestId, id);
    assert.deepEqual([type, retryAfter, cache], ['application/problem+json; charset=utf-8', '1', 'no-store']);
    assert.deepEqual(problem, {
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      detail: 'The server has more requests than it can answer now: try again',
    });
  }
  assert.equal((await fetch(`${url}/search?q=ssh`)).status, 200);
});

test('the connections of a burst are accepted before their requests run', async (t) => {
  let searches = 0;
  const registry = new Proxy(slow(), {
    get: (registry, name) => {
      if (name === 'search') searches++;
      return Reflect.get(registry, name);
    },
  });
  const url = await listenHere(t, registry, { MAX_WAIT: '30 s' });
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
  const burst = Array.from({ length: 20 }, () => connectRaw(url, get('/search?q=ssh')));
  const { closed } = await connectRaw(url, get('/healthz'));
  assert.match(await closed, /^HTTP\/1\.1 200 /);
  const before = searches;
  const answers = await Promise.all(burst.map(async (connection) => (await connection).closed));
  assert.ok(answers.every((answer) => answer.startsWith('HTTP/1.1 200 ')));
  assert.equal(searches, 20);
  t.diagnostic(`${before} of 20 searches ran before the last connection was answered`);
  assert.ok(before <= 5, `${before} of 20 searches ran before the last connection was answered`);
});

test('health checks and metrics do not queue', async (t) => {
  const url = await listenHere(t, slow(), { MAX_WAIT: '10 ms' });
  const ask = await connect(t, url, 20);
  const searches = ask('/search?q=ssh');
  const watching = await Promise.all(['/healthz', '/readyz', '/metrics'].map((path) => fetch(url + path)));
  assert.deepEqual(
    watching.map(({ status }) => status),
    [200, 200, 200],
  );
  assert.ok((await Promise.all(searches)).some(({ status }) => status === 503));
});

/** Returns the status codes of all responses on a connection. Repeated interim responses count once. */
function statusesIn(received: string): number[] {
  const statuses = [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  return statuses.filter((status, index) => status !== 102 || statuses[index - 1] !== 102);
}

test('a client that half-closes its connection while it queues gets 102 and its answer, with a body too', async (t) => {
  const url = await listenHere(t, slow(), { MAX_WAIT: '10 s' });
  const ask = await connect(t, url, 20);
  const searches = ask('/search?q=ssh');
  const body = JSON.stringify({ query: '{ port(number: 22) { number } }' });
  const head = (path: string, type: string, length: number) =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`;
  const sent = [
    'GET /ports/22?format=text HTTP/1.1\r\nHost: x\r\n\r\n',
    head('/graphql', 'application/json', body.length) + body,
    `${head('/ports/lookup?format=text', 'text/plain', 2)}22`,
    // Not all of it.
    head('/graphql', 'application/json', body.length + 1) + body,
    // More than announced: the connection is closed without a wait.
    head('/graphql', 'application/json', body.length) + body.repeat(2),
    // HTTP/1.0 has no interim responses.
    'GET /ports/22?format=text HTTP/1.0\r\n\r\n',
  ];
  const received = await Promise.all(
    sent.map(async (bytes) => {
      const { socket, closed } = await connectRaw(url, bytes);
      socket.end();
      return closed;
    }),
  );
  assert.deepEqual(received.map(statusesIn), [[102, 200], [102, 200], [102, 200], [400], [102, 200], [200]]);
  assert.match(received[0] ?? '', /\r\n22 /);
  assert.match(received[1] ?? '', /\{"data":\{"port":\{"number":22\}\}\}/);
  assert.match(received[2] ?? '', /\r\n22 /);
  await Promise.all(searches);
});

test('a queued request is not run when its client has disconnected', async (t) => {
  const names: string[] = [];
  const registry = new Proxy(slow(), {
    get: (registry, name) => {
      const value: unknown = Reflect.get(registry, name);
      if (name !== 'service' || typeof value !== 'function') return value;
      return (...parameters: unknown[]) => {
        names.push(String(parameters[0]));
        return value(...parameters);
      };
    },
  });
  const url = await listenHere(t, registry, { MAX_WAIT: '10 s' });
  const ask = await connect(t, url, 20);
  const searches = ask('/search?q=ssh');
  const connections = await Promise.all(
    ['destroy', 'resetAndDestroy', 'end'].map(async (way) => {
      const { socket, closed } = await connectRaw(url, `GET /services/${way} HTTP/1.1\r\nHost: x\r\n\r\n`);
      return { close: () => socket[way as 'destroy' | 'resetAndDestroy' | 'end'](), closed };
    }),
  );
  for (const { close } of connections) close();
  await Promise.all([...searches, ...connections.map(({ closed }) => closed)]);
  assert.deepEqual(names, ['end']);
});
