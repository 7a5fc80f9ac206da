import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { request } from '../support/contract.ts';
import { fc } from '../support/properties.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

interface Result {
  readonly query: unknown;
  readonly report?: { readonly number: number };
  readonly error?: { readonly status: number; readonly detail: string };
}

function post(search = '') {
  return request(product.app).post(`/ports/lookup${search}`);
}

async function lookup(items: unknown): Promise<Result[]> {
  const { status, body } = await post().send(items as object);
  assert.equal(status, 200);
  return body.results;
}

async function lookupText(text: string): Promise<Result[]> {
  const { status, body } = await post().type('text/plain').send(text);
  assert.equal(status, 200);
  return body.results;
}

/** Returns the query and the number of each result, or its error. */
function brief(results: readonly Result[]): unknown[] {
  return results.map(({ query, report, error }) => [query, report?.number ?? error?.detail]);
}

describe('the items of a batch', () => {
  test('are answered in their order, each with its original query', async () => {
    const items = [443, '80', '443/tcp', ' 22 ', '80/UDP', { number: 443, protocol: 'SCTP' }, { number: 7 }, 443];
    const results = await lookup([...items, { number: 9, protocol: null }, '6000-6002/tcp', 1e2]);
    assert.deepEqual(brief(results), [
      [443, 443],
      ['80', 80],
      ['443/tcp', 443],
      [' 22 ', 22],
      ['80/UDP', 80],
      [{ number: 443, protocol: 'SCTP' }, 443],
      [{ number: 7 }, 7],
      [443, 443],
      [{ number: 9, protocol: null }, 9],
      ['6000-6002/tcp', 6000],
      ['6000-6002/tcp', 6001],
      ['6000-6002/tcp', 6002],
      [100, 100],
    ]);
  });

  test('that are invalid do not fail the others', async () => {
    const digits = 'expected an integer from 0 to 65535 in decimal digits, without sign, blank or leading zero';
    const forms = 'expected 80, "443/tcp", "6000-6002" or {"number": 443, "protocol": "tcp"}';
    const cases = [
      [70000, 'Cannot parse port number "70000": expected an integer from 0 to 65535'],
      ['http', `Cannot parse port number "http": ${digits}`],
      ['', `Cannot parse port number "": ${digits}`],
      [80.5, `Cannot parse port number "80.5": ${digits}`],
      [-1, `Cannot parse port number "-1": ${digits}`],
      ['080', `Cannot parse port number "080": ${digits}`],
      ['80/icmp', 'Cannot parse transport protocol "icmp": expected tcp, udp, sctp or dccp'],
      ['6002-6000', 'Cannot parse port range "6002-6000": expected the lower port first, 6000-6002'],
      ['80,443', `Cannot parse port number "80,443": ${digits}`],
      [null, `Cannot parse query "null": ${forms}`],
      [true, `Cannot parse query "true": ${forms}`],
      [[80], `Cannot parse query "[80]": ${forms}`],
      [{}, `Cannot parse query "{}": ${forms}`],
      [{ number: '80' }, `Cannot parse query "{\\"number\\":\\"80\\"}": ${forms}`],
      [{ number: 80, port: 80 }, `Cannot parse query "{\\"number\\":80,\\"port\\":80}": ${forms}`],
      [{ number: 80, protocol: 6 }, `Cannot parse query "{\\"number\\":80,\\"protocol\\":6}": ${forms}`],
      [{ number: 80, protocol: 'icmp' }, 'Cannot parse transport protocol "icmp": expected tcp, udp, sctp or dccp'],
    ] as const;
    for (const [item, detail] of cases) {
      const [before, bad, after] = await lookup([22, item, 23]);
      assert.deepEqual([before?.report?.number, after?.report?.number], [22, 23]);
      const parameter = detail.includes('transport') && typeof item === 'object' ? 'protocol' : 'query';
      const error = { type: 'about:blank', title: 'Bad Request', status: 400, detail, errors: [{ parameter, detail }] };
      assert.deepEqual(bad, { query: item, error });
    }
  });

  test('may be text, one per line, with comments, blank lines and any line ending', async () => {
    const text = '# mine\r\n80\r\n\r\n  443/tcp  # the web\n\t\n6000-6001#x\rssh\n#\n22';
    assert.deepEqual(brief(await lookupText(text)).slice(0, 4), [
      ['80', 80],
      ['443/tcp', 443],
      ['6000-6001', 6000],
      ['6000-6001', 6001],
    ]);
    const last = (await lookupText(text)).slice(4);
    assert.deepEqual([last[0]?.query, last[0]?.error?.status, last[1]?.report?.number], ['ssh', 400, 22]);
  });

  test('may be empty', async () => {
    for (const results of [await lookup([]), await lookupText(''), await lookupText('\n# none\n')]) {
      assert.deepEqual(results, []);
    }
    assert.equal((await post('?format=ndjson').send([])).text, '');
    assert.equal((await post('?format=text').send([])).text, '\n');
    assert.equal((await post('?format=csv').send([])).text.split('\n').length, 2);
  });

  test('have the same reports as single ports', async () => {
    const item = fc.tuple(fc.nat(65535), fc.constantFrom('', '/tcp', '/udp', '/sctp', '/dccp'));
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 12 }), async (asked) => {
        const results = await lookup(asked.map(([port, protocol]) => `${port}${protocol}`));
        assert.equal(results.length, asked.length);
        for (const [index, [port, protocol]] of asked.entries()) {
          const { body } = await request(product.app).get(`/ports/${port}${protocol}`);
          assert.deepEqual(results[index], { query: `${port}${protocol}`, report: body });
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('an item of more than 200 characters', () => {
  const digits = '8'.repeat(201);
  const forms = [
    ['application/json', JSON.stringify([`0-65535${' '.repeat(1_000_000)}`]), `"0-65535${' '.repeat(192)}…`],
    [
      'application/json',
      `[{"number":80,"x":${JSON.stringify('y'.repeat(300))}}]`,
      `{"number":80,"x":"${'y'.repeat(182)}…`,
    ],
    ['application/json', `[${'['.repeat(150)}${']'.repeat(150)}]`, `${'['.repeat(150)}${']'.repeat(50)}…`],
    ['text/plain', digits, `${digits.slice(0, 200)}…`],
  ] as const;
  for (const [type, body, query] of forms) {
    test(`is one result with its beginning: ${query.slice(0, 20)}`, async () => {
      const response = await post().type(type).send(body);
      const [result, ...more] = response.body.results as Result[];
      assert.deepEqual([response.status, result?.query, more], [200, query, []]);
      assert.match(result?.error?.detail ?? '', /^Cannot parse query ".{1,200}…": expected at most 200 characters$/);
    });
  }

  test('does not fail the others, and an item of 200 is accepted', async () => {
    const longest = `443/tcp${' '.repeat(191)}`;
    const items = [longest, `${longest} `, 22];
    const results = await lookup(items);
    assert.deepEqual(
      results.map(({ report }) => report?.number),
      [443, undefined, 22],
    );
  });
});

test('a batch of 1.4 million objects, of 2 million lines or of brackets only is refused quickly', async () => {
  const objects = `[${'{},'.repeat(1_390_000)}{}]`;
  const tooMany = 'Cannot answer for more than 65536 ports at once: the batch asks for at least 65537';
  const cases = [
    ['application/json', objects, 413, tooMany],
    ['text/plain', 'x\n'.repeat(2_000_000), 413, tooMany],
    ['application/json', '['.repeat(4_000_000), 400, 'Cannot parse the body: expected JSON'],
    ['application/json', `[${'80,'.repeat(70)}`, 400, 'Cannot parse the body: expected JSON'],
    ['application/json', '[80] 1', 400, 'Cannot parse the body: expected JSON'],
  ] as const;
  for (const [type, body, status, detail] of cases) {
    const packed = post().set({ 'Content-Type': type, 'Content-Encoding': 'gzip' });
    const response = await packed.serialize((value) => value).send(gzipSync(body));
    assert.deepEqual([response.status, response.body.detail], [status, detail], body.slice(0, 20));
  }
});

describe('the formats of the response', () => {
  const items = ['443/tcp', 60257, '6010-6011', 'ssh', '=1+1', { number: 1, protocol: 'udp' }];

  test('JSON and NDJSON have the same results', async () => {
    const { text, type } = await post().set('Accept', 'application/x-ndjson').send(items);
    assert.equal(type, 'application/x-ndjson');
    assert.ok(text.endsWith('}\n'));
    const lines = text.trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      await lookup(items),
    );
  });

  test('CSV has one row per assignment or association, starting with the query, and no cell that a spreadsheet runs', async () => {
    const { text } = await post().set('Accept', 'text/csv').send(items);
    const rows = parse(text, { columns: true }) as Record<string, string>[];
    const expected = (await lookup(items)).flatMap(({ query, report, error }) => {
      const asked = typeof query === 'string' ? query.replace(/^=/, "'=") : JSON.stringify(query);
      if (report === undefined) return [[asked, '', error?.detail]];
      const { number, assignments, associations } = report as { number: number; assignments: []; associations: [] };
      const names = [...assignments, ...associations].map(
        ({ serviceName, name }: { serviceName: string; name: string }) => name ?? serviceName ?? '',
      );
      return (names.length === 0 ? [''] : names).map((name) => [asked, String(number), name]);
    });
    assert.deepEqual(
      rows.map(({ query, number, name, error }) => [query, number, error || name]),
      expected,
    );
    assert.ok(rows.some(({ query }) => query === "'=1+1"));
  });

  test('text has the reports one after the other, and a sentence for each invalid item', async () => {
    const { text } = await post('?format=text').send(['443/tcp', 'ssh']);
    const alone = await request(product.app).get('/ports/443/tcp?format=text');
    const [bad] = await lookup(['ssh']);
    assert.equal(text, `${alone.text}\n${bad?.error?.detail}\n`);
  });

  test('no response is cacheable', async () => {
    const { headers } = await post().send([80]);
    assert.deepEqual([headers['cache-control'], headers.etag], ['no-store', undefined]);
  });
});

describe('a batch is refused', () => {
  const array = 'Cannot read the body: expected a JSON array such as [80, "443/tcp", "6000-6002"]';
  const type = 'Cannot read the body: expected Content-Type application/json or text/plain';
  const cases = [
    [400, 'application/json', '{"ports":[80]}', array],
    [400, 'application/json', '"80"', array],
    [400, 'application/json', '80', array],
    [400, 'application/json', 'null', array],
    [400, 'application/json', '', array],
    [400, 'application/json', '[80', 'Cannot parse the body: expected JSON'],
    [415, 'application/x-www-form-urlencoded', '80', type],
    [415, 'text/csv', '80', type],
    [415, 'application/json; charset=latin1', '[80]', 'Cannot read the body with the charset "latin1": expected utf-8'],
    [
      413,
      'application/json',
      '["0-65535",80]',
      'Cannot answer for more than 65536 ports at once: the batch asks for at least 65537',
    ],
    [
      413,
      'text/plain',
      '0-65535\nssh',
      'Cannot answer for more than 65536 ports at once: the batch asks for at least 65537',
    ],
    [
      413,
      'text/plain',
      '80\n'.repeat(65_537),
      'Cannot answer for more than 65536 ports at once: the batch asks for at least 65537',
    ],
    [413, 'text/plain', ' '.repeat(4_200_000), 'Cannot read the body: it is larger than 4194304 bytes'],
  ] as const;
  for (const [status, mediaType, body, detail] of cases) {
    test(`with ${status} for ${JSON.stringify(body.slice(0, 20))} as ${mediaType}`, async () => {
      const response = await post().set('Content-Type', mediaType).send(body);
      assert.deepEqual([response.status, response.body.detail], [status, detail]);
    });
  }

  test('without a body, with an unknown parameter or format, or with another method', async () => {
    assert.equal((await post()).status, 415);
    assert.equal((await post('?protocol=tcp').send([80])).status, 400);
    assert.equal((await post('?format=html').send([80])).status, 406);
    assert.equal((await post().set('Accept', 'text/html').send([80])).status, 406);
    const { status, headers } = await request(product.app).get('/ports/lookup');
    assert.equal(status, 405);
    assert.match(headers.allow ?? '', /\bPOST\b/);
  });

  test('but not with the content codings gzip and deflate', async () => {
    const asked = (coding: string, packed: Buffer) =>
      post()
        .set({ 'Content-Type': 'application/json', 'Content-Encoding': coding })
        .serialize((value) => value)
        .send(packed);
    for (const [coding, pack] of [
      ['gzip', gzipSync],
      ['deflate', deflateSync],
    ] as const) {
      const { status, body } = await asked(coding, pack('["443/tcp"]'));
      assert.deepEqual([status, brief(body.results)], [200, [['443/tcp', 443]]], coding);
    }
    const { status, body } = await asked('br', brotliCompressSync('["443/tcp"]'));
    assert.equal(status, 415);
    assert.equal(body.detail, 'Cannot read the body: expected the content coding gzip or deflate');
  });
});
