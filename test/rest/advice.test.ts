import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import type { Suitability } from '../../src/registry/advice/suitability.ts';
import { weightOf } from '../support/advice.ts';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

/** The first answer of the bundled data: it changes with the known uses. */
const FIRST_SUGGESTIONS = [4435, 4436, 4437, 4438, 4439];

interface Reason {
  readonly code: string;
  readonly severity: string;
}

async function ask(path: string, format = 'json') {
  return request(product.app).get(`${path}${path.includes('?') ? '&' : '?'}format=${format}`);
}

async function advice(path: string): Promise<string> {
  const { body } = await ask(path);
  const reasons = (body.reasons as Reason[]).filter(({ severity }) => severity !== 'info');
  return [body.verdict, ...new Set(reasons.map(({ code }) => code))].join(' ');
}

async function suggested(search: string): Promise<number[]> {
  const { body } = await ask(`/suggestions?${search}`);
  return body.results.map(({ number }: { number: number }) => number);
}

describe('suitability', () => {
  /** The facts of the bundled registry, lists and standards on well-known ports. */
  const facts = [
    ['/ports/22/suitability', 'avoid assigned blocked_by_browsers system_range'],
    ['/ports/6010/suitability?protocol=tcp', 'avoid assigned informal_use'],
    ['/ports/6010/suitability?protocol=SCTP', 'caution assigned_other_protocol'],
    ['/ports/6667/suitability?protocol=udp', 'avoid reserved blocked_by_browsers assigned_other_protocol informal_use'],
    ['/ports/3000/suitability?protocol=tcp', 'avoid assigned recorded informal_use'],
    ['/ports/31337/suitability?protocol=tcp', 'avoid assigned nodeport informal_use'],
    ['/ports/60257/suitability', 'avoid dynamic_range ephemeral'],
    ['/ports/9006/suitability', 'good'],
    ['/ports/1008/suitability?protocol=udp', 'caution recorded system_range'],
    ['/ports/7605/suitability?protocol=tcp', 'good'],
  ] as const;
  for (const [path, expected] of facts) {
    test(`${path} is ${expected}`, async () => assert.equal(await advice(path), expected));
  }

  test('is a complete response in every format', async () => {
    const path = '/ports/7605/suitability?protocol=tcp';
    const { body } = await ask(path);
    const ephemeral =
      'It lies in ephemeral ranges of other systems or older versions: AWS NAT gateway, current (1024-65535); OpenBSD, recent releases (1024-49151); z/OS, 2 (1024-65535).';
    const source =
      'AWS: Network ACLs, ephemeral ports; OpenBSD source: sys/netinet/in.h; IBM: z/OS 2.3, UDPCONFIG statement';
    const above = '7606, the port above, is assigned to mipi-debug.';
    const reasons = [
      { code: 'ephemeral', severity: 'info', detail: ephemeral, source },
      { code: 'neighbour', severity: 'info', detail: above, source: 'IANA registry of 2026-08-05' },
    ];
    assert.deepEqual(body, { number: 7605, protocol: 'tcp', verdict: 'good', reasons });
    assert.equal(
      (await ask(path, 'text')).text,
      `7605/tcp  good\ninfo ephemeral: ${ephemeral} (${source})\ninfo neighbour: ${above} (IANA registry of 2026-08-05)\n`,
    );
    const cells = reasons.map((reason) => ({ number: '7605', protocol: 'tcp', verdict: 'good', ...reason }));
    assert.deepEqual(parse((await ask(path, 'csv')).text, { columns: true }), cells);
  });

  test('lists the most severe reasons first', async () => {
    for (const port of [22, 3000, 4045, 6667, 30001, 60257]) {
      const { body } = await ask(`/ports/${port}/suitability`);
      const weights = body.reasons.map(({ severity }: Reason) => ['avoid', 'caution', 'info'].indexOf(severity));
      assert.deepEqual(weights, weights.toSorted());
    }
  });
});

