import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { OwnRegistry } from '../../src/registry/own-registry.ts';
import { request } from '../support/contract.ts';
import { createTestApp, useProduct } from '../support/registry.ts';

const product = useProduct();

function post(query: string, type: string, body: string | Buffer, scope: 'read' | 'write' = 'write') {
  return request(product.app)
    .post(`/associations/import${query}`)
    .set({ Authorization: product.bearer(scope), 'Content-Type': type })
    .send(body as string);
}

async function ownEntries() {
  const { body } = await request(product.app).get('/associations?origin=own&limit=1000');
  return body.results as { id: string; name: string; firstPort: number; owner: string | null; tags: string[] }[];
}

async function briefly() {
  const rows = (await ownEntries()).map(({ name, firstPort, owner, tags }) => [name, firstPort, owner, tags.join()]);
  return rows.sort((a, b) => (`${a[0]}` < `${b[0]}` ? -1 : 1));
}

beforeEach(async () => {
  for (const { id } of await ownEntries())
    await request(product.app)
      .delete(`/associations/${id}`)
      .set({ Authorization: product.bearer('write'), 'If-Match': '*' })
      .expect(204);
});

const SHEET = 'Service;Port;Protocol;Team;Env\nbilling;8443;TCP;payments;prod\nrtp;20000-20009;both;;\n';
const none = { added: 0, changed: 0, moved: 0, removed: 0, unchanged: 0 };
const billing = {
  name: 'billing',
  firstPort: 8443,
  lastPort: 8443,
  protocols: ['tcp'],
  owner: 'payments',
  environment: 'prod',
};
const rtp = {
  name: 'rtp',
  firstPort: 20000,
  lastPort: 20009,
  protocols: ['tcp', 'udp'],
  owner: null,
  environment: null,
};

