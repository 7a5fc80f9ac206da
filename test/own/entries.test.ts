import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

/** An entry that was created with a name and a port only. */
const DEFAULTS = {
  usedBy: null,
  protocols: ['tcp'],
  category: 'other',
  confidence: 'documented',
  prominence: 3,
  origin: 'own',
  note: null,
  sources: [],
  owner: null,
  contact: null,
  environment: null,
  link: null,
  tags: [],
  otherNames: [],
  justification: null,
  approvedBy: null,
  approvedAt: null,
  reviewBy: null,
  expiresAt: null,
  status: 'active',
  hosts: [],
  revision: 1,
};

/** An entry with every field that a client can write. */
const WHOLE = {
  name: 'billing media',
  usedBy: 'Billing 3',
  firstPort: 20000,
  lastPort: 20099,
  protocols: ['tcp', 'udp'],
  category: 'voip',
  confidence: 'observed',
  note: 'One port a call.\nSee the runbook.',
  sources: [
    { title: 'Runbook', url: 'https://wiki.example.org/run' },
    { title: 'Ticket 7', url: null },
  ],
  owner: 'Zahlungen',
  contact: '#payments',
  environment: 'production',
  link: 'http://wiki.example.org:8080/billing?x=1#y',
  tags: ['internal', 'media'],
  otherNames: ['rtp', 'call media'],
  justification: 'Calls of customers.\nTicket 7.',
  reviewBy: '2027-01-31',
  expiresAt: '2028-02-29',
  status: 'planned',
  hosts: ['media-1.example.org', '192.0.2.0/28', '2001:db8::7'],
};

function create(body: unknown) {
  return request(product.app)
    .post('/associations')
    .set('Authorization', product.bearer('write'))
    .send(body as object);
}

async function createOne(body: object): Promise<{ id: string; etag: string }> {
  const response = await create(body);
  assert.equal(response.status, 201, response.text);
  return { id: response.body.id, etag: response.get('ETag') ?? '' };
}

function change(id: string, etag: string, patch: unknown) {
  const headers = { Authorization: product.bearer('write'), 'If-Match': etag };
  return request(product.app)
    .patch(`/associations/${id}`)
    .set(headers)
    .send(patch as object);
}