describe('suggestions', () => {
  test('are by default the five lowest of the good User Ports of which the least is known', async () => {
    const judged = await Promise.all(FIRST_SUGGESTIONS.map((port) => ask(`/ports/${port}/suitability`)));
    const results = judged.map(({ body: { verdict, ...result } }) => {
      assert.equal(verdict, 'good');
      return result;
    });
    assert.deepEqual((await ask('/suggestions')).body, { count: 5, detail: null, results });
    const text = FIRST_SUGGESTIONS.map((number) => `${number}  ephemeral\n`).join('');
    assert.equal((await ask('/suggestions', 'text')).text, text);
  });

  test('are ordered by weight, then by number', async () => {
    const { body } = await ask('/suggestions?within=8000-8199&count=100');
    const results: Pick<Suitability, 'number' | 'reasons'>[] = body.results;
    assert.ok(new Set(results.map(({ reasons }) => weightOf(reasons))).size > 1);
    assert.deepEqual(
      results,
      results.toSorted((a, b) => weightOf(a.reasons) - weightOf(b.reasons) || a.number - b.number),
    );
    const all = await suggested('within=8000-8099&count=100&order=number');
    assert.deepEqual(
      all,
      all.toSorted((a, b) => a - b),
    );
    assert.deepEqual(new Set(await suggested('within=8000-8099&count=100')), new Set(all));
  });

  test('follow their conditions', async () => {
    assert.deepEqual(await suggested('near=7605&count=1&protocol=tcp'), [7605]);
    assert.deepEqual(await suggested('within=20000-29999&count=3&order=number'), [20004, 20006, 20007]);
    const block = await suggested('consecutive=true&count=20&within=20000-29999&protocol=tcp');
    assert.deepEqual(
      block,
      Array.from({ length: 20 }, (_, index) => (block[0] ?? 0) + index),
    );
    assert.deepEqual(await suggested('like=billing&count=3'), await suggested('like=BILLING&count=3'));
    assert.deepEqual(await suggested('within=40000-40100&count=1'), []);
    assert.notDeepEqual(await suggested('within=40000-40100&count=1&avoid=windows,macos'), []);
    assert.notDeepEqual(await suggested('within=40000-40100&count=1&avoid='), []);
    assert.deepEqual(await suggested('within=30500-30600&avoid=linux&count=1'), [30500]);
  });

  test('explain why there are fewer than requested, in every format except CSV', async () => {
    const path = '/suggestions?within=0-1023';
    const detail =
      '0 of 1024 ports are suitable; requested: 5. Excluded: System Ports (1024), assigned (693), blocked by browsers (64), reserved (57), informal uses (57), recorded (4).';
    assert.deepEqual((await ask(path)).body, { count: 0, detail, results: [] });
    assert.equal((await ask(path, 'text')).text, `note: ${detail}\n`);
    assert.equal((await ask(path, 'csv')).text, 'number,protocol,code,severity,detail,source\n');
  });

  test('are available as text and as CSV', async () => {
    const path = '/suggestions?within=20000-29999&count=3&protocol=tcp&order=number';
    const { body } = await ask(path);
    const text = '20004/tcp  ephemeral, neighbour\n20006/tcp  ephemeral, neighbour\n20007/tcp  ephemeral\n';
    assert.equal((await ask(path, 'text')).text, text);
    const cells = body.results.flatMap(
      ({ number, protocol, reasons }: { number: number; protocol: string; reasons: Reason[] }) =>
        reasons.map((reason) => ({ number: String(number), protocol, ...reason })),
    );
    assert.deepEqual(parse((await ask(path, 'csv')).text, { columns: true }), cells);
  });

  test('have an ETag that changes only with the response', async () => {
    const { headers } = await ask('/suggestions?like=billing');
    await request(product.app)
      .get('/suggestions?like=billing&format=json')
      .set('If-None-Match', headers.etag ?? '')
      .expect(304);
  });
});

describe('invalid requests', () => {
  const cases = [
    [
      '/ports/80a/suitability',
      'port',
      'Cannot parse port number "80a": expected an integer from 0 to 65535 in decimal digits, without sign, blank or leading zero',
    ],
    [
      '/ports/80/suitability?environment=%20',
      'environment',
      'Cannot parse environment " ": expected a name of 1 to 100 characters',
    ],
    [
      '/ports/80/suitability?avoid=linux',
      'avoid',
      'Unknown query parameter "avoid": expected one of protocol, environment, format, wide',
    ],
    ['/suggestions?count=0', 'count', 'Cannot parse count "0": expected an integer from 1 to 100'],
    ['/suggestions?count=101', 'count', 'Cannot parse count "101": expected an integer from 1 to 100'],
    [
      '/suggestions?near=-1',
      'near',
      'Cannot parse port number "-1": expected an integer from 0 to 65535 in decimal digits, without sign, blank or leading zero',
    ],
    ['/suggestions?within=9-1', 'within', 'Cannot parse port range "9-1": expected the lower port first, 1-9'],
    ['/suggestions?within=1-9/tcp', 'within', 'Cannot parse port range "1-9/tcp": expected ports alone, such as 1-9'],
    ['/suggestions?order=size', 'order', 'Cannot parse order "size": expected weight or number'],
    [
      '/suggestions?near=80&order=number',
      'order',
      'Cannot order ports by number, as near sets their order: expected one of near and order',
    ],
    ['/suggestions?consecutive=yes', 'consecutive', 'Cannot parse consecutive "yes": expected true or false'],
    ['/suggestions?like=', 'like', 'Cannot parse like "": expected a name of 1 to 100 characters'],
    [
      '/suggestions?near=80&like=x',
      'like',
      'Cannot suggest ports both near a port and like a name: expected one of near and like',
    ],
    [
      '/suggestions?avoid=linus',
      'avoid',
      'Cannot parse avoid "linus": expected linux, windows, macos, kubernetes, browsers or own; did you mean linux?',
    ],
    ['/suggestions?pool=east', 'pool', 'Cannot find pool "east": no such pool'],
    [
      '/suggestions?protocol=icmp',
      'protocol',
      'Cannot parse transport protocol "icmp": expected tcp, udp, sctp or dccp',
    ],
  ] as const;
  for (const [path, parameter, detail] of cases) {
    test(path, async () => {
      const { status, body } = await request(product.app).get(path);
      assert.deepEqual([status, body.detail, body.errors], [400, detail, [{ parameter, detail }]]);
    });
  }
});

