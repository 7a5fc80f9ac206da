import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pino } from 'pino';
import { listenHere, startInProcess } from '../support/listen.ts';
import { connectRaw } from '../support/raw-connection.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();
const QUICK = { REQUEST_TIMEOUT: '1 s', HEADERS_TIMEOUT: '500 ms' };
/** A long wait: no request is refused because the machine is busy. */
const LONG_LIMITS = { MAX_WAIT: '5 min', CPU_LIMIT: '5 min' };
const HEAD = 'Host: x\r\n';

/** Parses the responses of a connection: the problem of each, and its header fields. */
function problemsIn(text: string) {
  return text.split(/(?=HTTP\/1\.1 \d{3} )/).map((answer) => {
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    const headers = new Map(
      head
        .split('\r\n')
        .slice(1)
        .map((line) => [line.split(': ')[0]?.toLowerCase() ?? '', line.slice(line.indexOf(': ') + 2)]),
    );
    return { status: Number(head.slice(9, 12)), headers, body };
  });
}

describe('an invalid request', () => {
  const cases = [
    ['garbage', 'HELO portolan\r\n\r\n', 400, 'Cannot read the request: expected HTTP/1.1'],
    ['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc', 400, 'Cannot read the request: expected HTTP/1.1'],
    [
      'two lengths',
      `GET / HTTP/1.1\r\n${HEAD}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`,
      400,
      'Cannot read the request: expected HTTP/1.1',
    ],
    [
      'a length and chunks',
      `POST / HTTP/1.1\r\n${HEAD}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
      400,
      'Cannot read the request: expected HTTP/1.1',
    ],
    ['NUL in a header', `GET / HTTP/1.1\r\n${HEAD}A: \0\r\n\r\n`, 400, 'Cannot read the request: expected HTTP/1.1'],
    [
      'a request without Host',
      'GET /ports/22 HTTP/1.1\r\n\r\n',
      400,
      'Cannot read the request: expected a header field Host',
    ],
    [
      'a request with two Hosts',
      `GET /ports/22 HTTP/1.1\r\n${HEAD}host: y\r\n\r\n`,
      400,
      'Cannot read the request: expected one header field Host, found 2',
    ],
    [
      'a request with the same Host twice, for HTTP/1.0 too',
      `GET /healthz HTTP/1.0\r\n${HEAD}${HEAD}${HEAD}\r\n`,
      400,
      'Cannot read the request: expected one header field Host, found 3',
    ],
    [
      'a Host that is none',
      'GET /ports/22 HTTP/1.1\r\nHost: x/y\r\n\r\n',
      400,
      'Cannot read the request: expected a name or an address in Host',
    ],
    [
      'two bearers',
      `GET /ports/22 HTTP/1.1\r\n${HEAD}Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n`,
      400,
      'Cannot read the request: expected one header field Authorization, found 2',
    ],
    [
      'two types of a body',
      `POST /ports/lookup HTTP/1.1\r\n${HEAD}Content-Type: text/plain\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n22`,
      400,
      'Cannot read the request: expected one header field Content-Type, found 2',
    ],
    [
      'chunks twice',
      `POST / HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n`,
      400,
      'Cannot read the request: expected HTTP/1.1',
    ],
    ['half a header', `GET / HTTP/1.1\r\n${HEAD}`, 408, 'Cannot read the request: it took too long to arrive'],
    [
      'half a body',
      `POST /graphql HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{`,
      408,
      'Cannot read the request: it took too long to arrive',
    ],
    [
      'a header of 1 MB',
      `GET / HTTP/1.1\r\n${HEAD}A: ${'a'.repeat(1_000_000)}\r\n\r\n`,
      431,
      'Cannot read the request: its header is larger than 32768 bytes',
    ],
    [
      'a URL of 1 MB',
      `GET /${'a'.repeat(1_000_000)} HTTP/1.1\r\n${HEAD}\r\n`,
      414,
      'Cannot read the URL: its path and query are longer than 16384 bytes',
    ],
  ] as const;
  for (const [name, bytes, status, detail] of cases) {
    test(`${name} is a ${status} with a problem, and the connection is closed`, async (t) => {
      // A megabyte may take a while on a busy machine.
      const url = await listenHere(t, product.registry, status === 408 ? QUICK : {});
      const { closed } = await connectRaw(url, Buffer.from(bytes, 'latin1'));
      const [answer, ...others] = problemsIn(await closed);
      assert.ok(answer);
      const id = answer.headers.get('x-request-id') ?? '';
      assert.match(id, /^[0-9a-f-]{36}$/);
      assert.deepEqual([answer.status, others.length], [status, 0]);
      const problem = JSON.parse(answer.body);
      assert.deepEqual(
        [problem.type, problem.status, problem.detail, problem.requestId],
        ['about:blank', status, detail, id],
      );
      const fields = [
        'content-type',
        'cache-control',
        'connection',
        'x-content-type-options',
        'content-security-policy',
      ];
      assert.deepEqual(
        fields.map((field) => answer.headers.get(field)),
        [
          'application/problem+json; charset=utf-8',
          'no-store',
          'close',
          'nosniff',
          "default-src 'none';frame-ancestors 'none'",
        ],
      );
      assert.equal(answer.headers.get('x-powered-by'), undefined);
    });
  }

  test('is not one whose Host has a port, is an address or is empty, or HTTP/1.0 without Host', async (t) => {
    const url = await listenHere(t, product.registry);
    for (const host of ['x', 'ports.example.org:7605', '127.0.0.1', '[::1]:7605', '[fd00::1]', 'a_b', 'x:', '']) {
      const { closed } = await connectRaw(url, `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      assert.match(await closed, /^HTTP\/1.1 200 /, host);
    }
    assert.match(await (await connectRaw(url, 'GET /healthz HTTP/1.0\r\n\r\n')).closed, /^HTTP\/1.1 200 /);
  });

  test('is refused even if its response is cached, and responses of a connection stay in order', async (t) => {
    const { url } = await startInProcess(t, { DATABASE: product.database });
    const good = `GET /ports/22 HTTP/1.1\r\n${HEAD}\r\n`;
    const { closed } = await connectRaw(url, `${good}${good}GET /ports/22 HTTP/1.1\r\n${HEAD}${HEAD}\r\n${good}`);
    const statuses = problemsIn(await closed).map(({ status }) => status);
    assert.deepEqual(statuses, [200, 200, 400], 'the connection ends with it');
  });

  test('after a valid request is answered after it', async (t) => {
    const url = await listenHere(t, product.registry, LONG_LIMITS);
    const { closed } = await connectRaw(url, `GET /export/ndjson HTTP/1.1\r\n${HEAD}\r\nBLA BLA BLA\r\n\r\n`);
    const text = await closed;
    const [, body = ''] = text.split('\r\n\r\n', 2);
    assert.match(text.slice(0, 20), /^HTTP\/1.1 200 /);
    assert.ok(text.includes('0\r\n\r\nHTTP/1.1 400 Bad Request'), 'the first answer is whole before the second begins');
    assert.doesNotMatch(body, /HTTP\/1\.1 [1-5]\d\d /);
  });

  test('in the body of an answered request closes the connection without a second response', async (t) => {
    const url = await listenHere(t, product.registry);
    const head = `DELETE /ports/22 HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n`;
    const connection = await connectRaw(url, head);
    await connection.until(/"status":405/);
    connection.socket.write('no chunk at all\r\n');
    assert.deepEqual(
      problemsIn(await connection.closed).map(({ status }) => status),
      [405],
    );
  });

  test('is logged once, with its id', async (t) => {
    const lines: string[] = [];
    const log = pino({ level: 'debug' }, { write: (line) => lines.push(line) });
    const url = await listenHere(t, product.registry, {}, log);
    const [answer] = problemsIn(await (await connectRaw(url, 'HELO portolan\r\n\r\nHELO\r\n')).closed);
    const logged = lines.map((line) => JSON.parse(line)).map(({ status, requestId, msg }) => [status, requestId, msg]);
    assert.deepEqual(logged, [[400, answer?.headers.get('x-request-id'), 'rejected a malformed request']]);
  });
});