describe('POST /associations', () => {
  test('fills in defaults, and has the Location of the entry', async () => {
    const response = await create({ name: 'billing-api', firstPort: 8443 });
    assert.equal(response.status, 201);
    const { id, ...rest } = response.body;
    assert.match(id, /^own-[0-9a-f]{12}$/);
    const { warnings, ...entry } = rest;
    assert.deepEqual(entry, { name: 'billing-api', firstPort: 8443, lastPort: 8443, ...DEFAULTS });
    assert.deepEqual(warnings, [
      {
        code: 'assigned',
        severity: 'caution',
        detail: 'IANA has assigned 8443/tcp to pcsync-https.',
        source: 'IANA registry of 2026-08-05',
      },
    ]);
    assert.equal(response.get('Location'), `/associations/${id}`);
    const read = await request(product.app).get(`/associations/${id}`);
    assert.deepEqual(read.body, { id, ...entry });
    assert.equal(read.get('ETag'), response.get('ETag'));
  });

  test('keeps all given fields, in the order of the contract', async () => {
    const approval = { approvedBy: null, approvedAt: null };
    const { warnings, ...body } = (await create(WHOLE)).body;
    assert.deepEqual(
      warnings.map(({ detail }: { detail: string }) => detail),
      [
        'IANA has assigned ports of 20000-20057/tcp to dnp, microsan, commtact-http and 9 more.',
        'IANA has assigned ports of 20000-20049/udp to dnp, microsan, commtact-http and 8 more.',
        'IANA has reserved 20012/tcp.',
        'IANA has reserved ports of 20013-20057/udp.',
      ],
    );
    assert.deepEqual(body, { id: body.id, ...WHOLE, ...approval, prominence: 3, origin: 'own', revision: 1 });
    const fields = 'id,name,usedBy,firstPort,lastPort,protocols,category,confidence,prominence,origin,note,sources';
    const details =
      'owner,contact,environment,link,tags,otherNames,justification,approvedBy,approvedAt,reviewBy,expiresAt,status,hosts,revision';
    assert.equal(Object.keys(body).join(','), `${fields},${details}`);
  });

  test('accepts words in any case and order, and null for a default', async () => {
    const { body } = await create({
      ...{
        name: 'x',
        firstPort: 1,
        lastPort: null,
        protocols: ['UDP', 'tcp'],
        category: 'VPN',
        tags: null,
        note: null,
      },
    });
    assert.deepEqual([body.protocols, body.category, body.tags, body.lastPort], [['tcp', 'udp'], 'vpn', [], 1]);
  });

  test('creates a list in its order', async () => {
    const { status, body, headers } = await create([
      { name: 'a', firstPort: 3 },
      { name: 'b', firstPort: 2 },
    ]);
    assert.deepEqual([status, body.count, body.next, body.previous], [201, 2, null, null]);
    assert.deepEqual([headers.location, headers.etag], [undefined, undefined]);
    assert.deepEqual(
      body.results.map(({ name }: { name: string }) => name),
      ['a', 'b'],
    );
  });

  test('creates nothing if an entry of a list is invalid, and names all faults at once', async () => {
    const { status, body } = await create([
      { name: 'never', firstPort: 4 },
      { firstPort: '5', lastPort: 70000, owne: 'x' },
      { name: 'a\u0007', firstPort: 9, lastPort: 8, id: 'own-000000000000' },
      7,
    ]);
    const text = 'a text of 1 to 100 characters without control or invisible characters';
    const port = 'expected an integer from 0 to 65535';
    const expected = [
      ['[1].firstPort', `Cannot read [1].firstPort "5": ${port}`],
      ['[1].lastPort', `Cannot read [1].lastPort "70000": ${port}`],
      ['[1].owne', 'Unknown field "[1].owne": did you mean owner?'],
      ['[1].name', 'Missing field "[1].name"'],
      ['[2].name', `Cannot read [2].name "a\\u0007": expected ${text}`],
      ['[2].id', 'Cannot write field "[2].id": the server makes it'],
      ['[2].lastPort', 'Cannot read [2].lastPort "8": expected no lower port than firstPort, as in 8-9'],
      ['[3]', 'Cannot read entry [3]: expected an object such as {"name": "billing-api", "firstPort": 8443}'],
    ];
    const faults = body.errors.map((fault: Record<string, string>) => [fault.parameter, fault.detail]);
    assert.deepEqual([status, faults], [400, expected]);
    assert.equal(body.detail, `${expected[0]?.[1]}; and 7 more faults`);
    assert.equal((await request(product.app).get('/associations?service=never')).body.count, 0);
  });

  const refused: readonly (readonly [field: string, value: unknown, expected: string])[] = [
    ['name', '', 'a text of 1 to 100 characters without control or invisible characters'],
    ['name', '   ', 'a text of 1 to 100 characters without control or invisible characters'],
    ['name', 'x'.repeat(101), 'a text of 1 to 100 characters without control or invisible characters'],
    ['name', 5, 'a text of 1 to 100 characters without control or invisible characters'],
    ['name', '\ud800', 'a text of 1 to 100 characters without control or invisible characters'],
    ['firstPort', 80.5, 'an integer from 0 to 65535'],
    ['firstPort', -1, 'an integer from 0 to 65535'],
    ['protocols', [], 'a list of tcp, udp, sctp, dccp, each at most once'],
    ['protocols', ['tcp', 'TCP'], 'a list of tcp, udp, sctp, dccp, each at most once'],
    ['protocols', 'tcp', 'a list of tcp, udp, sctp, dccp, each at most once'],
    ['confidence', 'sure', 'one of documented, observed, disputed'],
    ['note', 'a\u0000', 'a text of 1 to 2000 characters without control characters'],
    ['link', 'javascript:alert(1)', 'an address that begins with http:// or https://'],
    ['link', 'https://user:secret@example.org/', 'an address that begins with http:// or https://'],
    ['link', 'https://', 'an address that begins with http:// or https://'],
    ['tags', ['a', 'a'], 'a list of at most 20 different tags'],
    ['reviewBy', '2027-02-30', 'a day such as 2026-04-09'],
    ['expiresAt', '2027-01-31T00:00:00Z', 'a day such as 2026-04-09'],
    ['status', 'old', 'one of planned, active, retired'],
    ['tags', [...'abcdefghijklmnopqrstu'], 'a list of at most 20 different tags'],
    [
      'sources',
      [{ title: 'x', url: 'ftp://x' }],
      'a list of at most 20 sources, each a source such as {"title": "Runbook", "url": "https://…"}',
    ],
  ];
  for (const [field, value, expected] of refused) {
    test(`refuses ${field} ${JSON.stringify(value).slice(0, 40)}`, async () => {
      const { status, body } = await create({ name: 'x', firstPort: 1, [field]: value });
      const [fault, ...more] = body.errors;
      assert.deepEqual([status, fault.parameter, more], [400, field, []]);
      assert.ok(fault.detail.endsWith(`: expected ${expected}`), fault.detail);
      assert.equal(body.detail, fault.detail);
    });
  }

  test('refuses an empty list, a list of 1,001 and invalid entries', async () => {
    const cases = [
      [[], 'Cannot create 0 entries at once: expected 1 to 1000'],
      [Array.from({ length: 1001 }, () => 0), 'Cannot create 1001 entries at once: expected 1 to 1000'],
    ] as const;
    for (const [body, detail] of cases) {
      const response = await create(body);
      assert.deepEqual([response.status, response.body.detail, response.body.errors], [400, detail, undefined]);
    }
    const scalar = await request(product.app)
      .post('/associations')
      .set({ Authorization: product.bearer('write'), 'Content-Type': 'application/json' })
      .send('7');
    assert.deepEqual(
      [scalar.status, scalar.body.detail],
      [400, 'Cannot read the body: expected an object such as {"name": "billing-api", "firstPort": 8443}'],
    );
  });

  test('refuses another media type, another response format and query parameters', async () => {
    const form = await request(product.app)
      .post('/associations')
      .set('Authorization', product.bearer('write'))
      .type('form')
      .send('name=x');
    assert.deepEqual(
      [form.status, form.body.detail],
      [415, 'Cannot read the body: expected Content-Type application/json'],
    );
    const text = await create({ name: 'x', firstPort: 1 }).set('Accept', 'text/plain');
    assert.deepEqual([text.status, text.body.status], [406, 406]);
    const query = await request(product.app)
      .post('/associations?dry=1')
      .set('Authorization', product.bearer('write'))
      .send({});
    assert.deepEqual([query.status, query.body.errors[0].parameter], [400, 'dry']);
  });
});

