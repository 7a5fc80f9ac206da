import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DATA_FOLDER } from '../../src/cli/actions/bundled.ts';
import { runPortolan } from '../support/portolan-process.ts';
import type { Attack } from './attack.ts';
import { holdUnread, requestQuickly, requestRepeatedly } from './attack-client.ts';
import { type AttackRequest, graphql, inTurn, requestBytes } from './attack-request.ts';

/** U+FDFA: NFKD makes four words of this one character. */
const LONG_CHARACTER = '\ufdfa';

/** Texts with many or long words, different for each number, so that no answer comes from a cache. */
const LONG_TEXTS: readonly ((number: number) => string)[] = [
  (number) => `${LONG_CHARACTER.repeat(198)}${number % 100}`,
  (number) => `${Array.from({ length: 200 }, (_, index) => 'abcdefghij'[index % 10]).join(' ')} ${number}`,
  (number) => `${Array.from({ length: 66 }, (_, index) => misspelt(index + number * 66)).join(' ')}`,
  (number) => `${'\u2487 '.repeat(90)}${number}`,
  (number) => `${'sshh-'.repeat(38)}${number}`,
  (number) => `${'x'.repeat(190)}${number}`,
];

/** Attacks by small requests whose answers take much CPU time or memory. */
export const ATTACKS_BY_QUERY: readonly Attack[] = [
  {
    name: 'a GraphQL document of 50 searches for 198 characters that each stand for four words',
    run: (target) => {
      const query = `query($t:String!){${aliased(() => 'search(text:$t){totalCount}')}}`;
      return requestRepeatedly(target, 4, (number) =>
        graphql(query, { t: `${LONG_CHARACTER.repeat(198)}${number % 100}` }),
      );
    },
  },
  {
    name: 'GraphQL documents of 50 searches, names, suggestions and lists of changes',
    allowed: [200],
    prepare: addSnapshot,
    run: (target) =>
      requestRepeatedly(target, 4, (number) => {
        const fields: readonly ((index: number) => string)[] = [
          ...LONG_TEXTS.map(
            (text) => (index: number) => `search(text:${quote(text(index + number * 50))}){totalCount suggestions}`,
          ),
          (index) => `service(name:${quote(`${misspelt(number * 50 + index)}${'e'.repeat(95)}`)}){name}`,
          (index) => `suggestions(count:100,consecutive:true,near:${(number * 50 + index) % 65_000}){count}`,
          (index) => `suggestions(count:100,like:${quote(`x${number}${index}`)},avoid:[]){count results{number}}`,
          (index) => `suitability(number:${(number * 50 + index) % 65_536}){verdict reasons{detail}}`,
          () => 'changes(first:1000){totalCount}',
          (index) => `changes(filter:{port:${(number * 50 + index) % 65_536}}){totalCount}`,
          (index) => `assignments(first:1,filter:{q:${quote(misspelt(index + number))}}){totalCount}`,
        ];
        return graphql(`{${aliased(inTurn(fields, number))}}`);
      }),
  },
  {
    name: 'searches, names, suggestions and lists that take long to answer',
    allowed: [200],
    prepare: addSnapshot,
    run: (target) =>
      requestRepeatedly(target, 8, (number) => {
        const text = encodeURIComponent(inTurn(LONG_TEXTS, number)(number));
        const paths = [
          `/search?q=${text}`,
          `/search?q=${text}&format=html`,
          `/assignments?q=${text}`,
          `/associations?q=${text}`,
          `/services/${misspelt(number)}${'e'.repeat(95)}`,
          `/suggestions?count=100&consecutive=true&avoid=linux&near=${number % 65_000}`,
          `/suggestions?count=100&like=x${number}`,
          `/assignments?limit=1000&offset=${number % 14_000}&format=html`,
          `/registry/changes?limit=1000&offset=${number % 4_000}`,
          `/ports/${number % 65_536}/history`,
        ];
        // Combines each path with each text.
        return { path: inTurn(paths, Math.floor(number / LONG_TEXTS.length)) };
      }),
  },
  {
    name: '1,000 ports as of a past day, by REST and GraphQL',
    allowed: [200],
    prepare: addSnapshot,
    run: (target) =>
      requestRepeatedly(target, 8, (number) => {
        const first = (number * 17) % 64_000;
        const numbers = Array.from({ length: 1_000 }, (_, index) => first + index);
        const query = `query($n:[Int!]!){ports(numbers:$n,asOf:"${BUNDLED_DAY}"){summary assignments{description}}}`;
        return number % 2 === 0
          ? graphql(query, { n: numbers })
          : { path: `/ports?ports=${first}-${first + 999}&asOf=${BUNDLED_DAY}` };
      }),
  },
  {
    name: 'up to 63,000 different questions of 16,200 digits',
    seconds: 45,
    allowed: [200],
    run: (target) =>
      requestQuickly(
        target,
        48,
        (number) => requestBytes({ path: `/associations?service=${String(number).padStart(16_200, '7')}` }),
        63_000,
      ),
  },
  {
    name: 'questions with different long header fields, documents and names',
    seconds: 12,
    allowed: [200],
    run: (target) => {
      const unlike = (number: number, length: number) => `${number}${'x'.repeat(length)}`;
      const requests: readonly ((number: number) => AttackRequest)[] = [
        (number) => ({ path: '/ports/22', headers: { Accept: `*/*;x=${unlike(number, 16_000)}` } }),
        (number) => ({ path: '/ports/22', headers: { 'Accept-Encoding': `identity, ${unlike(number, 16_000)}` } }),
        (number) => ({ path: '/ports/22', headers: { 'If-None-Match': `"${unlike(number, 16_000)}"` } }),
        (number) => ({
          path: '/ports/22',
          headers: { 'X-Request-ID': unlike(number, 120), Origin: unlike(number, 16_000) },
        }),
        (number) => ({ path: `/search?q=${unlike(number, 16_000)}` }),
        (number) => ({ path: `/graphql?query={a${unlike(number, 15_000)}:__typename}` }),
        (number) => graphql(`{a${unlike(number, 90_000)}:__typename}`),
        (number) => graphql(`{__typename #${unlike(number, 90_000)}\n}`),
        (number) => graphql('query($t:String!){search(text:$t){totalCount}}', { t: unlike(number, 15_000) }),
        (number) => graphql(`{${'__typename '.repeat(1_900)} a${number}:__typename}`),
      ];
      return requestRepeatedly(target, 16, (number) => inTurn(requests, number)(number));
    },
  },
  {
    name: '1,000 ports with 1,000 own entries each, in every form, whose answers no client reads',
    seconds: 40,
    allowed: [200],
    prepare: addLongEntries,
    run: (target) => holdUnread(target, 60, (number) => requestBytes(crowdedPorts(number)), { betweenMs: 100 }),
  },
  {
    name: '100 batches of all ports with 1,000 own entries each, whose answers no client reads',
    seconds: 40,
    allowed: [200],
    prepare: addLongEntries,
    run: (target) => holdUnread(target, 100, (number) => requestBytes(crowdedBatch(number)), { betweenMs: 50 }),
  },
  {
    name: 'eight clients that read batches of all ports',
    allowed: [200],
    run: (target) =>
      requestRepeatedly(target, 8, () => ({
        path: '/ports/lookup',
        headers: { 'Content-Type': 'application/json' },
        body: Buffer.from('["0-65535"]'),
      })),
  },
  {
    name: '1,000 ports with 1,000 own entries each, in every form, whose answers the clients read',
    seconds: 12,
    allowed: [200],
    prepare: addLongEntries,
    run: (target) => requestRepeatedly(target, 8, crowdedPorts),
  },
];