describe('the server answers while other clients misbehave', () => {
  /** Sends a request over a new connection, as another client does. */
  async function expectReady(url: string): Promise<void> {
    const response = await fetch(`${url}/ports/22`, { signal: AbortSignal.timeout(5000) });
    assert.equal(response.status, 200);
    await response.text();
  }

  test('by resets in the middle of header, body and response', async (t) => {
    const url = await listenHere(t, product.registry);
    const requests = [
      'GET /ports/2',
      `POST /ports/lookup HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 500\r\n\r\n["1-`,
      `GET /export/ndjson HTTP/1.1\r\n${HEAD}Accept-Encoding: br\r\n\r\n`,
      `GET /export/ndjson HTTP/1.1\r\n${HEAD}\r\n`,
    ];
    for (let round = 0; round < 10; round++) {
      for (const bytes of requests) {
        const { socket } = await connectRaw(url, bytes);
        setTimeout(() => socket.resetAndDestroy(), round * 4);
      }
      await expectReady(url);
    }
  });

  test('by half-open connections and slow senders', async (t) => {
    const url = await listenHere(t, product.registry, QUICK);
    const slow = await Promise.all(
      Array.from({ length: 100 }, async (_, number) => {
        const connection = await connectRaw(url, number % 2 === 0 ? '' : 'GET /ports/22 HTTP/1.1\r\nA');
        const drip = setInterval(() => connection.socket.write('a'), 100);
        connection.socket.once('close', () => clearInterval(drip));
        if (number % 2 === 0) clearInterval(drip);
        return connection;
      }),
    );
    await expectReady(url);
    for (const { closed } of slow) assert.match(await closed, /^HTTP\/1.1 408 /);
  });

  test('by chunked bodies that never end', async (t) => {
    const url = await listenHere(t, product.registry, { ...QUICK, BODY_LIMIT: '64 KiB' });
    const chunk = `1000\r\n${' '.repeat(4096)}\r\n`;
    const paths = ['/ports/lookup', '/graphql', '/ports/22'];
    const endless = await Promise.all(
      paths.map(async (path) => {
        const head = `POST ${path} HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
        const connection = await connectRaw(url, head);
        const more = setInterval(() => connection.socket.write(chunk.repeat(10)), 5);
        connection.socket.once('close', () => clearInterval(more));
        return connection;
      }),
    );
    await expectReady(url);
    const statuses = await Promise.all(endless.map(async ({ closed }) => problemsIn(await closed)[0]?.status));
    assert.deepEqual(statuses, [413, 413, 405]);
  });

  test('by many requests in one packet, which are answered in order', async (t) => {
    const url = await listenHere(t, product.registry, LONG_LIMITS);
    const ports = Array.from({ length: 500 }, (_, port) => port);
    const bytes = ports.map((port) => `GET /ports/${port}?format=text HTTP/1.1\r\n${HEAD}\r\n`).join('');
    const { closed } = await connectRaw(url, `${bytes}GET /healthz HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`);
    const answers = (await closed).split(/(?=HTTP\/1\.1 \d{3} )/);
    assert.deepEqual(
      answers.slice(0, -1).map((answer) => Number(/\r\n\r\n(\d+) /.exec(answer)?.[1])),
      ports,
    );
  });

  test('by more requests in one packet than may wait: the last are refused and the connection is closed', async (t) => {
    const url = await listenHere(t, product.registry, LONG_LIMITS);
    const bytes = `GET /ports/22/tcp?format=text HTTP/1.1\r\n${HEAD}\r\n`.repeat(1_200);
    const { closed } = await connectRaw(url, bytes);
    const answers = (await closed).split(/(?=HTTP\/1\.1 \d{3} )/);
    const statuses = answers.map((answer) => answer.slice(9, 12));
    // The first one is being processed, and 1,000 wait for it.
    assert.deepEqual(
      [statuses.length, new Set(statuses.slice(0, -1)), statuses.at(-1)],
      [1_002, new Set(['200']), '503'],
    );
    const refusal = answers.at(-1) ?? '';
    assert.match(refusal, /^connection: close\r$/im);
    const { status, detail } = JSON.parse(refusal.split('\r\n\r\n')[1] ?? '');
    const expected = 'Cannot answer more than 1000 requests of one connection that wait for each other';
    assert.deepEqual([status, detail], [503, expected]);
    await expectReady(url);
  });

  test('by more connections than allowed', async (t) => {
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line) => lines.push(line) });
    const url = await listenHere(t, product.registry, { MAX_CONNECTIONS: '5' }, log);
    const kept = await Promise.all(Array.from({ length: 5 }, () => connectRaw(url)));
    for (let count = 0; count < 3; count++) assert.equal(await (await connectRaw(url)).closed, '');
    assert.equal(lines.length, 1, 'one line in the log');
    kept[0]?.socket.end();
    await kept[0]?.closed;
    await expectReady(url);
    for (const { socket } of kept) socket.destroy();
  });
});
