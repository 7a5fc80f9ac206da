import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from '../ask.ts';
import type { Running } from '../child.ts';
import { portolan } from '../contenders/portolan.ts';
import { BOTH_CORES } from '../core.ts';
import { GOALS } from '../goals.ts';
import { addOwnEntries } from '../larger-database.ts';
import { drive } from '../load/load.ts';
import { drawPorts } from '../port-sequence.ts';
import { askRest, type BenchRequest } from '../requests.ts';
import { median, percentile } from '../statistics.ts';
import { withCopy } from '../workbench.ts';
import { type Part, withServer } from './part.ts';

/** The number of own entries. */
const ENTRIES = 20_000;

/** A port with as many own entries as one may have. */
const [CROWDED_PORT, CROWDED_ENTRIES] = [60_257, 1_000];

/** The time between two lookups, in milliseconds. */
const INTERVAL_MS = 1;

const PAGE = { Accept: 'text/html' };

/** Requests with large responses, by name. */
const LARGE: Readonly<Record<string, BenchRequest>> = {
  'a list of 1,000 own entries': get('/associations?origin=own&limit=1000&offset=9000'),
  'a page of 1,000 own entries': get('/own?limit=1000', PAGE),
  'a page of 1,000 official rows': get('/assignments?limit=1000', PAGE),
  'CSV of 1,000 official rows': get('/assignments?limit=1000&format=csv'),
  'a search with 1,000 results': get('/search?q=bench&limit=1000'),
  'a page of 1,000 conflicts': get('/conflicts?limit=1000', PAGE),
  'a list of 1,000 ports': get('/ports?ports=1000-1999&limit=1000'),
  'all ports in a batch': post('/ports/lookup', ['0-65535']),
  'all fields of 1,000 ports by GraphQL': post('/graphql', {
    query: `{ ports(numbers: [${Array.from({ length: 1_000 }, (_, index) => 1_000 + index)}]) {
      number summary range { name title } states { tcp udp sctp dccp } checks { system tool command needsRoot }
      assignments { serviceName protocol state description assignee contact references { title url } }
      associations { id name usedBy note owner tags sources { title url } } otherNames { name } ephemeralRanges { system title } } }`,
  }),
  '100 suggestions': get('/suggestions?count=100&near=8080'),
  'the export of own entries': get('/export/own?format=csv'),
  'a port with 1,000 own entries': get(`/ports/${CROWDED_PORT}`),
  'the page of such a port': get(`/ports/${CROWDED_PORT}`, PAGE),
};

/** Measures how long one client waits for a lookup while another one asks for large responses, one after the other. */
export const waits: Part = ({ options, workbench }) =>
  withCopy(workbench, async (database) => {
    addOwnEntries(database, [...drawPorts(ENTRIES, 1), ...Array<number>(CROWDED_ENTRIES).fill(CROWDED_PORT)]);
    const measure = async ({ url }: Running) => {
      const { rounds, seconds } = options;
      const times = new Map<string, number[][]>();
      // The first round warms up.
      for (let round = 0; round <= rounds; round++) {
        for (const [name, request] of Object.entries(LARGE)) {
          let isOver = false;
          const lookups = timeLookups(url, () => isOver);
          await drive({ url, requests: [request], order: 'random', connections: 1, seconds }).finally(() => {
            isOver = true;
          });
          const waited = await lookups;
          if (round > 0) times.set(name, [...(times.get(name) ?? []), waited]);
        }
      }
      return [...times].map(([name, byRound]) => ({
        what: `GET /ports/22 next to ${name}: longest`,
        figure: median(byRound.map((waited) => Math.max(...waited))),
        unit: 'ms',
        p50: median(byRound.map((waited) => percentile(waited, 50))),
        p99: median(byRound.map((waited) => percentile(waited, 99))),
        goal: GOALS.wait,
      }));
    };
    return withServer(portolan(database), measure, BOTH_CORES);
  });

/** Looks up a port again and again, and returns the time of each lookup, in milliseconds. */
async function timeLookups(url: string, isOver: () => boolean): Promise<number[]> {
  const agent = new Agent({ keepAlive: true });
  const times: number[] = [];
  while (!isOver()) {
    const start = performance.now();
    const { status } = await ask(url, askRest(22), agent);
    times.push(performance.now() - start);
    assert.equal(status, 200);
    await delay(INTERVAL_MS);
  }
  agent.destroy();
  return times;
}

function get(path: string, headers: Readonly<Record<string, string>> = {}): BenchRequest {
  return { method: 'GET', path, headers };
}

function post(path: string, body: unknown): BenchRequest {
  return { method: 'POST', path, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}
