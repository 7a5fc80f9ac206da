import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();
const IANA = 'IANA registry of 2026-08-05';

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the tests compare bodies of any form.
  readonly body: any;
}

function write(method: 'post' | 'patch', path: string, body: unknown, headers = {}): Promise<Answer> {
  const Authorization = product.bearer('admin');
  return request(product.app)
    [method](path)
    .set({ Authorization, ...headers })
    .send(body as object);
}

async function create(body: object): Promise<string> {
  const { status, body: created } = await write('post', '/associations', body);
  assert.equal(status, 201);
  return created.id;
}

async function conflictsOf(query: string): Promise<Answer['body'][]> {
  return (await request(product.app).get(`/conflicts?${query}`)).body.results;
}

async function ask(query: string): Promise<Answer['body']> {
  return (await write('post', '/graphql', { query })).body;
}

describe('warnings of a write', () => {
  test('name each entry on the ports, its owner and its environment', async () => {
    const first = await create({ name: 'gate', firstPort: 7811, owner: 'red', environment: 'production' });
    const other = await create({ name: 'gate test', firstPort: 7811, environment: 'test' });
    const range = {
      name: 'doors',
      firstPort: 7811,
      lastPort: 7812,
      protocols: ['tcp', 'udp'],
      environment: 'Production',
    };
    const { body } = await write('post', '/associations', range);
    assert.deepEqual(body.warnings, [
      {
        code: 'overlap',
        severity: 'avoid',
        detail: 'It overlaps the own entry gate, which uses port 7811 on tcp, owned by red, in production.',
        source: first,
      },
    ]);
    const everywhere = await write('post', '/associations', { name: 'all', firstPort: 7811 });
    assert.deepEqual(
      everywhere.body.warnings.map(({ source }: { source: string }) => source).sort(),
      [first, other, body.id].sort(),
    );
  });

  test('name a pool of another owner, but not one of the same owner or of nobody', async () => {
    const pool = { name: 'greens', ranges: ['7820-7829', '7835'], protocols: ['tcp'], owner: 'Green' };
    await write('post', '/pools', pool);
    await write('post', '/pools', { name: 'nobody', ranges: ['7830-7834'] });
    const warningsOf = async (entry: object) => (await write('post', '/associations', entry)).body.warnings;
    const detail = '7825/tcp belongs to the pool greens, owned by Green.';
    const expected = [{ code: 'pool', severity: 'avoid', detail, source: 'pool greens' }];
    assert.deepEqual(await warningsOf({ name: 'a', firstPort: 7825, owner: 'red' }), expected);
    assert.deepEqual(await warningsOf({ name: 'b', firstPort: 7826, owner: 'green' }), []);
    assert.deepEqual(await warningsOf({ name: 'c', firstPort: 7826, protocols: ['udp'] }), []);
    assert.deepEqual(await warningsOf({ name: 'd', firstPort: 7831 }), []);
    const [, wide] = await warningsOf({ name: 'e', firstPort: 7827, lastPort: 7840, environment: 'wide' });
    // It is on the port of the entry "d" too.
    assert.deepEqual(wide, {
      ...expected[0],
      detail: 'Ports of 7827-7835/tcp belong to the pool greens, owned by Green.',
    });
  });

  test('name what IANA has assigned to another service, and what systems and browsers do with the port', async () => {
    const ports = { name: 'x', firstPort: 49151, lastPort: 49152, environment: 'systems' };
    const { body } = await write('post', '/associations', ports);
    assert.deepEqual(body.warnings, [
      {
        code: 'reserved',
        severity: 'caution',
        detail: 'IANA has reserved 49151/tcp.',
        source: IANA,
      },
      {
        code: 'dynamic_range',
        severity: 'caution',
        detail:
          'Port 49152 is in the Dynamic Ports 49152-65535, which are never assigned: any program may use them for a while.',
        source: 'RFC 6335, section 6',
      },
      {
        code: 'ephemeral',
        severity: 'caution',
        detail:
          'Linux (32768-60999), macOS (49152-65535) and Windows (49152-65535) use ports 49151-49152 for outgoing connections.',
        source:
          'Linux kernel documentation: IP sysctl; Apple xnu source: bsd/netinet/in_pcb.c; Microsoft: The default dynamic port range for TCP/IP has changed',
      },
    ]);
    const blocked = await write('post', '/associations', { name: 'y', firstPort: 6667, environment: 'systems' });
    assert.deepEqual(blocked.body.warnings, [
      { code: 'assigned', severity: 'caution', detail: 'IANA has assigned 6667/tcp to ircu.', source: IANA },
      {
        code: 'blocked_by_browsers',
        severity: 'info',
        detail: 'Browsers do not connect to port 6667.',
        source: 'WHATWG Fetch standard',
      },
    ]);
  });

  test('accept the service that IANA has assigned the port to, by any of its names', async () => {
    const names = ['pcsync-https', 'PCsync HTTPS', 'x'];
    for (const [index, name] of names.entries()) {
      const entry = {
        name,
        firstPort: 8443,
        environment: `same ${index}`,
        otherNames: name === 'x' ? ['pcsync-https'] : [],
      };
      assert.deepEqual((await write('post', '/associations', entry)).body.warnings, []);
    }
    // "rdp" is in the bundled list of other names.
    const rdp = { name: 'RDP', firstPort: 3389, environment: 'same' };
    assert.deepEqual((await write('post', '/associations', rdp)).body.warnings, []);
  });

  test('of a change are those that the entry did not have before', async () => {
    const on = { environment: 'changes' };
    const other = await create({ ...on, name: 'other', firstPort: 7850 });
    const id = await create({ ...on, name: 'mine', firstPort: 7850, lastPort: 7851 });
    const patch = async (change: object, query = '') =>
      write('patch', `/associations/${id}${query}`, change, { 'If-Match': '*' });
    const unrelated = await patch({ note: 'x', firstPort: 7849, lastPort: 7850 }, '?strict=true');
    assert.deepEqual([unrelated.status, unrelated.body.warnings], [200, []]);
    const third = await create({ ...on, name: 'third', firstPort: 7860 });
    const moved = await patch({ lastPort: 7860 });
    assert.deepEqual(moved.body.warnings, [
      {
        code: 'overlap',
        severity: 'avoid',
        detail: 'It overlaps the own entry third, which uses port 7860 on tcp, in changes.',
        source: third,
      },
    ]);
    const overlaps = await conflictsOf('environment=changes&kind=overlap');
    assert.deepEqual(
      overlaps.map(({ entries }) => entries.map((entry: { id: string }) => entry.id)),
      [
        [id, other],
        [id, third],
      ],
    );
  });

  test('of a list name the entries of the list too', async () => {
    const { body } = await write('post', '/associations', [
      { name: 'p', firstPort: 7870 },
      { name: 'q', firstPort: 7870 },
    ]);
    const [p, q] = body.results;
    assert.deepEqual([p.warnings[0].source, q.warnings[0].source], [q.id, p.id]);
  });

  test('name at most 100 entries, and say that there are more', async () => {
    await write(
      'post',
      '/associations',
      Array.from({ length: 150 }, (_, index) => ({ name: `busy-${index}`, firstPort: 7875 })),
    );
    const { body } = await write('post', '/associations', { name: 'one more', firstPort: 7875 });
    assert.equal(body.warnings.length, 101);
    assert.deepEqual(body.warnings.at(-1), {
      code: 'overlap',
      severity: 'avoid',
      detail: 'It overlaps further own entries, too many to name.',
      source: 'own entries',
    });
    const [overlap] = await conflictsOf('kind=overlap&limit=1000').then((all) =>
      all.filter((one) => one.firstPort === 7875),
    );
    assert.deepEqual([overlap.entries.length, overlap.entryCount], [100, 151]);
  });

  test('are not caused by retired entries, nor of them', async () => {
    const retired = { name: 'old', firstPort: 7876, status: 'retired' };
    const { body } = await write('post', '/associations', retired);
    const active = await write('post', '/associations', { name: 'new', firstPort: 7876 });
    assert.deepEqual([body.warnings, active.body.warnings], [[], []]);
    const back = await write('patch', `/associations/${body.id}`, { status: 'active' }, { 'If-Match': '*' });
    assert.deepEqual(
      back.body.warnings.map(({ source }: { source: string }) => source),
      [active.body.id],
    );
  });
});