describe('PATCH /associations/{id}', () => {
  test('changes the given fields and increments the revision', async () => {
    const { id, etag } = await createOne(WHOLE);
    const response = await change(id, etag, { owner: 'media', note: null, tags: null, lastPort: null });
    const expected = {
      ...WHOLE,
      owner: 'media',
      note: null,
      tags: [],
      lastPort: 20000,
      id,
      prominence: 3,
      origin: 'own',
      approvedBy: null,
      approvedAt: null,
      revision: 2,
    };
    assert.deepEqual([response.status, response.body], [200, { ...expected, warnings: [] }]);
    const read = await request(product.app).get(`/associations/${id}`);
    assert.deepEqual([read.body, read.get('ETag')], [expected, response.get('ETag')]);
  });

  test('accepts a merge patch with its media type', async () => {
    const { id, etag } = await createOne({ name: 'merge', firstPort: 5 });
    const response = await change(id, etag, JSON.stringify({ owner: 'x' })).type('application/merge-patch+json');
    assert.deepEqual([response.status, response.body.owner], [200, 'x']);
  });

  test('moves a single port as a whole, and refuses an invalid range', async () => {
    const { id, etag } = await createOne({ name: 'move', firstPort: 5 });
    const moved = await change(id, etag, { firstPort: 9 });
    assert.deepEqual([moved.body.firstPort, moved.body.lastPort], [9, 9]);
    const { status, body } = await change(id, moved.get('ETag') ?? '', { lastPort: 8 });
    const detail = 'Cannot read lastPort "8": expected no lower port than firstPort, as in 8-9';
    assert.deepEqual([status, body.detail, body.errors], [400, detail, [{ parameter: 'lastPort', detail }]]);
  });

  test('without a change does not increment the revision and adds no audit row', async () => {
    const { id, etag } = await createOne({ name: 'same', firstPort: 5 });
    for (const patch of [{}, { name: 'same', owner: null }]) {
      const response = await change(id, etag, patch);
      assert.deepEqual([response.status, response.body.revision, response.get('ETag')], [200, 1, etag]);
    }
    const audit = await request(product.app).get(`/audit?id=${id}`).set('Authorization', product.bearer('admin'));
    assert.equal(audit.body.count, 1);
  });

  test('refuses null for required fields, and fields that the server sets', async () => {
    const { id, etag } = await createOne({ name: 'null', firstPort: 5 });
    const { status, body } = await change(id, etag, { name: null, firstPort: null, revision: 7 });
    assert.equal(status, 400);
    assert.deepEqual(
      body.errors.map(({ parameter }: { parameter: string }) => parameter),
      ['name', 'firstPort', 'revision'],
    );
  });

  test('makes the entry findable by its new words and port, and no longer by the old ones', async () => {
    const { id, etag } = await createOne({ name: 'quokka', firstPort: 30001, tags: ['marsupial'] });
    const ids = async (path: string) =>
      (await request(product.app).get(path)).body.results.map(
        (row: { rows?: { id: string }[]; id: string }) => (row.rows?.[0] ?? row).id,
      );
    assert.deepEqual(await ids('/search?q=marsupial'), [id]);
    await change(id, etag, { name: 'wombat', firstPort: 30002, tags: [] });
    assert.deepEqual(await ids('/search?q=wombat'), [id]);
    assert.deepEqual(await ids('/associations?port=30002&origin=own'), [id]);
    for (const path of ['/search?q=quokka', '/search?q=marsupial', '/associations?port=30001&origin=own']) {
      assert.deepEqual(await ids(path), [], path);
    }
  });

  test('is on every page of repeated searches and lists as soon as it is written', async () => {
    const paths = ['/search?q=numbat', '/associations?q=numbat'].flatMap((path) => [
      `${path}&limit=1`,
      `${path}&limit=1&offset=1`,
    ]);
    const read = () =>
      Promise.all(
        paths.map(async (path) => {
          const { count, results } = (await request(product.app).get(path)).body;
          return [count, results.length];
        }),
      );
    const each = [];
    for (const firstPort of [30_003, 30_004, 30_005]) {
      each.push(await read(), await read());
      await createOne({ name: 'numbat', firstPort });
    }
    const [none, one, two] = [
      [0, 0],
      [1, 1],
      [2, 1],
    ];
    assert.deepEqual(each, [
      ...Array(2).fill([none, none, none, none]),
      ...Array(2).fill([one, [1, 0], one, [1, 0]]),
      ...Array(2).fill([two, two, two, two]),
    ]);
  });
});

