import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { EVERY_FIELD } from '../support/agreement.ts';
import { bearer, tokenNamed } from '../support/tokens.ts';
import type { Attack, Target } from './attack.ts';
import { holdUnread, pipeline, requestAndDisconnect, requestRepeatedly } from './attack-client.ts';
import { type AttackRequest, graphql, inTurn, requestBytes } from './attack-request.ts';
import { requestJson } from './own-client.ts';
import { countOpenFiles, processorMs } from './process-metrics.ts';

const FORMATS = ['json', 'text', 'csv', 'html'] as const;

/** Large lists, pages and exports, each in all its formats. */
const LARGE_LISTS = [
  ...['/assignments?limit=1000', '/associations?limit=1000', '/registry/changes?limit=1000', '/search?q=p&limit=1000'],
  ...['/export/services', '/export/nmap-services', '/export/csv', '/export/ndjson', '/export/logstash'],
].flatMap((path) => (path.startsWith('/export/') ? [path] : FORMATS.map((format) => `${path}&format=${format}`)));

/** The first halves of requests. */
const HALVES = [
  'GET /ports/2',
  `GET /ports/22 HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(30_000)}`,
  'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"query":"',
  'POST /ports/lookup HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[22,',
];

const MOST_OF_A_BODY = Buffer.concat([
  Buffer.from('POST /ports/lookup HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 4000000\r\n\r\n'),
  Buffer.alloc(3_900_000, '22\n'),
]);

/** Attacks by the use of connections. */
export const ATTACKS_BY_CONNECTION: readonly Attack[] = [
  {
    name: '300,000 searches pipelined on one connection at a time, whose answers the client reads',
    seconds: 15,
    allowed: [200],
    run: (target) => pipeline(target, 300_000, (number) => ({ path: `/search?q=zz${number}` }), true),
  },
  {
    name: '300,000 searches pipelined on one connection at a time, whose answers no client reads',
    seconds: 15,
    allowed: [200],
    isUnanswered: true,
    run: (target) => pipeline(target, 300_000, (number) => ({ path: `/search?q=zz${number}` }), false),
  },
  {
    name: '50,000 requests pipelined on each of ten connections at a time, half of which are read',
    seconds: 15,
    allowed: [200],
    run: (target) => {
      const kinds: readonly ((number: number) => AttackRequest)[] = [
        ...['/search?q=zz', '/ports/22?x=', '/services/x', '/suggestions?count=100&near='].map(
          (path) => (number: number) => ({ path: path + number }),
        ),
        (number) => graphql(`{service(name:"x${number}"){name}}`),
      ];
      return Promise.all(kinds.flatMap((kind) => [true, false].map((reads) => pipeline(target, 50_000, kind, reads))));
    },
  },
  {
    name: '1,500 exports whose clients leave after 1.5 s, while a team writes',
    seconds: 90,
    allowed: [200],
    prepare: async (database) => void bearer(database, 'admin'),
    run: async (target) => {
      const isDone = new AbortController();
      const writer = writeUntil(target, isDone.signal);
      await requestAndDisconnect(target, 1_500, () => requestBytes({ path: '/export/ndjson' }));
      isDone.abort();
      const created = await writer;
      if (created < 50) target.faults.push(`the team could write ${created} own entries only`);
    },
    check: expectRest,
  },
  {
    name: '4,000 large answers whose clients leave after 0.1 s',
    seconds: 30,
    allowed: [200],
    isUnanswered: true,
    prepare: async (database) => void bearer(database, 'admin'),
    run: async (target) => {
      const requests = [...LARGE_LISTS.map((path) => ({ path })), allPorts(), everyField(0)].map(requestBytes);
      await requestAndDisconnect(target, 4_000, (number) => inTurn(requests, number), { stayMs: 100 });
    },
    check: expectRest,
  },
  {
    name: '300 connections that ask for large lists, pages and exports, and read nothing',
    seconds: 30,
    allowed: [200],
    run: (target) => holdUnread(target, 300, (number) => requestBytes({ path: inTurn(LARGE_LISTS, number) })),
  },
  {
    name: '100 connections that ask for 1,000 ports in every form, and read nothing, while others read',
    seconds: 13,
    allowed: [200],
    run: (target) => {
      const thousand = (number: number): AttackRequest => {
        const form = inTurn(FORMATS, number);
        const first = (number * 13) % 64_000;
        const written =
          number % 3 === 0
            ? `${first}-${first + 999}`
            : Array.from({ length: 1_000 }, (_, index) => `${first + index}/tcp`).join();
        return { path: `/ports?ports=${written}&format=${form}` };
      };
      const unread = holdUnread(target, 100, (number) => requestBytes(thousand(number)));
      return Promise.all([unread, requestRepeatedly(target, 8, thousand)]);
    },
  },
  {
    name: '50 connections that ask by GraphQL for every field of 1,000 ports, and read nothing',
    seconds: 40,
    allowed: [200],
    run: (target) =>
      holdUnread(target, 50, (number) => requestBytes(everyField(number * 1_000)), {
        betweenMs: 100,
      }),
  },
  {
    // Below the default of MAX_CONNECTIONS, 2,000: the server closes all connections above it.
    name: '1,900 connections that each send half a request',
    isIdle: true,
    seconds: 20,
    run: (target) => holdUnread(target, 1_900, (number) => inTurn(HALVES, number), { betweenMs: 0, unreadMs: 13_000 }),
  },
  {
    name: '300 connections that each send 3.9 MB of a body of 4 MB',
    seconds: 20,
    isUnanswered: true,
    run: (target) => holdUnread(target, 300, () => MOST_OF_A_BODY, { unreadMs: 10_000 }),
  },
];