describe('a strict write', () => {
  test('is refused with all holders, and changes nothing', async () => {
    const on = { owner: 'red', environment: 'strict' };
    await write('post', '/pools', { name: 'strict pool', ranges: ['7890-7891'], owner: 'blue' });
    const first = await create({ ...on, name: 'holder', firstPort: 7889 });
    const entry = { ...on, name: 'never', firstPort: 7889, lastPort: 7890 };
    const { status, body } = await write('post', '/associations?strict=true', entry);
    const detail =
      'Cannot create the entry: it overlaps the own entry holder, which uses port 7889 on tcp, owned by red, in strict. 7890/tcp belongs to the pool strict pool, owned by blue.';
    const holders = [
      { kind: 'association', id: first, name: 'holder', owner: 'red', environment: 'strict' },
      { kind: 'pool', id: null, name: 'strict pool', owner: 'blue', environment: null },
    ];
    assert.deepEqual([status, body.detail, body.holders], [409, detail, holders]);
    assert.equal((await request(product.app).get('/associations?service=never')).body.count, 0);

    const list = await write('post', '/associations?strict=true', [entry, { name: 'fine', firstPort: 7899 }]);
    assert.deepEqual([list.status, list.body.holders], [409, holders]);
    assert.match(list.body.detail, /^Cannot create the entries: "never": It overlaps the own entry holder, /);
    const id = await create({ ...on, name: 'mover', firstPort: 7898 });
    const moved = await write('patch', `/associations/${id}?strict=true`, { firstPort: 7889 }, { 'If-Match': '*' });
    assert.deepEqual([moved.status, moved.body.holders], [409, holders.slice(0, 1)]);
    assert.match(moved.body.detail, /^Cannot change the entry: it overlaps /);
    const input = '{name: "g", firstPort: 7889, environment: "strict"}';
    const { errors } = await ask(`mutation { createAssociation(input: ${input}, strict: true) { id } }`);
    assert.deepEqual(errors[0].extensions, { code: 'CONFLICT', holders: holders.slice(0, 1) });
  });

  test('may have warnings of other severities', async () => {
    const { status, body } = await write('post', '/associations?strict=true', {
      name: 'web',
      firstPort: 5190,
      environment: 'strict',
    });
    assert.deepEqual([status, body.warnings[0].code], [201, 'assigned']);
    const { status: refused, body: problem } = await write('post', '/associations?strict=yes', {});
    assert.deepEqual([refused, problem.detail], [400, 'Cannot parse strict "yes": expected true or false']);
  });

  test('of a reservation gets the owner of the pool', async () => {
    await write('post', '/pools', { name: 'reserve', ranges: ['26010-26019'], owner: 'blue' });
    const { status, body } = await write('post', '/reservations?strict=true', { name: 'r', pool: 'reserve' });
    assert.deepEqual([status, body.owner, body.firstPort, body.warnings], [201, 'blue', 26010, []]);
    const other = await write('post', '/reservations', { name: 's', pool: 'reserve', owner: 'red' });
    assert.deepEqual([other.body.owner, other.body.warnings[0].code], ['red', 'pool']);
  });
});

