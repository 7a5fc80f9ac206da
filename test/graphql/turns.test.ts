import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { ExecutionResult } from 'graphql';
import { pino } from 'pino';
import { inTurns } from '../../src/graphql/turns.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { listenHere } from '../support/listen.ts';
import { connectRaw } from '../support/raw-connection.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

/** The duration of a query of the slow registry, in milliseconds: more than a slice. */
const SLOW_MS = 20;

/** Returns the product's registry, in which some queries are slow and are counted. */
function slowRegistry(questions: readonly (keyof Registry)[], onQuestion: (name: string) => void): Registry {
  return new Proxy(product.registry, {
    get: (registry, name: keyof Registry) => {
      const method = registry[name].bind(registry) as (...parameters: unknown[]) => unknown;
      if (!questions.includes(name)) return method;
      return (...parameters: unknown[]) => {
        onQuestion(name);
        for (const end = performance.now() + SLOW_MS; performance.now() < end; );
        return method(...parameters);
      };
    },
  });
}

/** The ways in which a client disconnects: by RST, or by FIN as after a half-close. */
const WAYS = ['resetAndDestroy', 'destroy'] as const;

/** Sends a request, disconnects at the first question, and waits until nothing more is asked. */
async function leave(
  t: TestContext,
  questions: readonly (keyof Registry)[],
  bytes: (host: string) => string,
  way: (typeof WAYS)[number],
) {
  let asked = 0;
  const leaving: { close?: () => void } = {};
  const registry = slowRegistry(questions, () => {
    if (asked++ === 0) leaving.close?.();
  });
  const lines: string[] = [];
  const url = await listenHere(t, registry, {}, pino({ level: 'warn' }, { write: (line) => lines.push(line) }));
  const { socket } = await connectRaw(url);
  leaving.close = () => socket[way]();
  socket.write(bytes(new URL(url).host));
  for (let before = -1, idle = 0; idle < 20; before = asked) {
    await setImmediate();
    idle = asked > 0 && asked === before ? idle + 1 : 0;
  }
  // The server continues to serve others.
  assert.equal((await fetch(`${url}/ports/22`)).status, 200);
  return { asked, lines };
}

function post(query: string): (host: string) => string {
  const body = JSON.stringify({ query });
  const head = `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}`;
  return (host) => `POST /graphql HTTP/1.1\r\nHost: ${host}\r\n${head}\r\n\r\n${body}`;
}

for (const [path, first, second] of [
  ['/ports/22', 'sharedReports', 'suitability'],
  ['/', 'kindChart', 'suggestions'],
] as const) {
  test(`the page ${path} asks for ${first} and ${second} in two turns`, async (t) => {
    let turn = 0;
    const turns = new Map<string, number>();
    const registry = slowRegistry([first, second], (name) => turns.set(name, turns.get(name) ?? turn));
    const url = await listenHere(t, registry);
    const page = fetch(`${url}${path}`, { headers: { Accept: 'text/html' } });
    while (!turns.has(second)) {
      turn++;
      await setImmediate();
    }
    assert.equal((await page).status, 200);
    assert.ok((turns.get(first) ?? turn) < (turns.get(second) ?? 0), `both in turn ${turn}`);
  });
}

for (const way of WAYS) {
  test(`a document stops between two fields when its client disconnects by ${way}, and nothing is logged`, async (t) => {
    const fields = Array.from({ length: 40 }, (_, number) => `s${number}: suitability(number: ${number}) { verdict }`);
    const { asked, lines } = await leave(t, ['suitability'], post(`{ ${fields.join(' ')} }`), way);
    assert.ok(asked < 20, `${asked} of 40 fields were answered`);
    assert.deepEqual(lines, []);
  });

  test(`1,000 ports stop between two steps when the client disconnects by ${way}, in GraphQL and in REST`, async (t) => {
    const numbers = Array.from({ length: 1000 }, (_, number) => number);
    const graphql = await leave(t, ['sharedReports'], post(`{ ports(numbers: [${numbers}]) { number } }`), way);
    assert.ok(graphql.asked < 10, `${graphql.asked} of 16 steps were taken`);
    const get = (host: string) => `GET /ports?ports=0-999 HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    const rest = await leave(t, ['sharedReports'], get, way);
    assert.ok(rest.asked < 10, `${rest.asked} of 16 steps were taken`);
    assert.deepEqual([...graphql.lines, ...rest.lines], []);
  });
}

test('a document that takes more than CPU_LIMIT is refused, and not logged as an error', async (t) => {
  const lines: string[] = [];
  const log = pino({ level: 'error' }, { write: (line) => lines.push(line) });
  const url = await listenHere(
    t,
    slowRegistry(['suitability'], () => {}),
    { CPU_LIMIT: '100ms' },
    log,
  );
  const fields = Array.from({ length: 40 }, (_, number) => `s${number}: suitability(number: ${number}) { verdict }`);
  const headers = { 'Content-Type': 'application/json' };
  const body = JSON.stringify({ query: `{ ${fields.join(' ')} }` });
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
  const answer = (await response.json()) as ExecutionResult;
  assert.deepEqual(
    [answer.data, answer.errors?.[0]?.message, answer.errors?.[0]?.extensions],
    [null, 'Cannot answer: the request takes more than 0.1 s of processor time', { code: 'SERVICE_UNAVAILABLE' }],
  );
  assert.deepEqual(lines, []);
});

test('other requests are answered between the fields of a long document', async (t) => {
  let asked = 0;
  const url = await listenHere(
    t,
    slowRegistry(['suitability'], () => asked++),
  );
  const fields = Array.from({ length: 40 }, (_, number) => `s${number}: suitability(number: ${number}) { verdict }`);
  const headers = { 'Content-Type': 'application/json' };
  const body = JSON.stringify({ query: `{ ${fields.join(' ')} }` });
  const long = fetch(`${url}/graphql`, { method: 'POST', headers, body });
  while (asked === 0) await setImmediate();
  assert.equal((await fetch(`${url}/ports/22`)).status, 200);
  assert.ok(asked < 40, 'the short request waited for the long one');
  assert.equal((await long).status, 200);
  assert.equal(asked, 40);
});

test('a long list is completed 16 items per turn, in its order', async () => {
  let turns = 0;
  const work = {
    run: async <T>(step: () => T) => step(),
    turn: async () => {
      turns++;
    },
    startLarge: async () => {},
  };
  const list = Array.from({ length: 200 }, (_, number) => number);
  assert.deepEqual(inTurns(list.slice(0, 16), work), list.slice(0, 16));
  assert.equal(turns, 0);
  const items = inTurns(list, work);
  assert.deepEqual(items.slice(0, 16), list.slice(0, 16));
  assert.ok(items.slice(16).every((item) => item instanceof Promise));
  assert.deepEqual(await Promise.all(items), list);
  assert.equal(turns, 12);
});
