import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { startServer } from '../support/portolan-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { askMeanwhile, COMMAND, residentKb } from './run.ts';

/** Each character stands for four words, of which the registry has none. */
const MANY_WORDS = '\uFDFA'.repeat(198);

/** Texts that cost a search most: many words, four that are near many others, a letter, a word of most rows. */
const TEXTS = [MANY_WORDS, 'internatiomal enterpriss managemnt communicatiom', 't', 'tcp '.repeat(50)];

/** Documents that ask for as much as they may, or for far too much; each with the status of its answer. */
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

/** The most processor time of one document, in seconds. */
const MOST_CPU_S = 2;

/** The longest that another client may wait meanwhile, in milliseconds, on a machine that does other things too. */
const LONGEST_WAIT_MS = 3_000;

/** The most memory of the server, in kB. */
const MOST_RESIDENT_KB = 400_000;

/** How many clients send a document at once. */
const CLIENTS = 4;

test('the costliest questions cost little, and others are answered meanwhile', async (t) => {
  const server = await startServer(t, { DATABASE: join(temporaryFolder(t), 'portolan.db') }, COMMAND);
  const stop = askMeanwhile(server.url);
  for (const [status, query] of DOCUMENTS) {
    const before = await cpuSeconds(server.url);
    // A comment makes each document another one, so that no answer is kept for the next.
    const ofClient = (_: unknown, client: number) => ask(server.url, `${query} # ${client}`, status);
    await Promise.all(Array.from({ length: CLIENTS }, ofClient));
    const each = ((await cpuSeconds(server.url)) - before) / CLIENTS;
    t.diagnostic(`${each.toFixed(3)} s: ${query.slice(0, 60)}`);
    assert.ok(each < MOST_CPU_S, `${each} s: ${query.slice(0, 200)}`);
  }
  for (const text of TEXTS) {
    const before = await cpuSeconds(server.url);
    const response = await fetch(`${server.url}/search?limit=1000&q=${encodeURIComponent(text)}`);
    assert.equal(response.status, 200);
    await response.text();
    const seconds = (await cpuSeconds(server.url)) - before;
    t.diagnostic(`${seconds.toFixed(3)} s: GET /search?q=${text.slice(0, 40)}`);
    assert.ok(seconds < MOST_CPU_S / 2, `${seconds} s: ${text}`);
  }
  const { longestMs } = await stop();
  t.diagnostic(`another client waited ${longestMs} ms at most`);
  assert.ok(longestMs < LONGEST_WAIT_MS, `another client waited ${longestMs} ms`);
  const resident = residentKb(server.process.pid);
  t.diagnostic(`${Math.round(resident / 1024)} MiB resident`);
  assert.ok(resident < MOST_RESIDENT_KB, `${resident} kB`);
});

async function ask(url: string, query: string, status: number): Promise<void> {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/graphql-response+json' };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  const text = await response.text();
  assert.equal(response.status, status, text.slice(0, 500));
  if (status === 200) assert.ok(!text.includes('"errors"'), text.slice(0, 500));
}

/** The processor time that the server has used so far. */
async function cpuSeconds(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
}