describe('If-Match', () => {
  test('is required, is compared strongly, and may be *', async () => {
    const { id, etag } = await createOne({ name: 'match', firstPort: 5 });
    const path = `/associations/${id}`;
    const missing = await request(product.app)
      .patch(path)
      .set('Authorization', product.bearer('write'))
      .send({ owner: 'a' });
    assert.deepEqual(
      [missing.status, missing.body.detail],
      [428, 'Cannot change without If-Match: expected the ETag that GET gave, so that no change is lost'],
    );
    const stale = `Cannot change association "${id}": it is not the one that If-Match names; read it again`;
    for (const value of [`W/${etag}`, '"other"', '"a", W/"b"', '""']) {
      const response = await change(id, value, { owner: 'a' });
      assert.deepEqual([response.status, response.body.detail], [412, stale], value);
    }
    for (const value of ['nonsense', '"open', '', '*, "x"']) {
      const response = await change(id, value, { owner: 'a' });
      assert.equal(response.status, 400, value);
    }
    const listed = await change(id, `"other", ${etag}`, { owner: 'a' });
    assert.deepEqual([listed.status, listed.body.revision], [200, 2]);
    assert.equal((await change(id, etag, { owner: 'b' })).status, 412);
    assert.equal((await change(id, '*', { owner: 'b' })).status, 200);
  });

  test('prevents a lost update by two concurrent clients', async () => {
    const { id, etag } = await createOne({ name: 'race', firstPort: 5 });
    const answers = await Promise.all(['a', 'b', 'c'].map((owner) => change(id, etag, { owner })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412, 412]);
    assert.equal((await request(product.app).get(`/associations/${id}`)).body.revision, 2);
  });
});

