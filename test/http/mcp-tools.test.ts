import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { request } from '../support/contract.ts';
import { callTool, sendMcp } from '../support/mcp.ts';
import { parseMetrics } from '../support/metrics.ts';
import { createTestApp, useProduct } from '../support/registry.ts';
import { bearer } from '../support/tokens.ts';

const product = useProduct();
const EDGES = [0, 1023, 1024, 49_151, 49_152, 65_535];

const call = (name: string, given: object, authorization = '') => callTool(product.app, name, given, authorization);

/** Returns what REST gives for a path: its wide text, and its JSON. */
async function rest(path: string, authorization = '') {
  const [text, json] = await Promise.all(
    ['text', 'json'].map((format) =>
      request(product.app)
        .get(`${path}${path.includes('?') ? '&' : '?'}format=${format}&wide=true`)
        .set(authorization === '' ? {} : { Authorization: authorization }),
    ),
  );
  return { text: text?.text, json: JSON.parse(json?.text ?? '') };
}

/** Returns the text of a failed call. */
async function failure(name: string, given: object, authorization = ''): Promise<string> {
  const { text, json, isError } = await call(name, given, authorization);
  assert.deepEqual([isError, json], [true, undefined], text);
  return text;
}

describe('tools that read give the whole text and JSON of REST', () => {
  test('lookup_ports', async () => {
    const { text, json, isError } = await call('lookup_ports', { ports: [...EDGES, '443/tcp', '6000-6002'] });
    const expected = await rest(`/ports?ports=${EDGES.join(',')},443/tcp,6000-6002`);
    assert.deepEqual(
      { text, json: json.results, isError },
      { ...expected, json: expected.json.results, isError: false },
    );
    assert.deepEqual([json.count, json.next], [10, null]);
    // One text instead of a list, as some models send it.
    assert.equal(
      (await call('lookup_ports', { ports: '22,443/tcp' })).text,
      (await rest('/ports?ports=22,443/tcp')).text,
    );
  });

  test('a port about which nothing is known is an answer', async () => {
    const { text, isError, json } = await call('lookup_ports', { ports: [8103] });
    assert.equal(isError, false);
    assert.match(text, /^8103 {2}user {2}no official assignment\n/);
    assert.deepEqual([json.results[0].states.tcp, json.results[0].associations], ['unassigned', []]);
  });

  test('find_service', async () => {
    const { text, json } = await call('find_service', { q: 'postgres', limit: 2 });
    const expected = await rest('/search?q=postgres&limit=2');
    assert.equal(text, `${expected.text}2 of ${expected.json.count} results; a larger limit gives more\n`);
    assert.deepEqual(json.results, expected.json.results);
    const few = await call('find_service', { q: 'secure shell', protocol: 'TCP' });
    assert.deepEqual(few.json.results, (await rest('/search?q=secure+shell&protocol=tcp&limit=10')).json.results);
    assert.match((await call('find_service', { q: 'xqzzyw' })).text, /^nothing found/);
  });

  test('check_port', async () => {
    for (const port of EDGES) {
      const { text, json } = await call('check_port', { port, protocol: 'tcp', environment: 'production' });
      const expected = await rest(`/ports/${port}/suitability?protocol=tcp&environment=production`);
      assert.deepEqual({ text, json }, expected);
    }
  });

  test('suggest_ports', async () => {
    const given = { count: 3, protocol: 'tcp', within: '20000-20999', avoid: ['linux', 'own'], consecutive: true };
    const { text, json } = await call('suggest_ports', given);
    const path = '/suggestions?count=3&protocol=tcp&within=20000-20999&avoid=linux,own&consecutive=true';
    assert.deepEqual({ text, json }, await rest(path));
    assert.deepEqual((await call('suggest_ports', {})).json, (await rest('/suggestions')).json);
    // Models send null for arguments without a value.
    assert.deepEqual((await call('suggest_ports', { near: null })).json, (await rest('/suggestions')).json);
  });
});

