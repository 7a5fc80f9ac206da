import { gzipSync } from 'node:zlib';
import { bearer, tokenNamed } from '../support/tokens.ts';
import type { Attack, Target } from './attack.ts';
import { holdUnread, pause, requestOnce, requestRepeatedly } from './attack-client.ts';
import { type AttackRequest, inTurn, requestBytes } from './attack-request.ts';
import { compressedZeros } from './compressed-zeros.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const TEXT_TYPE = { 'Content-Type': 'text/plain' };
const ADMIN = { Authorization: `Bearer ${tokenNamed('admin')}` };

/** The default of BODY_LIMIT, in bytes. */
const BODY_LIMIT = 4 * 1024 * 1024;

/** The default of BATCH_LIMIT, in results. */
const BATCH_LIMIT = 65_536;

/** Media types of the answer to a batch. */
const BATCH_FORMS = ['application/json', 'application/x-ndjson', 'text/csv', 'text/plain'] as const;

/** Attacks by the body of a request. */
export const ATTACKS_BY_BODY: readonly Attack[] = [
  {
    name: 'batches of up to 2 million items in JSON, gzipped to some kB',
    seconds: 12,
    run: (target) => sendInTurn(target, manyItems(), 4),
  },
  {
    name: 'batches of up to 4 million lines of text, gzipped to some kB',
    seconds: 12,
    // Empty lines and comments are not items.
    allowed: [200],
    run: (target) => sendInTurn(target, manyLines(), 4),
  },
  {
    name: '100 batches of 65,536 unreadable items, 232 bytes each gzipped, whose answers no client reads',
    seconds: 40,
    allowed: [200],
    run: (target) => {
      const bytes = requestBytes(jsonBatch(`[${listOf('{}', BATCH_LIMIT)}]`));
      return holdUnread(target, 100, () => bytes, { betweenMs: 50 });
    },
  },
  {
    name: '100 batches of all ports in every form, whose answers no client reads',
    isIdle: true,
    seconds: 40,
    allowed: [200],
    run: (target) =>
      holdUnread(
        target,
        100,
        (number) => requestBytes(jsonBatch('["0-65535"]', { Accept: inTurn(BATCH_FORMS, number) })),
        { betweenMs: 50 },
      ),
  },
  {
    name: 'four clients that read a batch of all ports slowly, which must be complete',
    seconds: 40,
    allowed: [200],
    run: async (target) => {
      const request = jsonBatch('["0-65535"]');
      const whole = await requestOnce(target, request);
      // 232 MB in 12 s.
      const reading = { bytesPerSecond: 20_000_000 };
      const sizes = await Promise.all(Array.from({ length: 4 }, () => requestOnce(target, request, reading)));
      if (whole === 0 || sizes.some((size) => size !== whole))
        target.faults.push(`answers of ${whole} and ${sizes} bytes`);
    },
  },
  {
    name: 'ranges padded with up to 1,000,000 blanks or fields, gzipped to some kB, which each result would repeat',
    isIdle: true,
    seconds: 40,
    allowed: [200],
    // All ports in JSON are 232 MB.
    largestAnswer: 300_000_000,
    run: async (target) => {
      for (const request of padded()) await Promise.race([requestOnce(target, request), pause(target, 4_000)]);
    },
  },
  {
    name: 'JSON of deep brackets and fields, in batches, writes and GraphQL',
    prepare: async (database) => void bearer(database, 'admin'),
    // A bracket is an unreadable item: the result has its error.
    allowed: [200],
    largestAnswer: BODY_LIMIT,
    run: (target) => sendInTurn(target, deep(), 4),
  },
  {
    name: '4 MiB of unknown fields in the body of a write',
    prepare: async (database) => void bearer(database, 'admin'),
    largestAnswer: 100_000,
    run: (target) => sendInTurn(target, unknownFields(), 4),
  },
  {
    name: 'bodies of 50 to 260 kB that decompress to 256 MiB, in each content coding',
    prepare: async (database) => void bearer(database, 'admin'),
    run: async (target) => sendInTurn(target, await largeWhenUnpacked(), 8),
  },
];

const manyItems = (): AttackRequest[] =>
  ['{}', '[]', '0', '""', 'null', '"0-65535"', '{"number":0}'].flatMap((item) =>
    // The second count fills the largest body.
    [400_000, Math.floor(BODY_LIMIT / (item.length + 1)) - 1].flatMap((count) =>
      count * (item.length + 1) < BODY_LIMIT ? [jsonBatch(`[${listOf(item, count)}]`)] : [],
    ),
  );

