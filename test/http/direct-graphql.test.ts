import assert from 'node:assert/strict';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { encode } from '../../src/byte-text.ts';
import { DirectGraphql } from '../../src/http/cache/direct-graphql.ts';
import { HeldMemory } from '../../src/http/work/held-memory.ts';
import { RequestQueue } from '../../src/http/work/overload.ts';
import { createLog } from '../../src/log.ts';
import { Counts } from '../../src/metrics/request-counts.ts';
import { startInProcess } from '../support/listen.ts';
import { seededDatabase } from '../support/seeded-database.ts';

const QUERY = `query Port($number: Int!, $with: Boolean = true) {
  port(number: $number) { number summary @include(if: $with) assignments { serviceName description notes } checks { command } }
}`;

/** Header fields on which the response depends. */
const FIELDS: readonly Readonly<Record<string, string>>[] = [
  {},
  ...[
    '*/*',
    'application/json',
    'application/json, */*',
    'application/graphql-response+json',
    'application/graphql-response+json, application/json',
    'application/graphql-response+json, application/json;q=0.9',
    'application/graphql-response+json,application/json;q=0.9',
    'application/json, multipart/mixed',
    'text/html',
    'image/png',
    '',
  ].map((accept) => ({ accept })),
  ...['gzip, deflate, br', 'gzip', 'identity', 'br;q=0', ''].map((coding) => ({ 'accept-encoding': coding })),
  { origin: 'https://wiki.example.org' },
  { origin: 'https://elsewhere.example.org' },
  { 'if-none-match': '*' },
  { 'x-request-id': 'other' },
  { authorization: 'Bearer nobody' },
];

async function post(url: string, fields: Readonly<Record<string, string>>, body: unknown) {
  const headers = {
    accept: '*/*',
    'accept-encoding': 'identity',
    'x-request-id': 'same',
    ...fields,
    'content-type': 'application/json',
  };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
  const { date: _, ...others } = Object.fromEntries(response.headers);
  return { status: response.status, fields: others, text: await response.text() };
}

/** Returns the lines of the metrics that count GraphQL requests and lookups. */
async function counts(url: string): Promise<string[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => /^portolan_(?:http_requests_total.*graphql|lookups_total|writes_total)/.test(line));
}

for (const CORS_ORIGINS of ['', '*', 'https://wiki.example.org']) {
  test(`a compiled query has the same response as with Apollo, header included, with CORS_ORIGINS="${CORS_ORIGINS}"`, async (t) => {
    const DATABASE = await seededDatabase(t);
    const compiled = await startInProcess(t, { DATABASE, CORS_ORIGINS });
    const apollo = await startInProcess(t, { DATABASE, CORS_ORIGINS, ANSWER_CACHE: 'off' });
    const direct = t.mock.method(DirectGraphql.prototype, 'answer');
    await post(compiled.url, {}, { query: QUERY, variables: { number: 0 } });
    await post(apollo.url, {}, { query: QUERY, variables: { number: 0 } });
    direct.mock.resetCalls();
    const ask = async (fields: Readonly<Record<string, string>>, body: unknown) => {
      assert.deepEqual(
        await post(compiled.url, fields, body),
        await post(apollo.url, fields, body),
        JSON.stringify([fields, body]),
      );
    };
    // Each port is requested once: no response comes from the cache.
    for (const [index, fields] of FIELDS.entries())
      await ask(fields, { query: QUERY, variables: { number: 1 + index } });
    const answered = direct.mock.calls.map(({ result }) => result);
    // All but `text/html`, `image/png` and the empty `Accept`.
    assert.deepEqual([answered.length, answered.filter(Boolean).length], [FIELDS.length, FIELDS.length - 3]);
    const variables = { number: 80 };
    for (const body of [
      { query: QUERY, variables: { ...variables, with: false } },
      { query: QUERY, variables, operationName: 'Port' },
      { query: QUERY, variables: { number: 81 }, operationName: null },
      // Errors: of the resolver, of the variables, of the request.
      { query: QUERY, variables: { number: 65_536 } },
      { query: QUERY, variables: { number: 'x' } },
      { query: QUERY, variables: { number: 82, with: null } },
      { query: QUERY },
      { query: QUERY, variables: null },
      { query: QUERY, variables: [] },
      { query: QUERY, variables: 'text' },
      { query: QUERY, variables, operationName: 'Other' },
      { query: QUERY, variables, operationName: 7 },
      { query: QUERY, variables: { number: 83 }, extensions: {} },
      { query: QUERY, variables: { number: 84 }, extensions: { persistedQuery: { version: 1, sha256Hash: 'a' } } },
      {
        query: QUERY,
        variables: {
          number: 85,
          other: Array(70)
            .fill(0)
            .reduce((inner) => [inner], 1),
        },
      },
      { query: QUERY, variables: { number: 86, other: [[[1]]] } },
      { query: [QUERY], variables },
      [{ query: QUERY, variables }],
    ])
      await ask({}, body);
    assert.deepEqual(await counts(compiled.url), await counts(apollo.url));
  });
}

function makeParts(queue: RequestQueue) {
  const answers = async () => ({ body: encode('{"data":{}}\n'), isCacheable: true });
  const counted = new Counts();
  const direct = new DirectGraphql({
    findQuery: () => answers,
    queue,
    counts: counted,
    held: new HeldMemory(8 * 1024 * 1024),
    corsOrigins: [],
    cpuMs: 1000,
    bodyBytes: 100_000,
  });
  return { direct, counted };
}

/** Keeps the event loop busy for longer than the slice in which requests start without queueing. */
function block(): void {
  for (const end = performance.now() + 10; performance.now() < end; );
}

for (const [maxWaitMs, expected] of [
  [60_000, 'answered'],
  [0, 'handed on'],
] as const) {
  test(`a query under overload waits in the shared queue, and is ${expected} after ${maxWaitMs} ms`, async () => {
    const queue = new RequestQueue(maxWaitMs, createLog('silent'));
    const { direct, counted } = makeParts(queue);
    queue.enter(new ServerResponse(new IncomingMessage(new Socket())), block, () => {});
    const request = new IncomingMessage(new Socket());
    const response = new ServerResponse(request);
    const outcome = new Promise<string>((resolve) => {
      response.end = (() => {
        resolve('answered');
        return response;
      }) as typeof response.end;
      const options = { start: 0, store: undefined, runApp: () => resolve('handed on') };
      assert.ok(direct.answer(request, response, encode('{"query":"{a}"}'), options));
      assert.equal(response.getHeader('content-type'), undefined);
      block();
    });
    assert.equal(await outcome, expected);
    assert.equal(queue.decisionOf(response), expected === 'answered' ? undefined : 'refused');
    // A request that is passed to Express is counted there.
    response.emit('close');
    assert.equal(counted.of('/graphql', 'POST').statuses.size, expected === 'answered' ? 1 : 0);
  });
}