describe('GraphQL warnings', () => {
  const warningsOf = async (entry: string) => ask(`{ warnings(${entry}) { code severity detail source } }`);

  test('are those of a write that is not made, and need no token', async () => {
    const id = await create({ name: 'asked', firstPort: 26050, lastPort: 26059, owner: 'red' });
    const { status, body } = await request(product.app)
      .post('/graphql')
      .send({ query: '{ warnings(input: { name: "new", firstPort: 26055 }) { code severity detail source } }' });
    assert.equal(status, 200);
    const detail = 'It overlaps the own entry asked, which uses ports 26050-26059 on tcp, owned by red.';
    const warnings = [{ code: 'OVERLAP', severity: 'AVOID', detail, source: id }];
    assert.deepEqual(body, { data: { warnings } });
    const { data } = await ask(`mutation { createAssociation(input: { name: "new", firstPort: 26055 }) {
      id warnings { code severity detail source }
    } }`);
    assert.deepEqual(data.createAssociation.warnings, warnings);
    const same = await warningsOf(`id: "${data.createAssociation.id}", input: { name: "new", firstPort: 26055 }`);
    assert.deepEqual(same.data.warnings, [], 'the entry had this conflict before');
    const none = await warningsOf('input: { name: "new", firstPort: 26055, protocols: [UDP] }');
    assert.deepEqual(none.data.warnings, []);
  });

  test('refuse an invalid entry and an unknown id', async () => {
    const { errors } = await warningsOf('input: { name: "new", firstPort: 70000 }');
    assert.equal(errors[0].message, 'Cannot read firstPort "70000": expected an integer from 0 to 65535');
    const unknown = await warningsOf('id: "own-none", input: { name: "new", firstPort: 26055 }');
    assert.equal(unknown.errors[0].extensions.code, 'NOT_FOUND');
  });
});

