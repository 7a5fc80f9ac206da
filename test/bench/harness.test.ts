import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { GOALS, isReached } from '../../bench/goals.ts';
import type { LoadResult } from '../../bench/load/load.ts';
import { parseOptions } from '../../bench/options.ts';
import { against, plainRows } from '../../bench/parts/compare.ts';
import { PARTS } from '../../bench/parts/parts.ts';
import { readRecording, record } from '../../bench/recording.ts';
import { askGraphql, askGraphqlByGet, askRest, toHttp } from '../../bench/requests.ts';
import { formatTable } from '../../bench/results.ts';
import { useListening } from '../support/listening.ts';
import { useProduct } from '../support/registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const README = readFileSync(new URL('../../bench/README.md', import.meta.url), 'utf8');

function round(perSecond: number, p50 = 1, p99 = 2): LoadResult {
  return { perSecond, p50, p99, longest: p99, answers: 100, bytesEach: 4000 };
}

describe('options', () => {
  test('all parts run by default', () => {
    const expected = { parts: ['a', 'b'], rounds: 5, seconds: 8, connections: 32, quick: false };
    assert.deepEqual(parseOptions([], ['a', 'b']), expected);
  });

  test('parts, rounds and seconds can be chosen', () => {
    const expected = { parts: ['b'], rounds: 3, seconds: 2, connections: 32, quick: true };
    assert.deepEqual(parseOptions(['b', '--rounds', '3', '--quick'], ['a', 'b']), expected);
  });

  for (const [args, message] of [
    [['c'], 'There is no part "c": expected one of a, b'],
    [['--rounds', '0'], 'Cannot parse --rounds "0": expected an integer from 1 to 9999'],
    [['--seconds', '1.5'], 'Cannot parse --seconds "1.5": expected an integer from 1 to 9999'],
  ] as const) {
    test(`${args.join(' ')} is refused`, () => assert.throws(() => parseOptions(args, ['a', 'b']), { message }));
  }
});

describe('the table', () => {
  const results = new Map([
    ['product', [round(90), round(9), round(80)]],
    ['limit', [round(100), round(10), round(100)]],
  ]);

  test('compares medians and ratios with their goals', () => {
    const rows = [
      against(results, 'product', 'limit', GOALS.warmAgainstBare),
      against(results, 'product', 'limit', GOALS.warmAgainstExpress),
      ...plainRows(results, ['product']),
      { what: 'memory', figure: 350, unit: 'MB', goal: GOALS.memory },
    ];
    assert.equal(
      formatTable(rows),
      [
        '| what                   |    figure | p50 ms | p99 ms | ratio |       wanted | reached |',
        '| :--------------------- | --------: | -----: | -----: | ----: | -----------: | :------ |',
        '| product, against limit |  80 req/s |      1 |      2 |   0.9 | at least 0.8 | yes     |',
        '| product, against limit |  80 req/s |      1 |      2 |   0.9 |   at least 2 | NO      |',
        '| limit                  | 100 req/s |      1 |      2 |       |              |         |',
        '| memory                 |    350 MB |        |        |       |    under 250 | NO      |',
      ].join('\n'),
    );
  });

  test('an unmeasured variant has no ratio', () => {
    assert.throws(() => against(results, 'product', 'nobody'), { name: 'RangeError' });
  });

  test('a goal is met at equality, an exclusive bound is not', () => {
    assert.equal(isReached(GOALS.search, 2000), true);
    assert.equal(isReached(GOALS.search, 1999), false);
    assert.equal(isReached(GOALS.latency, 3.99), true);
    assert.equal(isReached(GOALS.latency, 4), false);
  });
});

describe('requests', () => {
  test('have the length of their body in bytes', () => {
    const asked = { method: 'POST', path: '/x', headers: { Accept: 'text/csv' }, body: 'é' } as const;
    const expected = 'POST /x HTTP/1.1\r\nHost: localhost\r\nAccept: text/csv\r\nContent-Length: 2\r\n\r\né';
    assert.equal(toHttp(asked, 'localhost'), expected);
    assert.equal(toHttp(askRest(22), 'localhost'), 'GET /ports/22 HTTP/1.1\r\nHost: localhost\r\n\r\n');
  });

  test('send the same GraphQL query by GET and POST', () => {
    const post = JSON.parse(askGraphql(22).body ?? '');
    const get = new URLSearchParams(askGraphqlByGet(22).path.slice('/graphql?'.length));
    assert.equal(get.get('query'), post.query.replaceAll(/\s+/g, ' '));
    assert.deepEqual(JSON.parse(get.get('variables') ?? ''), post.variables);
  });
});

describe('a recording', () => {
  const product = useProduct();
  const origin = useListening(product);

  test('has the body and the headers of every response', async (t) => {
    const file = join(temporaryFolder(t), 'recording');
    await record(await origin(), file, () => askRest(22), 32);
    const answers = readRecording(file);
    assert.equal(answers.length, 32);
    assert.equal(answers.at(-1)?.body.toString('utf8'), JSON.stringify(product.registry.port(22, null)));
    const names = answers[0]?.headers.filter((_, index) => index % 2 === 0) ?? [];
    for (const name of ['ETag', 'Content-Type', 'Content-Length', 'Vary']) assert.ok(names.includes(name), name);
    for (const name of ['Date', 'Connection', 'Keep-Alive']) assert.ok(!names.includes(name), name);
  });

  test('is refused if a response is an error', async (t) => {
    const file = join(temporaryFolder(t), 'recording');
    writeFileSync(file, '');
    await assert.rejects(
      record(await origin(), file, () => askRest(70_000), 16),
      { message: /^Cannot record an answer of status 400: / },
    );
  });
});

describe('bench/README.md', () => {
  test('describes exactly the parts', () => {
    const documented = [...README.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, part]) => part);
    assert.deepEqual(documented, Object.keys(PARTS));
  });
});