test('tools that read count what hosts have reported, for callers who may see it', async () => {
  await request(product.app)
    .put('/observations/mcp-1')
    .set({ Authorization: product.bearer('observe'), 'Content-Type': 'text/plain' })
    .send('tcp LISTEN 0 128 0.0.0.0:65535 0.0.0.0:* users:(("edge",pid=7,fd=3))\n')
    .expect(200);
  const cases: readonly [string, object, string, RegExp][] = [
    ['lookup_ports', { ports: ['65535/tcp'] }, '/ports?ports=65535/tcp', /^observed: 1 host/m],
    [
      'check_port',
      { port: 65_535, protocol: 'tcp' },
      '/ports/65535/suitability?protocol=tcp',
      /^avoid observed_use: 1 host/m,
    ],
    ['suggest_ports', { within: '65535' }, '/suggestions?within=65535', /observed uses \(1\)/],
  ];
  for (const [name, given, path, observed] of cases) {
    for (const authorization of ['', product.bearer('observe'), product.bearer('read')]) {
      const { text } = await call(name, given, authorization);
      assert.equal(text, (await rest(path, authorization)).text);
      assert.equal(observed.test(text), authorization === product.bearer('read'), text);
    }
  }
  const uri = 'portolan://ports/65535';
  const answer = await sendMcp(product.app, 'resources/read', { uri }, { Authorization: product.bearer('read') });
  assert.match(JSON.parse(answer.text).result.contents[0].text, /^observed: 1 host/m);
});

describe('tools that write', () => {
  test('reserve a port once for each key, list it and release it', async () => {
    const write = product.bearer('write');
    const given = { name: 'mcp ledger', key: 'mcp-ledger/production', within: '26200-26209', owner: 'mcp payments' };
    const { text, json, headers } = await call('reserve_port', given, write);
    const { id, firstPort, name, owner, revision, warnings } = json;
    assert.deepEqual([name, owner, revision, warnings], ['mcp ledger', 'mcp payments', 1, []]);
    assert.equal(text, `reserved ${firstPort}/tcp "mcp ledger" ${id}\n`);
    assert.ok(Number(headers['portolan-position']) > 0);
    assert.equal((await call('reserve_port', given, write)).text, text);

    const line = `${firstPort}  tcp  mcp ledger  ${id}  mcp payments  -\n`;
    const list = await call('list_own_ports', { owner: 'mcp payments' });
    assert.equal(list.text, line);
    const { warnings: _, ...entry } = json;
    assert.deepEqual(list.json.results, [entry]);
    assert.deepEqual((await call('list_own_ports', { owner: 'nobody' })).text, 'no own entries\n');

    const stale = await failure('release_port', { id, revision: 2 }, write);
    assert.match(stale, /revision/);
    assert.equal(
      (await call('release_port', { id, revision: 1 }, write)).text,
      `released ${firstPort}/tcp "mcp ledger" ${id}\n`,
    );
    assert.equal(await failure('release_port', { id }, write), `Cannot find association "${id}": no such id`);

    const audit = await request(product.app)
      .get('/audit?token=write&limit=2&format=json')
      .set('Authorization', product.bearer('admin'));
    const rows = JSON.parse(audit.text).results;
    assert.deepEqual(
      rows.map(({ action, token }: Record<string, string>) => [action, token]),
      [
        ['delete', 'write'],
        ['create', 'write'],
      ],
    );
    assert.equal(rows[1].requestId, headers['x-request-id']);
    assert.equal(rows[1].after.name, 'mcp ledger');
  });

  test('a list says where its next page begins', async () => {
    for (const key of ['a', 'b', 'c']) {
      await call(
        'reserve_port',
        { name: `page ${key}`, key, within: '26300-26309', owner: 'mcp pages' },
        product.bearer('write'),
      );
    }
    const { text } = await call('list_own_ports', { owner: 'mcp pages', limit: 1, offset: 1 });
    assert.match(text, /^\d+ {2}tcp {2}page b .*\n1 of 3 results; the next one has offset 2\n$/);
  });

  test('have the rights of the token', async () => {
    const given = { name: 'x', key: 'x' };
    const needed = 'A token is needed: expected the header field Authorization: Bearer TOKEN';
    assert.equal(await failure('reserve_port', given), needed);
    assert.equal(await failure('release_port', { id: 'own-000000000000' }), needed);
    assert.equal(
      await failure('reserve_port', given, product.bearer('read')),
      'The token "read" has the scope read: expected write',
    );
    const bound = bearer(product.source, 'write', { name: 'mcp-bound', owners: ['billing'], pools: [] });
    assert.match(await failure('reserve_port', { ...given, owner: 'payments' }, bound), /billing/);
  });

  test('are counted', async () => {
    const app = await createTestApp(product.registry, {}, undefined, product.own);
    await callTool(app, 'reserve_port', { name: 'x', key: 'x' });
    const given = { name: 'counted', key: 'counted', within: '26400-26409' };
    const { json } = await callTool(app, 'reserve_port', given, product.bearer('write'));
    await callTool(app, 'release_port', { id: json.id }, product.bearer('write'));
    await callTool(app, 'lookup_ports', { ports: [22, 8103] });
    const { text } = await request(app).get('/metrics');
    const values = parseMetrics(text);
    assert.equal(values.get('portolan_writes_total{face="mcp",result="done"}'), 2);
    assert.equal(values.get('portolan_writes_total{face="mcp",result="unauthorized"}'), 1);
    assert.equal(values.get('portolan_lookups_total{origin="iana"}'), 1);
    assert.equal(values.get('portolan_lookups_total{origin="none"}'), 1);
    assert.equal(values.get('portolan_http_requests_total{route="/mcp",method="POST",status="200"}'), 4);
  });
});

