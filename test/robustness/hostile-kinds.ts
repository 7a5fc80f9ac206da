import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { anyBytes } from './hostile-bytes.ts';
import { anyLargeMcpMessage, anyMcpCall, anyMcpList, anyMcpMessage } from './hostile-mcp.ts';
import {
  anyBatchRequest,
  anyGraphqlRequest,
  anyPlainRequest,
  anyWriteRequest,
  type HostileRequest,
  KNOWN_BEARER,
} from './hostile-request.ts';
import { anyText } from './hostile-text.ts';
import type { Random } from './random.ts';

/** Bytes for one connection. */
export interface HostileConnection {
  readonly bytes: Buffer;
  /** The time until the client resets the connection without reading, in milliseconds; null to read until the server closes it. */
  readonly resetAfterMs: number | null;
}

/** A kind of hostile request. */
export interface HostileKind {
  readonly name: string;
  /** The relative frequency: low where a request takes much CPU time of the server or the test. */
  readonly weight: number;
  readonly make: (random: Random) => HostileRequest | HostileConnection;
}

const JSON_TYPE = { 'Content-Type': 'application/json' };
const LARGE_PATHS = [
  '/export/ndjson',
  '/export/csv',
  '/assignments?limit=1000',
  '/ports?ports=0-999&format=html',
  '/chart.bin',
] as const;

/** Characters that NFKD expands to several, some with blanks. */
const LONG_CHARACTERS = ['\ufdfa', '\ufdfb', '\u3316', '\u2487', '\u33a5', '\ufb03', '\u1f82'] as const;