const manyLines = (): AttackRequest[] =>
  ['x', '0', '', '#', '0-65535', ' '].map((line) => {
    const text = `${line}\n`.repeat(Math.floor(BODY_LIMIT / (line.length + 1)));
    return packed('/ports/lookup', text, TEXT_TYPE);
  });

const padded = (): AttackRequest[] => [
  jsonBatch(`["0-65535${' '.repeat(1_000_000)}"]`),
  jsonBatch(`["${' '.repeat(1_000_000)}0-65535"]`),
  packed('/ports/lookup', `0-65535${' '.repeat(1_000_000)}\n`, TEXT_TYPE),
  jsonBatch(`["0-65535${' '.repeat(1_000_000)}"]`, { Accept: 'text/csv' }),
  jsonBatch(`[${listOf(`"0-1039${' '.repeat(60_000)}"`, 63)}]`),
  jsonBatch(`[${listOf(`{"number":80,"x":"${'x'.repeat(3_000)}"}`, 1_000)}]`),
  jsonBatch(`["${'x'.repeat(4_000_000)}"]`),
];

const deep = (): AttackRequest[] =>
  [5_000, 1_000_000].flatMap((depth) => {
    const brackets = '['.repeat(depth) + ']'.repeat(depth);
    const fields = `${'{"a":'.repeat(depth / 2)}0${'}'.repeat(depth / 2)}`;
    return [
      ...[brackets, `[${brackets}]`, fields, `[{"number":${brackets}}]`, `[{"number":80,"x":${fields}}]`].map((text) =>
        jsonBatch(text),
      ),
      ...['/associations', '/reservations', '/pools'].flatMap((path) =>
        [
          brackets,
          fields,
          `{"name":${brackets},"firstPort":${fields}}`,
          `{"name":"x","firstPort":1,"sources":${brackets}}`,
          `{"name":"x","firstPort":1,"x":${fields}}`,
        ].map((text) => packed(path, text, { ...JSON_TYPE, ...ADMIN })),
      ),
      ...[
        brackets,
        JSON.stringify({ query: '{a'.repeat(depth / 200) }),
        JSON.stringify({ query: `{ports(numbers:${'['.repeat(depth / 100)}` }),
        `{"query":"{__typename}","variables":{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}}`,
        `{"query":"query($a:[Int!]!){ports(numbers:$a){number}}","variables":{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}}`,
      ].map((text) => packed('/graphql', text, JSON_TYPE)),
    ];
  });

const unknownFields = (): AttackRequest[] =>
  [numberedFields(() => '0'), numberedFields(() => `"${'x'.repeat(90)}"`)].flatMap((fields) => [
    ...['/associations', '/reservations', '/pools'].flatMap((path) =>
      [`{"name":"x","firstPort":1,${fields}}`, `{"name":"x","firstPort":1,"sources":[{${fields}}]}`].map((text) =>
        packed(path, text, { ...JSON_TYPE, ...ADMIN }),
      ),
    ),
    packed('/associations', `[${listOf('{}', 1_000_000)}]`, { ...JSON_TYPE, ...ADMIN }),
  ]);

async function largeWhenUnpacked(): Promise<AttackRequest[]> {
  const bodies = await compressedZeros();
  return Object.entries(bodies).flatMap(([coding, body]) =>
    ['/ports/lookup', '/associations', '/graphql'].map((path) => ({
      path,
      headers: { ...JSON_TYPE, ...ADMIN, 'Content-Encoding': coding },
      body,
    })),
  );
}

/** Makes clients send the requests in rotation until the time is over. */
function sendInTurn(target: Target, requests: readonly AttackRequest[], clients: number): Promise<void> {
  return requestRepeatedly(target, clients, (number) => inTurn(requests, number));
}

function jsonBatch(text: string, headers: Readonly<Record<string, string>> = {}): AttackRequest {
  return packed('/ports/lookup', text, { ...JSON_TYPE, ...headers });
}

function packed(path: string, text: string, headers: Readonly<Record<string, string>>): AttackRequest {
  return { path, headers: { ...headers, 'Content-Encoding': 'gzip' }, body: gzipSync(text, { level: 9 }) };
}

function listOf(item: string, count: number): string {
  return `${item},`.repeat(count - 1) + item;
}

/** Writes fields `"f0":…,"f1":…` that fill the largest body. */
function numberedFields(value: () => string): string {
  const fields: string[] = [];
  for (let length = 0, number = 0; length < BODY_LIMIT - 1_000; number++) {
    const field = `"f${number}":${value()}`;
    fields.push(field);
    length += field.length + 1;
  }
  return fields.join();
}