test('errors name the argument, the input and what is expected', async () => {
  const own = { name: 'x', key: 'x' };
  for (const [name, given, text] of [
    ['lookup_ports', {}, 'Argument ports is missing: expected ports such as 22, "443/tcp" or "6000-6010"'],
    ['lookup_ports', { ports: [] }, 'Argument ports is missing: expected ports such as 22, "443/tcp" or "6000-6010"'],
    ['lookup_ports', { ports: [70_000] }, 'Cannot parse port number "70000": expected an integer from 0 to 65535'],
    ['lookup_ports', { ports: ['0-100'] }, 'Cannot answer for more than 100 ports at once: item 0-100 makes it 101'],
    ['lookup_ports', { port: 22 }, 'Unknown argument "port": did you mean ports?'],
    [
      'lookup_ports',
      { ports: [{ port: 22 }] },
      'Cannot read argument ports "[{\\"port\\":22}]": expected a text, a number, true, false or a list of at most 1000 of them',
    ],
    [
      'find_service',
      { q: Array(1001).fill(1) },
      `Cannot read argument q "[${'1,'.repeat(39)}1…": expected a text, a number, true, false or a list of at most 1000 of them`,
    ],
    ['find_service', {}, 'Argument q is missing: expected a name or words to search for'],
    ['find_service', { q: 'ssh', limit: 101 }, 'Cannot parse limit "101": expected an integer from 1 to 100'],
    ['check_port', {}, 'Argument port is missing: expected a port number'],
    [
      'check_port',
      { port: '\ud800' },
      'Cannot parse port number "\ufffd": expected an integer from 0 to 65535 in decimal digits, without sign, blank or leading zero',
    ],
    [
      'check_port',
      { port: -1 },
      'Cannot parse port number "-1": expected an integer from 0 to 65535 in decimal digits, without sign, blank or leading zero',
    ],
    [
      'check_port',
      { port: '../token' },
      'Cannot parse port number "../token": expected an integer from 0 to 65535 in decimal digits, without sign, blank or leading zero',
    ],
    ['suggest_ports', { count: 1.5 }, 'Cannot parse count "1.5": expected an integer from 1 to 100'],
    [
      'list_own_ports',
      { origin: 'iana' },
      'Unknown argument "origin": expected one of owner, environment, tag, pool, port, q, limit, offset',
    ],
    ['reserve_port', { name: 'x' }, 'Argument key is missing: expected a text such as billing-api/production'],
    ['release_port', {}, 'Argument id is missing: expected the id of an own entry'],
    [
      'release_port',
      { id: 'x', revision: 0 },
      'Cannot parse revision "0": expected an integer from 1 to 9007199254740991',
    ],
  ] as const)
    assert.equal(await failure(name, given), text);
  const faults = await failure('reserve_port', { ...own, near: 70_000, count: 0 }, product.bearer('write'));
  assert.match(faults, /\nnear: .*0 to 65535.*\ncount: .*1 to 100/);
});