describe('GraphQL', () => {
  const reasons = 'reasons { code severity detail source }';

  /** Writes words as GraphQL's enums. */
  function asGraphql(answer: unknown): unknown {
    const enums = ['code', 'severity', 'verdict', 'protocol'];
    return JSON.parse(JSON.stringify(answer), (key, value) =>
      enums.includes(key) && value !== null ? value.toUpperCase() : value,
    );
  }

  async function query(text: string) {
    return (await request(product.app).post('/graphql').send({ query: text })).body;
  }

  test('gives the same advice', async () => {
    for (const [port, protocol] of [
      [22, 'tcp'],
      [60257, 'udp'],
      [7605, 'sctp'],
    ] as const) {
      const { data } = await query(
        `{ suitability(number: ${port}, protocol: ${protocol.toUpperCase()}) { number protocol verdict ${reasons} } }`,
      );
      assert.deepEqual(
        data.suitability,
        asGraphql((await ask(`/ports/${port}/suitability?protocol=${protocol}`)).body),
      );
    }
  });

  test('gives the same suggestions', async () => {
    const questions = [
      ['', ''],
      ['(count: 3, like: "billing", protocol: TCP)', 'count=3&like=billing&protocol=tcp'],
      ['(within: "20000-20100", consecutive: true, count: 20)', 'within=20000-20100&consecutive=true&count=20'],
      ['(order: NUMBER, count: 3)', 'order=number&count=3'],
      ['(near: 40000, avoid: [LINUX], count: 2)', 'near=40000&avoid=linux&count=2'],
      ['(near: 40000, avoid: [], environment: "test")', 'near=40000&avoid=&environment=test'],
    ] as const;
    for (const [arguments_, search] of questions) {
      const { data } = await query(
        `{ suggestions${arguments_} { count detail results { number protocol ${reasons} } } }`,
      );
      assert.deepEqual(data.suggestions, asGraphql((await ask(`/suggestions?${search}`)).body), search);
    }
  });

  test('refuses invalid and too expensive queries', async () => {
    const cases = [
      [
        '{ suitability(number: 65536) { verdict } }',
        'Cannot parse port number "65536": expected an integer from 0 to 65535',
      ],
      ['{ suggestions(count: 0) { count } }', 'Cannot parse count "0": expected an integer from 1 to 100'],
      ['{ suggestions(pool: "east") { count } }', 'Cannot find pool "east": no such pool'],
    ] as const;
    for (const [text, message] of cases) {
      const { errors } = await query(text);
      assert.deepEqual([errors[0].message, errors[0].extensions.code], [message, 'BAD_USER_INPUT']);
    }
    const { errors: words } = await query('{ suggestions(avoid: [MARS]) { count } }');
    assert.match(words[0].message, /^Value "MARS" does not exist in "Avoidable" enum/);
    const ask = (count: number) => {
      const field = (index: number) => `a${index}: suggestions(count: 100) { results { number ${reasons} } }`;
      return query(`{ ${Array.from({ length: count }, (_, index) => field(index)).join(' ')} }`);
    };
    assert.deepEqual((await ask(9)).errors, undefined, '9 questions are within the cost limit');
    assert.equal((await ask(10)).errors[0].message, 'Query cost limit of 125000 exceeded, found 128000.');
  });
});