function allPorts(): AttackRequest {
  return {
    path: '/ports/lookup',
    headers: { 'Content-Type': 'application/json' },
    body: Buffer.from('["0-65535"]'),
  };
}

function everyField(first: number): AttackRequest {
  const numbers = Array.from({ length: 1_000 }, (_, index) => first + index);
  return graphql(EVERY_FIELD, { numbers });
}

/**
 * Creates up to 20 own entries a second: the write-ahead log grows with each as long as a transaction reads an old state.
 * Returns the number of entries created.
 */
async function writeUntil(target: Target, signal: AbortSignal): Promise<number> {
  let created = 0;
  for (let number = 0; !signal.aborted && !target.signal.aborted; number++) {
    if (await createEntry(target.url, number)) created++;
    await delay(50);
  }
  return created;
}

async function createEntry(url: string, number: number): Promise<boolean> {
  const entry = { name: `service ${number}`, firstPort: 20_000 + (number % 10_000) };
  const authorization = { Authorization: `Bearer ${tokenNamed('admin')}` };
  // A broken connection is ignored: the probing clients detect it too.
  const answer = await requestJson(url, 'POST', '/associations', authorization, entry).catch(() => undefined);
  return answer?.status === 201;
}

/** The limits of a server whose clients have disconnected. */
const REST = { withinMs: 5_000, windowMs: 1_000, processorShare: 0.2, logBytes: 16_000_000, openFiles: 20 };

/** Checks that the server does no work and holds no resources for clients that have disconnected. */
async function expectRest(target: Target): Promise<void> {
  const { faults, openFilesBefore } = target;
  let share = 1;
  for (const end = performance.now() + REST.withinMs; share > REST.processorShare && performance.now() < end; ) {
    const before = processorMs(target.pid);
    await delay(REST.windowMs);
    share = (processorMs(target.pid) - before) / REST.windowMs;
  }
  if (share > REST.processorShare) faults.push(`the idle server uses ${Math.round(share * 100)} % of a processor`);
  // SQLite resets the log at the first write after the last reader of an old state has ended.
  await createEntry(target.url, 10_000);
  const { size } = statSync(`${target.database}-wal`);
  if (size > REST.logBytes) faults.push(`the write-ahead log has ${Math.round(size / 1e6)} MB`);
  const open = countOpenFiles(target.pid);
  if (open > openFilesBefore + REST.openFiles)
    faults.push(`${open} files and sockets are open, ${openFilesBefore} before the attack`);
}