describe('GET /conflicts', () => {
  test('lists conflicts with both sides and what to do, in all formats', async () => {
    const on = { environment: 'formats' };
    const a = await create({ ...on, name: 'a,b', firstPort: 7811, owner: 'team c' });
    const b = await create({ ...on, name: 'b', firstPort: 7811 });
    const entries = [
      { id: a, name: 'a,b', owner: 'team c', environment: 'formats' },
      { id: b, name: 'b', owner: null, environment: 'formats' },
    ].sort((one, other) => (one.id < other.id ? -1 : 1));
    const names = entries.map(({ name }) => name);
    const query = 'environment=formats&kind=overlap';
    const remedy = 'Move all but one of them to other ports. If they never run in the same environment, set it.';
    const { body } = await request(product.app).get(`/conflicts?${query}`);
    // An entry for all environments is on the port too.
    const [conflict] = body.results;
    assert.equal(body.count, 1);
    assert.equal(conflict.remedy, remedy);
    for (const entry of entries) assert.ok(conflict.entries.some(({ id }: { id: string }) => id === entry.id));
    const text = await request(product.app).get(`/conflicts?${query}&format=text`);
    assert.equal(text.text, `avoid overlap 7811/tcp: ${conflict.detail} ${remedy}\n`);
    const csv = await request(product.app).get(`/conflicts?${query}&format=csv`);
    assert.match(
      csv.text,
      /^kind,severity,protocol,firstPort,lastPort,entryIds,entryNames,entryCount,detail,remedy,source\noverlap,avoid,tcp,7811,/,
    );
    const page = await request(product.app).get(`/conflicts?${query}`).set('Accept', 'text/html');
    for (const { id } of entries) assert.ok(page.text.includes(`<a href="/associations/${id}">`), id);
    assert.ok(page.text.includes(remedy));
    assert.deepEqual(names.length, 2);
  });

  test('has filters', async () => {
    const on = { environment: 'filters' };
    await create({ ...on, name: 'ircd', firstPort: 6667, protocols: ['udp'], owner: 'blue' });
    await create({ ...on, name: 'web', firstPort: 5190, protocols: ['tcp', 'udp'], owner: 'red' });
    const kinds = async (query: string) =>
      (await conflictsOf(`environment=filters&${query}`)).map(({ kind, protocol }) => `${kind} ${protocol}`);
    assert.deepEqual(await kinds(''), ['assigned tcp', 'assigned udp', 'reserved udp', 'blocked_by_browsers null']);
    assert.deepEqual(await kinds('severity=info'), ['blocked_by_browsers null']);
    assert.deepEqual(await kinds('kind=assigned'), ['assigned tcp', 'assigned udp']);
    assert.deepEqual(await kinds('protocol=tcp'), ['assigned tcp', 'blocked_by_browsers null']);
    assert.deepEqual(await kinds('owner=blue'), ['reserved udp', 'blocked_by_browsers null']);
    assert.deepEqual(await kinds('owner=Blue'), []);
    const { status, body } = await request(product.app).get('/conflicts?kind=overlaps');
    const kindsKnown = 'overlap, pool, assigned, reserved, dynamic_range, ephemeral, nodeport or blocked_by_browsers';
    assert.deepEqual([status, body.detail], [400, `Cannot parse kind "overlaps": expected ${kindsKnown}`]);
  });

  test('agrees with GraphQL, and has pages', async () => {
    const rest = await request(product.app).get('/conflicts?limit=2&offset=1&severity=avoid');
    assert.match(rest.body.next, /^\/conflicts\?severity=avoid&limit=2&offset=3$/);
    const query = `{ conflicts(filter: {severity: AVOID}, first: 3) { totalCount nodes { kind severity detail remedy source
      protocol firstPort lastPort entries { id name owner environment } entryCount } } }`;
    const { conflicts } = (await ask(query)).data;
    assert.equal(conflicts.totalCount, rest.body.count);
    const upper = (word: string | null) => word?.toUpperCase() ?? null;
    assert.deepEqual(
      conflicts.nodes.slice(1),
      rest.body.results.map((one: Record<'kind' | 'severity' | 'protocol', string>) => {
        return { ...one, kind: upper(one.kind), severity: upper(one.severity), protocol: upper(one.protocol) };
      }),
    );
    const input = '{name: "g", firstPort: 7811, environment: "formats"}';
    const mutation = `mutation { createAssociation(input: ${input}) { warnings { code severity source } } }`;
    const { warnings } = (await ask(mutation)).data.createAssociation;
    assert.ok(
      warnings.every(({ code, severity }: Record<string, string>) => code === 'OVERLAP' && severity === 'AVOID'),
    );
    assert.equal(
      (await ask('{ association(id: "xsan-filesystem-access") { warnings { code } } }')).data.association.warnings,
      null,
    );
  });
});