/** The day of the bundled rows: a past day after `addSnapshot`. */
const BUNDLED_DAY = JSON.parse(readFileSync(new URL('lists.json', DATA_FOLDER), 'utf8')).assignments.date as string;

/** Imports the bundled rows for a later day, with thousands of changed descriptions. */
async function addSnapshot(database: string): Promise<void> {
  const lines = readFileSync(new URL('iana/service-names-port-numbers.csv', DATA_FOLDER), 'utf8').split('\n');
  const file = join(dirname(database), 'later.csv');
  writeFileSync(
    file,
    lines
      .map((line, index) => (index % 4 === 1 ? line.replace(/(?<=,(?:tcp|udp),)(?=[^",])/, 'Later ') : line))
      .join('\n'),
  );
  await run(['seed', '--iana', file, '--date', '2026-10-31'], database);
}

/** Imports 1,000 own entries on ports 1000-65535. The probing clients request a lower port. */
async function addLongEntries(database: string): Promise<void> {
  const entries = Array.from({ length: 1_000 }, (_, number) => ({
    name: `service ${number}`,
    firstPort: 1_000,
    lastPort: 65_535,
    note: `${number} ${'&'.repeat(1_990)}`,
  }));
  const file = join(dirname(database), 'own.json');
  writeFileSync(file, JSON.stringify(entries));
  await run(['own', 'import', file], database);
}

async function run(args: readonly string[], database: string): Promise<void> {
  const { code, stderr } = await runPortolan(args, { environment: { DATABASE: database } });
  if (code !== 0) throw new Error(`portolan ${args.join(' ')}: ${stderr}`);
}

/** Creates a request whose answer has all the long entries, for one port or for many. */
function crowdedPorts(number: number): AttackRequest {
  const first = 1_000 + number * 7;
  const thousand = Array.from({ length: 1_000 }, (_, index) => first + index);
  const requests: readonly AttackRequest[] = [
    ...['json', 'text', 'csv', 'html'].map((form) => ({ path: `/ports?ports=${first}-${first + 999}&format=${form}` })),
    ...['json', 'text', 'csv', 'html'].map((form) => ({ path: `/ports/${first}?format=${form}` })),
    graphql('query($n:[Int!]!){ports(numbers:$n){number associations{name note}}}', { n: thousand }),
    ...BATCH_TYPES.map((_, index) => crowdedBatch(index)),
    { path: '/export/ndjson?origin=own' },
    { path: '/associations?origin=own&limit=1000&format=html' },
    { path: `/ports/${first}/suitability` },
    { path: `/suggestions?count=100&near=${first}` },
  ];
  return inTurn(requests, number);
}

const BATCH_TYPES = ['application/json', 'text/csv', 'text/plain'];

/** Requests all ports that `addLongEntries` fills, as a batch in one of its media types. */
function crowdedBatch(number: number): AttackRequest {
  const Accept = inTurn(BATCH_TYPES, number);
  return {
    path: '/ports/lookup',
    headers: { 'Content-Type': 'application/json', Accept },
    body: Buffer.from('["1000-65535"]'),
  };
}

/** Writes a field under 50 aliases, the most that a document may have. */
function aliased(field: (index: number) => string): string {
  return Array.from({ length: 50 }, (_, index) => `a${index}:${field(index)}`).join(' ');
}

/** Returns two or three characters for a number, hardly ever a word of the registry. */
function misspelt(number: number): string {
  return ((number * 7_919) % 46_656).toString(36).padStart(2, 'q');
}

function quote(text: string): string {
  return JSON.stringify(text);
}