describe('DELETE /associations/{id}', () => {
  test('removes the entry from every response', async () => {
    const { id, etag } = await createOne({ name: 'gone', firstPort: 31000 });
    const remove = () =>
      request(product.app)
        .delete(`/associations/${id}`)
        .set({ Authorization: product.bearer('write'), 'If-Match': etag });
    const first = await remove();
    assert.deepEqual([first.status, first.text], [204, '']);
    const again = await remove();
    assert.deepEqual([again.status, again.body.detail], [404, `Cannot find association "${id}": no such id`]);
    assert.equal((await request(product.app).get(`/associations/${id}`)).status, 404);
    assert.equal((await request(product.app).get('/associations?port=31000&origin=own')).body.count, 0);
  });

  test('refuses a use of the bundled list', async () => {
    const path = '/associations/xsan-filesystem-access';
    const detail =
      'Cannot change association "xsan-filesystem-access": it belongs to the bundled list; expected an own entry';
    for (const method of ['delete', 'patch'] as const) {
      const response = await request(product.app)
        [method](path)
        .set({ Authorization: product.bearer('write'), 'If-Match': '*' })
        .send({});
      assert.deepEqual([response.status, response.body.detail], [403, detail], method);
    }
  });
});

describe('an own entry', () => {
  test('comes first in a report, in text and in exports, except those of other origins', async () => {
    await createOne({ name: 'harbour-api', firstPort: 60257, lastPort: 60258, owner: 'pilots', environment: 'test' });
    const { associations, summary } = (await request(product.app).get('/ports/60257')).body;
    assert.deepEqual([associations[0].name, associations[1].origin], ['harbour-api', 'informal']);
    assert.match(
      summary,
      /^Port 60257 has the own entry harbour-api \(on 60257-60258\); it has no official assignment: .* Informally associated: /,
    );
    const { text } = await request(product.app).get('/ports/60257/tcp?format=text');
    assert.match(text, /^60257-60258 {2}tcp {2}harbour-api {2}own +pilots, test$/m);
    const services = (await request(product.app).get('/export/services?origin=own')).text;
    assert.match(services, /^harbour-api {5}60257\/tcp\t# harbour-api\n/m);
    assert.match(
      (await request(product.app).get('/export/services')).text,
      /^harbour-api {5}60257\/tcp\t# harbour-api\n/m,
    );
    assert.doesNotMatch((await request(product.app).get('/export/services?origin=iana')).text, /harbour/);
  });

  test('changes the ETags of exactly the responses that contain it', async () => {
    const paths = {
      changed: [
        '/ports/40000',
        '/associations?port=40000',
        '/export/services?origin=own',
        '/export/services',
        '/export/ndjson',
        '/search?q=40000',
      ],
      kept: ['/ports/40001', '/export/services?origin=iana', '/export/csv', '/registry', '/associations?port=40001'],
    };
    const tags = (list: readonly string[]) =>
      Promise.all(list.map(async (path) => (await request(product.app).head(path)).get('ETag')));
    const [changed, kept] = [await tags(paths.changed), await tags(paths.kept)];
    const { id } = await createOne({ name: 'tag', firstPort: 40000 });
    const after = await tags(paths.changed);
    assert.deepEqual(
      after.map((tag, index) => tag !== changed[index]),
      paths.changed.map(() => true),
    );
    assert.deepEqual(await tags(paths.kept), kept);
    await change(id, '*', { note: 'changed' });
    const { text } = await request(product.app).get('/export/services?origin=own');
    assert.ok(text.includes('tag'));
    await request(product.app)
      .delete(`/associations/${id}`)
      .set({ Authorization: product.bearer('write'), 'If-Match': '*' });
    assert.deepEqual(await tags(paths.changed), changed);
  });
});