/** The kinds of hostile requests. */
export const HOSTILE_KINDS: readonly HostileKind[] = [
  { name: 'any path, query and header fields', weight: 60, make: anyPlainRequest },
  { name: 'any GraphQL document', weight: 24, make: anyGraphqlRequest },
  { name: 'any items in a batch', weight: 24, make: anyBatchRequest },
  { name: 'any write', weight: 18, make: anyWriteRequest },
  { name: 'any MCP message', weight: 6, make: anyMcpMessage },
  { name: 'any list of MCP messages', weight: 3, make: anyMcpList },
  { name: 'any call of an MCP tool', weight: 6, make: anyMcpCall },
  { name: 'an MCP message with a long text, or a deep or wide object', weight: 1, make: anyLargeMcpMessage },
  {
    name: 'bytes that are hardly HTTP',
    weight: 18,
    make: (random) => ({ bytes: anyBytes(random), resetAfterMs: null }),
  },
  {
    name: 'a compressed batch of thousands of unreadable items',
    weight: 1,
    make: (random) =>
      compressed(
        random,
        '/ports/lookup',
        `[${list(random.integer(1_000, 3_000), () => random.pick(['{}', '""', '-1']))}]`,
      ),
  },
  {
    name: 'a compressed batch of more items than BATCH_LIMIT',
    weight: 1,
    make: (random) => compressed(random, '/ports/lookup', `[${list(random.integer(65_537, 100_000), () => '{}')}]`),
  },
  {
    name: 'a range padded with blanks',
    weight: 1,
    make: (random) => {
      const first = random.integer(0, 65_000);
      const range = `${first}-${first + random.integer(0, 400)}`;
      return compressed(random, '/ports/lookup', JSON.stringify([range.padEnd(random.integer(100, 50_000))]));
    },
  },
  {
    name: 'brackets and fields thousands deep',
    weight: 6,
    make: (random) => {
      const depth = random.integer(500, 20_000);
      const nested = random.chance(0.5)
        ? '['.repeat(depth) + ']'.repeat(depth)
        : `${'{"a":'.repeat(depth)}0${'}'.repeat(depth)}`;
      const whole = random.pick([
        nested,
        `[${nested}]`,
        `{"name":${nested}}`,
        `{"query":"{__typename}","variables":${nested}}`,
      ]);
      return compressed(random, random.pick(['/ports/lookup', '/associations', '/pools', '/graphql']), whole);
    },
  },
  {
    name: 'thousands of unknown fields in a write',
    weight: 6,
    make: (random) =>
      compressed(
        random,
        random.pick(['/associations', '/reservations', '/pools']),
        `{"name":"x",${list(random.integer(500, 5_000), (index) => `"f${index}":0`)}}`,
      ),
  },
  {
    name: 'a body that decompresses to more than BODY_LIMIT',
    weight: 1,
    make: (random) =>
      compressed(
        random,
        random.pick(['/ports/lookup', '/graphql', '/associations']),
        '0'.repeat(random.integer(5, 10) << 20),
      ),
  },
  {
    name: 'a body that contradicts its Content-Encoding',
    weight: 9,
    make: (random) => {
      const request = compressed(random, '/ports/lookup', '[22]');
      const body = Buffer.from(request.body as Uint8Array).subarray(0, random.integer(0, 20));
      return { ...request, body: random.chance(0.5) ? body : Buffer.from(anyText(random).toWellFormed()) };
    },
  },
  {
    name: 'a search for characters that stand for several',
    weight: 1,
    make: (random) => searchFor(random, random.several(1, 198, () => random.pick(LONG_CHARACTERS)).join('')),
  },
  {
    name: 'a search for many words, most of them misspelt',
    weight: 1,
    make: (random) => searchFor(random, random.several(20, 200, () => word(random, 1, 4)).join(' ')),
  },
  {
    name: 'an unknown name of up to 100 characters',
    weight: 1,
    make: (random) => {
      const name = word(random, 16, 100);
      return random.chance(0.5)
        ? get(`/services/${name}`)
        : graphql(random, `{${aliases(random, () => `service(name:"${word(random, 16, 100)}"){name}`)}}`);
    },
  },
  {
    name: 'many GraphQL fields that take long to answer',
    weight: 1,
    make: (random) =>
      graphql(
        random,
        `{${aliases(random, () =>
          random.pick<() => string>([
            () => `suggestions(count:${random.integer(1, 100)},like:"${word(random, 1, 9)}"){count}`,
            () => `suitability(number:${random.integer(0, 65_535)}){verdict}`,
            () => `changes(first:1000,filter:{port:${random.integer(0, 65_535)}}){totalCount}`,
            () => `assignments(first:5,filter:{q:"${word(random, 1, 4)}"}){totalCount}`,
          ])(),
        )}}`,
      ),
  },
  {
    name: 'any conditions of suggestions',
    weight: 6,
    make: (random) => {
      const first = random.integer(0, 60_000);
      const conditions = [
        `count=${random.integer(1, 100)}`,
        random.pick([`near=${first}`, `like=${word(random, 1, 100)}`]),
        `within=${first}-${random.integer(first, 65_535)}`,
        random.pick(['consecutive=true', 'consecutive=false']),
        `avoid=${random.pick(['', 'linux', 'linux,windows,macos', 'browsers'])}`,
      ];
      return get(`/suggestions?${conditions.filter(() => random.chance(0.7)).join('&')}`);
    },
  },
  {
    name: 'a unique URL of thousands of characters',
    weight: 12,
    make: (random) => {
      const long = `${random.integer(0, 2 ** 31)}`.padEnd(random.integer(1_000, 16_000), '7');
      return get(
        random.pick([`/associations?service=${long}`, `/search?q=${long}`, `/ports?ports=${long}`, `/${long}`]),
      );
    },
  },
  {
    name: 'a unique header field of thousands of characters',
    weight: 9,
    make: (random) => {
      const long = `${random.integer(0, 2 ** 31)}`.padEnd(random.integer(1_000, 16_000), 'x');
      const name = random.pick(['Accept', 'Accept-Encoding', 'If-None-Match', 'Origin', 'Authorization', 'Cookie']);
      return { ...get(`/ports/${random.integer(0, 65_535)}`), headers: { [name]: long } };
    },
  },
  {
    name: 'many requests pipelined on one connection',
    weight: 1,
    make: (random) => {
      const count = random.integer(5, 40);
      const path = () => random.pick([`/ports/${random.integer(0, 65_535)}`, `/search?q=${word(random, 1, 5)}`]);
      const requests = Array.from({ length: count }, (_, index) =>
        head('GET', path(), index === count - 1 ? { Connection: 'close' } : {}),
      );
      return { bytes: Buffer.from(requests.join('')), resetAfterMs: null };
    },
  },
  {
    name: 'repeated header fields, or two lengths of one body',
    weight: 9,
    make: (random) => {
      const chunked = { 'Transfer-Encoding': 'chunked', ...JSON_TYPE, Connection: 'close' };
      const bytes = random.pick([
        `GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n`,
        `GET / HTTP/1.1\r\nHost: a, b\r\nConnection: close\r\n\r\n`,
        `${head('POST', '/ports/lookup', { ...chunked, 'Content-Length': '4' })}4\r\n[22]\r\n0\r\n\r\n`,
        `${head('POST', '/ports/lookup', { ...chunked, 'transfer-encoding': 'identity' })}[22]`,
        `POST /ports/lookup HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n[22] `,
        `${head('GET', '/ports/22', { Accept: 'text/plain', accept: 'text/csv', Connection: 'close' })}`,
        `${head('GET', '/ports/22', { 'If-None-Match': '*', 'if-none-match': '"x"', Connection: 'close' })}`,
      ]);
      return { bytes: Buffer.from(bytes), resetAfterMs: null };
    },
  },
  {
    name: 'half a request, after which the client resets the connection',
    weight: 6,
    make: (random) => {
      const whole = head('POST', '/graphql', { ...JSON_TYPE, 'Content-Length': '100000' }) + 'x'.repeat(20_000);
      return {
        bytes: Buffer.from(whole.slice(0, random.integer(1, whole.length))),
        resetAfterMs: random.integer(0, 50),
      };
    },
  },
  {
    name: 'a large answer that the client does not read before it resets the connection',
    weight: 1,
    make: (random) => ({
      bytes: Buffer.from(head('GET', random.pick(LARGE_PATHS), {})),
      resetAfterMs: random.integer(0, 100),
    }),
  },
  {
    name: 'past days, pages behind the end and invalid cursors',
    weight: 9,
    make: (random) => {
      const day = `20${random.integer(10, 99)}-${`${random.integer(1, 13)}`.padStart(2, '0')}-28`;
      return random.pick<() => HostileRequest>([
        () => get(`/ports/${random.integer(0, 65_535)}?asOf=${day}`),
        () => get(`/services/${word(random, 1, 5)}?asOf=${day}`),
        () => get(`/registry/changes?since=${day}&limit=1000&offset=${random.integer(0, 2 ** 31)}`),
        () => get(`/assignments?limit=${random.integer(1, 50)}&offset=${random.integer(0, 20_000)}`),
        () => graphql(random, `{assignments(first:5,after:${JSON.stringify(anyText(random))}){totalCount}}`),
      ])();
    },
  },
];

