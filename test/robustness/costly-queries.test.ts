import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { COMMAND, probeMeanwhile, residentKb } from './run.ts';

/** NFKD expands each character to four words, none of which is in the registry. */
const MANY_WORDS = '\uFDFA'.repeat(198);

/** The most expensive search texts: many words, four words similar to many others, a letter, a word of most rows. */
const TEXTS = [MANY_WORDS, 'internatiomal enterpriss managemnt communicatiom', 't', 'tcp '.repeat(50)];

/** Documents with the largest allowed cost, or far more, each with the status of its answer. */
const DOCUMENTS: readonly (readonly [number, string])[] = [
  [400, fields(50, () => `search(text: "${MANY_WORDS}") { totalCount }`)],
  ...TEXTS.map((text) => [200, fields(15, () => `search(text: "${text}", first: 100) { totalCount }`)] as const),
  [200, fields(4, (index) => `search(text: "t", first: 1000, protocol: TCP) { nodes { a${index}: name } }`)],
  [200, fields(50, (index) => `service(name: "managementqroto${index}") { name }`)],
  [200, fields(8, () => 'suggestions(count: 100, like: "x") { count }')],
  [200, fields(16, () => 'assignments(filter: { q: "t" }, first: 50) { totalCount }')],
  [
    200,
    `{ ports(numbers: [${range(64_536)}]) { number summary assignments { description } associations { name note } checks { command } } }`,
  ],
  [200, `{ ports(numbers: [${range(1_000)}], asOf: "2100-01-01") { number summary assignments { description } } }`],
];

function fields(count: number, field: (index: number) => string): string {
  return `{ ${Array.from({ length: count }, (_, index) => `f${index}: ${field(index)}`).join(' ')} }`;
}

function range(first: number): string {
  return Array.from({ length: 1_000 }, (_, index) => first + index).join();
}

/** The CPU time limit of one document, in seconds. */
const MAX_CPU_S = 2;

/** The longest wait of another client meanwhile, in milliseconds, on a loaded machine. */
const MAX_WAIT_MS = 3_000;

/** The memory limit of the server, in kB. */
const MAX_RESIDENT_KB = 400_000;

/** The number of clients that send a document at once. */
const CLIENTS = 4;

test('the most expensive queries stay within the CPU limit, and others are answered meanwhile', async (t) => {
  const server = await startServer(t, { DATABASE: await seededDatabase(t) }, COMMAND);
  const stop = probeMeanwhile(server.url);
  for (const [status, query] of DOCUMENTS) {
    const before = await cpuSeconds(server.url);
    // A comment makes each document unique, so that none is answered from the cache.
    const ofClient = (_: unknown, client: number) => ask(server.url, `${query} # ${client}`, status);
    await Promise.all(Array.from({ length: CLIENTS }, ofClient));
    const each = ((await cpuSeconds(server.url)) - before) / CLIENTS;
    t.diagnostic(`${each.toFixed(3)} s: ${query.slice(0, 60)}`);
    assert.ok(each < MAX_CPU_S, `${each} s: ${query.slice(0, 200)}`);
  }
  for (const text of TEXTS) {
    const before = await cpuSeconds(server.url);
    const response = await fetch(`${server.url}/search?limit=1000&q=${encodeURIComponent(text)}`);
    assert.equal(response.status, 200);
    await response.text();
    const seconds = (await cpuSeconds(server.url)) - before;
    t.diagnostic(`${seconds.toFixed(3)} s: GET /search?q=${text.slice(0, 40)}`);
    assert.ok(seconds < MAX_CPU_S / 2, `${seconds} s: ${text}`);
  }
  const { longestMs } = await stop();
  t.diagnostic(`another client waited ${longestMs} ms at most`);
  assert.ok(longestMs < MAX_WAIT_MS, `another client waited ${longestMs} ms`);
  const resident = residentKb(server.process.pid);
  t.diagnostic(`${Math.round(resident / 1024)} MiB resident`);
  assert.ok(resident < MAX_RESIDENT_KB, `${resident} kB`);
});

async function ask(url: string, query: string, status: number): Promise<void> {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/graphql-response+json' };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  const text = await response.text();
  assert.equal(response.status, status, text.slice(0, 500));
  if (status === 200) assert.ok(!text.includes('"errors"'), text.slice(0, 500));
}

/** Returns the CPU time of the server so far. */
async function cpuSeconds(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
}