describe('POST /associations/import', () => {
  test('reports in a dry run what it would do, and writes nothing', async () => {
    const { status, body, headers } = await post('?dryRun=true', 'text/csv', SHEET);
    assert.equal(status, 200, JSON.stringify(body));
    const steps = [
      { action: 'added', line: 2, entry: { id: null, ...billing }, changes: [] },
      { action: 'added', line: 3, entry: { id: null, ...rtp }, changes: [] },
    ];
    assert.deepEqual(
      { ...body, steps: body.steps.map(({ warnings: _, ...step }: { warnings: unknown }) => step) },
      { dryRun: true, counts: { ...none, added: 2 }, steps, skipped: { count: 0, lines: [] } },
    );
    assert.equal(headers['cache-control'], 'no-store');
    assert.deepEqual(await ownEntries(), []);
  });

  test('adds, moves, changes and leaves entries, in one request of the audit log', async () => {
    await post('', 'text/csv', SHEET).expect(200);
    const [before] = await ownEntries();
    const table = `id,name,port,protocol,owner,env\n${before?.id},billing,9443,tcp,payments,test\n,rtp,20000-20009,both,,\n,new,9000,,,\n`;
    const { body } = await post('', 'text/csv', table).set('X-Request-ID', 'import-7').expect(200);
    const [step] = body.steps;
    assert.deepEqual(
      { counts: body.counts, action: step.action, entry: step.entry, changes: step.changes },
      {
        counts: { ...none, added: 1, moved: 1, unchanged: 1 },
        action: 'moved',
        entry: { id: before?.id, ...billing, firstPort: 9443, lastPort: 9443, environment: 'test' },
        changes: [
          { field: 'firstPort', before: 8443, after: 9443 },
          { field: 'lastPort', before: 8443, after: 9443 },
          { field: 'environment', before: 'prod', after: 'test' },
        ],
      },
    );
    const audit = await request(product.app)
      .get('/audit?requestId=import-7')
      .set('Authorization', product.bearer('admin'));
    assert.deepEqual(
      audit.body.results.map(({ action, token }: Record<string, unknown>) => [action, token]),
      [
        ['create', 'write'],
        ['update', 'write'],
      ],
    );
  });

  test('reports the conflicts that each row creates', async () => {
    await post('', 'text/csv', 'name,port,owner\nledger,9443,ops\n').expect(200);
    const [ledger] = await ownEntries();
    const file = 'name,port\nbilling,9443\nhttps,443\nmedia,20007\nmedia-2,20007\n';
    const { body } = await post('?dryRun=true', 'text/csv', file).expect(200);
    const found = body.steps.map(({ line, warnings }: { line: number; warnings: Record<string, string>[] }) => [
      line,
      warnings.filter(({ severity }) => severity === 'avoid').map(({ code, detail, source }) => [code, detail, source]),
    ]);
    assert.deepEqual(found, [
      [2, [['overlap', 'It overlaps the own entry ledger, which uses port 9443 on tcp, owned by ops.', ledger?.id]]],
      [3, []],
      [4, [['overlap', 'It overlaps the own entry media-2, which uses port 20007 on tcp.', 'own entry media-2']]],
      [5, [['overlap', 'It overlaps the own entry media, which uses port 20007 on tcp.', 'own entry media']]],
    ]);
  });

  test('reads JSON and services(5)', async () => {
    const json = JSON.stringify([{ name: 'a', firstPort: 1, id: 'own-000000000000', revision: 4 }]);
    await post('', 'application/json', json).expect(200);
    const { body } = await post('', 'text/plain', 'b 2/TCP\nrtmp 1/ddp\n').expect(200);
    const alias = await post('?dryRun=true', 'text/x-services', 'c 3/tcp\n').expect(200);
    assert.deepEqual(
      alias.body.steps.map(({ action }: { action: string }) => action),
      ['added'],
    );
    assert.deepEqual(body.skipped, { count: 1, lines: [2] });
    assert.deepEqual(await briefly(), [
      ['a', 1, null, ''],
      ['b', 2, null, ''],
    ]);
  });

  test('takes the encoding from the charset, mappings and unknown columns from the query', async () => {
    const table = Buffer.from('Dienst,Port,Squad,Ticket\nM\xfcnchen,1,ops,7\n', 'latin1');
    const query = '?map=Dienst%3Dname,Squad%3Downer&ignoreUnknown=true';
    await post(query, 'text/csv; charset=Windows-1252', table).expect(200);
    assert.deepEqual(await briefly(), [['München', 1, 'ops', '']]);
    const utf16 = Buffer.from('\ufeffname\tport\nx\t2\n', 'utf16le');
    await post('', 'text/csv', utf16).expect(200);
    await post('', 'text/csv; charset=utf-16be', Buffer.from('name,port\ny,3', 'utf16le').swap16()).expect(200);
    assert.deepEqual(
      (await briefly()).map(([name]) => name),
      ['München', 'x', 'y'],
    );
  });

  test('refuses the whole file, with the place of every fault', async () => {
    const { body } = await post('', 'text/csv', 'name,port\nok,1\nbad,80a\nworse,70000\n').expect(400);
    const expected = 'expected a port from 0 to 65535, or a range such as 8000-8009';
    assert.deepEqual(
      { detail: body.detail, errors: body.errors },
      {
        detail: `Cannot import the body: line 3, column "port": cannot read "80a": ${expected}; and 1 more fault`,
        errors: [
          { parameter: 'line 3, column "port"', detail: `Cannot read "80a": ${expected}` },
          { parameter: 'line 4, column "port"', detail: `Cannot read "70000": ${expected}` },
        ],
      },
    );
    assert.deepEqual(await ownEntries(), []);
  });

  test('refuses more than 10,000 entries', async () => {
    const lines = Array.from({ length: 10_001 }, (_, index) => `x,${index}`);
    const { body } = await post('', 'text/csv', `name,port\n${lines.join('\n')}`).expect(413);
    assert.equal(body.detail, 'Cannot import the body: expected at most 10000 entries');
  });

  const types = 'text/csv, application/json, text/plain, text/x-services';
  for (const [title, status, detail, query, type, scope] of [
    [
      'a form',
      415,
      `Cannot read the body: expected Content-Type ${types}`,
      '',
      'multipart/form-data; boundary=x',
      'write',
    ],
    [
      'an unknown charset',
      415,
      'Cannot read the body with the charset "koi8-r": expected one of utf-8, utf8, us-ascii, utf-16, utf-16le, utf-16be, windows-1252',
      '',
      'text/csv; charset=koi8-r',
      'write',
    ],
    ['a token that only reads', 403, 'The token "read" has the scope read: expected write', '', 'text/csv', 'read'],
    [
      'a scope without sync',
      400,
      'Cannot import by owner: expected sync=true with it',
      '?owner=x',
      'text/csv',
      'write',
    ],
    [
      'sync without a scope',
      400,
      'Cannot synchronize: expected one of owner, tag and pool, got none',
      '?sync=true',
      'text/csv',
      'write',
    ],
    [
      'sync with two scopes',
      400,
      'Cannot synchronize: expected one of owner, tag and pool, got owner "a" and pool "b"',
      '?sync=true&owner=a&pool=b',
      'text/csv',
      'write',
    ],
    ['an unknown pool', 400, 'Cannot find pool "b": no such pool', '?sync=true&pool=b', 'text/csv', 'write'],
    [
      'a mapping to an unknown field',
      400,
      'Cannot map a column with "a=onwer": did you mean owner?',
      '?map=a%3Donwer',
      'text/csv',
      'write',
    ],
    [
      'a mapping of JSON',
      400,
      'Cannot map columns of the body: expected CSV, got json',
      '?map=a%3Downer',
      'application/json',
      'write',
    ],
  ] as const) {
    test(`refuses ${title}`, async () => {
      const response = await post(query, type, SHEET, scope);
      assert.deepEqual([response.status, response.body.detail], [status, detail]);
      assert.deepEqual(await ownEntries(), []);
    });
  }

  test('answers after a write that takes longer than the idle timeout of the connection', async (t) => {
    const report = { dryRun: false, counts: { ...none }, steps: [] };
    const own = { importRows: () => delay(4_000, report) } as unknown as OwnRegistry;
    const server = createServer(await createTestApp(product.registry, {}, undefined, own));
    t.after(() => server.close());
    server.timeout = 2_500;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/associations/import`, {
      method: 'POST',
      headers: { Authorization: product.bearer('write'), 'Content-Type': 'text/csv', Connection: 'close' },
      body: SHEET,
    });
    assert.deepEqual([response.status, await response.json()], [200, { ...report, skipped: { count: 0, lines: [] } }]);
  });

  test('needs a token, and is no resource to read', async () => {
    await request(product.app).post('/associations/import').set('Content-Type', 'text/csv').send(SHEET).expect(401);
    const { headers } = await request(product.app).get('/associations/import').expect(405);
    assert.equal(headers.allow, 'POST, OPTIONS');
  });
});

describe('POST /associations/import?sync=true', () => {
  const table =
    'name,port,owner,tags\nbilling,8443,payments,pci\nmedia,8500,payments,pci\ngone,8600,payments,\nother,8443,ops,pci\n';

  test('makes the entries of an owner equal to the file: adds, changes, moves and removes', async () => {
    await post('', 'text/csv', table).expect(200);
    const file = 'name,port,note\nbilling,9443,\nmedia,8500,Calls\nnew,8700,\n';
    const dry = await post('?sync=true&owner=payments&dryRun=true', 'text/csv', file).expect(200);
    const { body } = await post('?sync=true&owner=payments', 'text/csv', file).expect(200);
    assert.deepEqual(body.counts, { ...none, added: 1, changed: 1, moved: 1, removed: 1 });
    assert.deepEqual(dry.body.counts, body.counts);
    assert.deepEqual(
      body.steps.map(({ action, line, entry }: { action: string; line: number; entry: { name: string } }) => [
        action,
        line,
        entry.name,
      ]),
      [
        ['moved', 2, 'billing'],
        ['changed', 3, 'media'],
        ['added', 4, 'new'],
        ['removed', null, 'gone'],
      ],
    );
    assert.deepEqual(await briefly(), [
      ['billing', 9443, 'payments', 'pci'],
      ['media', 8500, 'payments', 'pci'],
      ['new', 8700, 'payments', ''],
      ['other', 8443, 'ops', 'pci'],
    ]);
    const again = await post('?sync=true&owner=payments', 'text/csv', file).expect(200);
    assert.deepEqual(again.body.counts, { ...none, unchanged: 3 });
  });

  test('works by tag, and gives new entries the tag', async () => {
    await post('', 'text/csv', table).expect(200);
    await post('?sync=true&tag=pci', 'text/csv', 'name,port\nbilling,8443\nadded,1\n').expect(200);
    assert.deepEqual(await briefly(), [
      ['added', 1, null, 'pci'],
      ['billing', 8443, 'payments', 'pci'],
      ['gone', 8600, 'payments', ''],
    ]);
  });

  test('works by pool', async () => {
    await post('', 'text/csv', table).expect(200);
    await request(product.app)
      .post('/pools')
      .set('Authorization', product.bearer('admin'))
      .send({ name: 'p', ranges: ['8500-8699'], protocols: ['tcp'] })
      .expect(201);
    await post('?sync=true&pool=p', 'text/csv', 'name,port\nmedia,8501\n').expect(200);
    assert.deepEqual(
      (await briefly()).map(([name, port]) => [name, port]),
      [
        ['billing', 8443],
        ['media', 8501],
        ['other', 8443],
      ],
    );
    const { body } = await post('?sync=true&pool=p', 'text/csv', 'name,port\nmedia,8501\nx,9000\n').expect(400);
    assert.deepEqual(body.errors, [{ parameter: 'line 3', detail: 'Expected ports and protocols of the pool "p"' }]);
  });

  test('refuses rows outside of the scope, each with its line', async () => {
    await post('', 'text/csv', table).expect(200);
    const other = (await ownEntries()).find(({ name }) => name === 'other');
    const file = `id,name,port,owner\n,a,1,ops\n${other?.id},b,2,payments\n`;
    const { body } = await post('?sync=true&owner=payments', 'text/csv', file).expect(400);
    assert.deepEqual(
      { detail: body.detail, errors: body.errors },
      {
        detail: 'Cannot synchronize line 2: expected the owner "payments" or none; and 1 more fault',
        errors: [
          { parameter: 'line 2', detail: 'Expected the owner "payments" or none' },
          {
            parameter: 'line 3',
            detail: `Expected the id of an entry of the owner "payments", or none: got ${other?.id}`,
          },
        ],
      },
    );
    assert.equal((await ownEntries()).length, 4);
  });

  test('refuses a file without entries that would delete all entries of the scope', async () => {
    await post('', 'text/csv', table).expect(200);
    const count = (await ownEntries()).filter(({ owner }) => owner === 'payments').length;
    for (const [type, file] of [
      ['text/csv', 'name,port\n'],
      ['application/json', '[]'],
      ['text/plain', '# nothing\n'],
    ] as const) {
      const { body } = await post('?sync=true&owner=payments', type, file).expect(400);
      assert.equal(
        body.detail,
        `Cannot synchronize: expected at least one entry; a file without any would delete all ${count} entries of the owner "payments"`,
      );
    }
    assert.equal((await ownEntries()).length, 4);
    const { body } = await post('?sync=true&owner=nobody', 'text/csv', 'name,port\n').expect(200);
    assert.deepEqual(body.counts, none);
  });

  test('finds the entry on the same ports first, also if the file has no protocols', async () => {
    const two = 'name,port,proto,owner\nrtp,8101,udp,sound\nrtp,8102,udp,sound\n';
    await post('', 'text/csv', two).expect(200);
    const { body } = await post('?sync=true&owner=sound', 'text/csv', 'name,port\nrtp,8102\n').expect(200);
    assert.deepEqual(
      body.steps.map(({ action, entry }: { action: string; entry: { firstPort: number; protocols: string[] } }) => [
        action,
        entry.firstPort,
        entry.protocols,
      ]),
      [
        ['unchanged', 8102, ['udp']],
        ['removed', 8101, ['udp']],
      ],
    );
  });

  test('finds the entry of the same environment first', async () => {
    const two = 'name,port,owner,env\napi,8001,ops,prod\napi,8002,ops,test\n';
    await post('', 'text/csv', two).expect(200);
    const { body } = await post(
      '?sync=true&owner=ops',
      'text/csv',
      'name,port,env\napi,8012,test\napi,8011,prod\n',
    ).expect(200);
    assert.deepEqual(
      body.steps.map(({ changes }: { changes: { before: number; after: number }[] }) => changes[0]),
      [
        { field: 'firstPort', before: 8002, after: 8012 },
        { field: 'firstPort', before: 8001, after: 8011 },
      ],
    );
  });
});