/** Each kind, repeated by its weight. */
const DRAWN = HOSTILE_KINDS.flatMap((kind) => Array<HostileKind>(kind.weight).fill(kind));

/**
 * Chooses a kind by weight.
 *
 * @param random - The source of randomness.
 */
export function anyKind(random: Random): HostileKind {
  return random.pick(DRAWN as [HostileKind, ...HostileKind[]]);
}

function get(path: string): HostileRequest {
  return { method: 'GET', path, headers: {}, body: undefined };
}

/** Creates a request with a token and a JSON body in any content coding. */
function compressed(random: Random, path: string, text: string): HostileRequest {
  const [coding, body] = random.pick<() => readonly [string, Buffer]>([
    () => ['gzip', gzipSync(text, { level: 1 })],
    () => ['deflate', deflateSync(text, { level: 1 })],
    () => ['br', brotliCompressSync(text, FAST)],
  ])();
  return {
    method: 'POST',
    path,
    headers: { ...JSON_TYPE, Authorization: KNOWN_BEARER, 'Content-Encoding': coding },
    body,
  };
}

const FAST = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

function searchFor(random: Random, text: string): HostileRequest {
  const encoded = encodeURIComponent(text);
  return random.pick<() => HostileRequest>([
    () => get(`/search?q=${encoded}`),
    () => get(`/assignments?q=${encoded}&limit=5`),
    () => graphql(random, 'query($t:String!){search(text:$t){totalCount suggestions}}', { t: text }),
  ])();
}

function graphql(random: Random, query: string, variables: object = {}): HostileRequest {
  const Accept = random.pick(['application/graphql-response+json', 'application/json', '*/*']);
  return {
    method: 'POST',
    path: '/graphql',
    headers: { ...JSON_TYPE, Accept },
    body: JSON.stringify({ query, variables }),
  };
}

function aliases(random: Random, field: () => string): string {
  return list(random.integer(1, 51), (index) => `a${index}:${field()}`, ' ');
}

function word(random: Random, least: number, most: number): string {
  return random.several(least, most, () => random.pick(LETTERS)).join('');
}

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789'] as [string, ...string[]];

function list(count: number, item: (index: number) => string, separator = ','): string {
  return Array.from({ length: count }, (_, index) => item(index)).join(separator);
}

function head(method: string, path: string, fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ Host: 'x', ...fields }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
