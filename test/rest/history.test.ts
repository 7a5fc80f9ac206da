import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Express } from 'express';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { request } from '../support/contract.ts';
import { importDay, newDatabase } from '../support/days.ts';
import { createTestApp } from '../support/registry.ts';
import { makeFolder, removeFolder, temporaryFolder } from '../support/temporary-folder.ts';

const NOTE = 'De-assigned on 2025-02-13 & "gone" <for good>';
const row = (serviceName: string, portNumber: string, transportProtocol: string, description: string) => ({
  ...{ serviceName, portNumber, transportProtocol, description },
});
const DAYS = [
  {
    date: '2020-07-14',
    rows: [
      row('compressnet', '2', 'tcp', 'Management Utility'),
      row('old-name', '5000', 'udp', 'The same thing'),
      row('ssh', '22', 'tcp', 'Secure Shell'),
      row('', '300-400', '', 'Unassigned'),
    ],
  },
  {
    date: '2024-04-30',
    rows: [
      row('compressnet', '2', 'tcp', 'Management Utility'),
      row('new-name', '5000', 'udp', 'The same thing'),
      { ...row('ssh', '22', 'tcp', 'Secure  Shell'), reference: '[RFC4251]' },
      row('', '300-399', '', 'Unassigned'),
      row('added', '400', 'tcp', 'Added'),
    ],
  },
  {
    date: '2026-04-09',
    rows: [
      { ...row('', '2', 'tcp', 'Reserved'), modificationDate: '2025-02-13', assignmentNotes: NOTE },
      row('new-name', '5000', 'udp', 'The same thing'),
      { ...row('ssh', '22', 'tcp', 'Secure Shell'), reference: '[RFC4251]' },
      row('', '300-400', '', 'Unassigned'),
    ],
  },
];

let folder: string;
let registry: SqliteRegistry;
let app: Express;
before(async () => {
  folder = makeFolder();
  const { db, path } = newDatabase(folder, 'portolan');
  for (const index of [2, 0, 1]) await importDay(db, DAYS[index] as (typeof DAYS)[number]);
  db.close();
  registry = new SqliteRegistry(path);
  app = await createTestApp(registry);
});
after(() => {
  registry.close();
  removeFolder(folder);
});

const get = async (path: string, status = 200) => (await request(app).get(path).expect(status)).body;
const textOf = async (path: string) =>
  (await request(app).get(`${path}${path.includes('?') ? '&' : '?'}format=text`)).text;

/** Returns the changes in a few words each. */
async function changesOf(path: string): Promise<string[]> {
  const { results } = await get(path);
  return results.map(
    (change: Record<string, unknown>) =>
      `${change.date} ${change.kind} ${change.serviceName ?? '-'} ${change.firstPort}/${change.protocol}`,
  );
}

const ALL = [
  '2026-04-09 deregistered compressnet 2/tcp',
  '2026-04-09 removed added 400/tcp',
  '2024-04-30 changed ssh 22/tcp',
  '2024-04-30 added added 400/tcp',
  '2024-04-30 renamed new-name 5000/udp',
];

describe('GET /registry/changes', () => {
  test('lists changes, the latest first, then by port', async () => {
    assert.deepEqual(await changesOf('/registry/changes'), ALL);
    const { count, firstSnapshot, lastSnapshot } = await get('/registry/changes');
    assert.deepEqual([count, firstSnapshot, lastSnapshot], [5, '2020-07-14', '2026-04-09']);
  });

  for (const [query, found] of [
    ['since=2024-04-30', ALL.slice(0, 2)],
    ['since=2024-04-29', ALL],
    ['until=2026-04-08', ALL.slice(2)],
    ['until=2024-04-30', ALL.slice(2)],
    ['since=2024-04-30&until=2024-04-30', []],
    ['port=400', [ALL[1], ALL[3]]],
    ['port=350', []],
    ['service=OLD-name', [ALL[4]]],
    ['service=new-name', [ALL[4]]],
    ['kind=Renamed', [ALL[4]]],
    ['protocol=udp', [ALL[4]]],
    ['limit=2&offset=1', ALL.slice(1, 3)],
  ] as const) {
    test(`?${query} filters the changes`, async () =>
      assert.deepEqual(await changesOf(`/registry/changes?${query}`), found));
  }

  for (const [query, detail] of [
    ['since=2024', 'Cannot parse since "2024": expected a day such as 2026-04-09'],
    ['until=2026-02-30', 'Cannot parse until "2026-02-30": expected a day such as 2026-04-09'],
    ['kind=split', 'Cannot parse kind "split": expected added, removed, changed, renamed, deregistered or replaced'],
    ['port=65536', 'Cannot parse port number "65536": expected an integer from 0 to 65535'],
    ['sinse=2024-04-30', 'Unknown query parameter "sinse": did you mean since?'],
  ] as const) {
    test(`?${query} is refused`, async () => {
      assert.equal((await get(`/registry/changes?${query}`, 400)).detail, detail);
    });
  }

  test('has the old and the new value of each changed field', async () => {
    const { results } = await get('/registry/changes?since=2024-04-30&kind=deregistered');
    assert.match(results[0].id, /^2026-04-09-[0-9a-f]{16}$/);
    const empty = { assignee: null, contact: null, registrationDate: null, references: [] };
    const nothing = { serviceCode: null, unauthorizedUse: null, aliasOf: null, prominence: 1 };
    const place = { firstPort: 2, lastPort: 2, protocol: 'tcp' };
    const before = {
      ...{ serviceName: 'compressnet', ...place, state: 'assigned', description: 'Management Utility' },
      ...{ ...empty, modificationDate: null, ...nothing, notes: null },
    };
    const after = {
      ...{ serviceName: null, ...place, state: 'reserved', description: 'Reserved' },
      ...{ ...empty, modificationDate: '2025-02-13', ...nothing, notes: NOTE },
    };
    assert.deepEqual(results, [
      {
        ...{ id: results[0].id, date: '2026-04-09', since: '2024-04-30', kind: 'deregistered' },
        ...{ serviceName: 'compressnet', ...place },
        fields: [
          { field: 'serviceName', before: 'compressnet', after: null },
          { field: 'description', before: 'Management Utility', after: 'Reserved' },
          { field: 'modificationDate', before: null, after: '2025-02-13' },
          { field: 'notes', before: null, after: NOTE },
        ],
        before,
        after,
      },
    ]);
  });

  test('is available as text and CSV', async () => {
    assert.equal(
      await textOf('/registry/changes?until=2024-04-30'),
      '2024-04-30  22    tcp  ssh       changed: references\n' +
        '2024-04-30  400   tcp  added     added\n' +
        '2024-04-30  5000  udp  new-name  renamed from old-name to new-name\n',
    );
    assert.equal(await textOf('/ports/80/history'), 'nothing changed between 2020-07-14 and 2026-04-09\n');
    const { text } = await request(app).get('/registry/changes?kind=renamed&format=csv');
    const [header, line] = text.split('\n');
    assert.equal(header, 'id,date,since,kind,serviceName,firstPort,lastPort,protocol,fields,before,after');
    assert.match(
      line ?? '',
      /^2024-04-30-[0-9a-f]{16},2024-04-30,2020-07-14,renamed,new-name,5000,5000,udp,serviceName,/,
    );
  });

  test('is available as a feed whose entries keep their ids', async () => {
    const path = '/registry/changes?since=2020-07-14&limit=2';
    const answer = await request(app).get(path).accept('application/atom+xml').expect(200);
    assert.equal(answer.type, 'application/atom+xml');
    const { text } = await request(app).get(`${path}&format=atom`).expect(200);
    assert.equal(text, answer.text);
    const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
    const ids = [...text.matchAll(new RegExp(`<id>urn:uuid:(${uuid})</id>`, 'g'))].map(([, id]) => id);
    assert.equal(new Set(ids).size, 3);
    const other = await request(app).get('/ports/2/history?format=atom').expect(200);
    assert.ok(other.text.includes(`<id>urn:uuid:${ids[1]}</id>`), 'an entry has one id in every feed');
    assert.equal(
      text.replaceAll(new RegExp(uuid, 'g'), 'UUID').split('<entry>').slice(0, 2).join('<entry>'),
      `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>urn:uuid:UUID</id>
<title>Changes of the IANA port registry</title>
<updated>2026-04-09T00:00:00Z</updated>
<author><name>Internet Assigned Numbers Authority (IANA)</name></author>
<generator>Portolan</generator>
<link rel="self" type="application/atom+xml" href="/registry/changes?since=2020-07-14&amp;limit=2&amp;format=atom"/>
<link rel="alternate" type="text/html" href="/registry/changes?since=2020-07-14&amp;limit=2"/>
<entry>
<id>urn:uuid:UUID</id>
<title>2/tcp compressnet: deregistered, now Reserved</title>
<updated>2026-04-09T00:00:00Z</updated>
<link rel="alternate" href="/ports/2"/>
<category term="deregistered"/>
<summary>Between 2024-04-30 and 2026-04-09: serviceName: compressnet → none; description: Management Utility → Reserved; modificationDate: none → 2025-02-13; notes: none → De-assigned on 2025-02-13 &amp; &quot;gone&quot; &lt;for good&gt;</summary>
</entry>
`,
    );
  });
});

test('every format marks a port with a new holder or another remaining row', async (t) => {
  const place = temporaryFolder(t);
  const { db, path } = newDatabase(place, 'replaced');
  const service = (serviceName: string, assignee: string, assignmentNotes = '') => ({
    ...{ ...row(serviceName, '7680', 'tcp', ''), assignee, assignmentNotes },
  });
  const alias = service('pando_old', '[Pando]', 'This entry is an alias to "pando-pub".');
  await importDay(db, { date: '2020-07-14', rows: [service('pando-pub', '[Pando]'), alias] });
  await importDay(db, { date: '2024-04-30', rows: [service('ms-do', '[Microsoft]')] });
  db.close();
  const given = new SqliteRegistry(path);
  t.after(() => given.close());
  const server = await createTestApp(given);
  const ask = async (query: string) => (await request(server).get(query).expect(200)).text;
  assert.equal(
    await ask('/registry/changes?kind=replaced&format=text'),
    '2024-04-30  7680  tcp  ms-do      replaced pando-pub by ms-do\n' +
      '2024-04-30  7680  tcp  pando_old  replaced, another row has its port\n',
  );
  const { results } = JSON.parse(await ask('/registry/changes'));
  assert.deepEqual(
    results.map(({ kind, fields, after }: Record<string, unknown>) => [kind, fields, after === null]),
    [
      [
        'replaced',
        [
          { field: 'serviceName', before: 'pando-pub', after: 'ms-do' },
          { field: 'assignee', before: '[Pando]', after: '[Microsoft]' },
        ],
        false,
      ],
      ['replaced', [], true],
    ],
  );
  assert.match(await ask('/registry/snapshots?format=text'), /^2024-04-30 {2}current {2}1 rows {2}2 replaced /);
  assert.match(await ask('/registry/snapshots?format=csv'), /,deregistered,replaced\n.*,0,0,0,0,0,2\n/);
  assert.match(await ask('/registry/changes?format=atom'), /<category term="replaced"\/>/);
  assert.match(await ask('/registry/snapshots?format=html'), /kind=replaced">2<\/a>/);
  assert.match(await ask('/services/pando-pub?format=text'), /replaced pando-pub by ms-do\n$/);
  const query = '{ changes(filter: { kind: REPLACED }) { totalCount } snapshots { nodes { changes { replaced } } } }';
  const { body } = await request(server).post('/graphql').send({ query }).expect(200);
  assert.deepEqual(body.data, {
    changes: { totalCount: 2 },
    snapshots: { nodes: [{ changes: { replaced: 2 } }, { changes: { replaced: 0 } }] },
  });
});

describe('GET /registry/snapshots', () => {
  test('lists the snapshots, the latest first, with their numbers of changes', async () => {
    const none = { added: 0, removed: 0, changed: 0, renamed: 0, deregistered: 0, replaced: 0 };
    const { results, ...list } = await get('/registry/snapshots');
    assert.deepEqual(list, { count: 3, next: null, previous: null });
    assert.deepEqual(
      results.map(({ importedAt, sha256, ...known }: Record<string, unknown>) => {
        assert.match(String(sha256), /^[0-9a-f]{64}$/);
        assert.match(String(importedAt), /^\d{4}-\d\d-\d\dT/);
        return known;
      }),
      [
        ['2026-04-09', 4, true, '2024-04-30', { ...none, removed: 1, deregistered: 1 }],
        ['2024-04-30', 5, false, '2020-07-14', { ...none, added: 1, changed: 1, renamed: 1 }],
        ['2020-07-14', 4, false, null, none],
      ].map(([date, rows, current, comparedWith, changes]) => ({
        ...{
          date,
          source: `${date}.csv`,
          rows,
          bundled: false,
          current,
          comparedWith,
          changes,
        },
      })),
    );
    assert.equal(
      await textOf('/registry/snapshots'),
      '2026-04-09  current  4 rows  1 removed, 1 deregistered      2026-04-09.csv\n' +
        '2024-04-30  -        5 rows  1 added, 1 changed, 1 renamed  2024-04-30.csv\n' +
        '2020-07-14  -        4 rows  begins the history             2020-07-14.csv\n',
    );
  });

  test('is available as a feed', async () => {
    const { text } = await request(app).get('/registry/snapshots?format=atom&limit=1').expect(200);
    assert.match(text, /<title>IANA registry of 2026-04-09<\/title>/);
    assert.match(text, /<link rel="alternate" href="\/registry\/changes\?since=2024-04-30&amp;until=2026-04-09"\/>/);
    assert.match(text, /<summary>4 rows from 2026-04-09\.csv; since 2024-04-30: 0 added, 1 removed, 0 changed,/);
  });
});

describe('?asOf=', () => {
  const nameOf = async (path: string) =>
    (await get(path)).assignments.map((one: { serviceName: string }) => one.serviceName);

  for (const [day, name] of [
    ['2020-07-14', 'old-name'],
    ['2024-04-29', 'old-name'],
    ['2024-04-30', 'new-name'],
    ['2999-12-31', 'new-name'],
  ] as const) {
    test(`${day} answers from the registry of that day`, async () => {
      assert.deepEqual(await nameOf(`/ports/5000?asOf=${day}`), [name]);
      assert.deepEqual(await nameOf(`/ports/5000/udp?asOf=${day}`), [name]);
      const { results } = await get(`/ports?ports=5000&asOf=${day}`);
      assert.equal(results[0].assignments[0].serviceName, name);
      assert.deepEqual(await nameOf(`/services/${name}?asOf=${day}`), [name]);
    });
  }

  test('has the day of the snapshot, and its states and summary', async () => {
    const { registry: loaded, states, summary } = await get('/ports/2?asOf=2025-01-01');
    assert.deepEqual([loaded.date, states.tcp], ['2024-04-30', 'assigned']);
    assert.match(summary, /compressnet/);
    assert.equal((await get('/ports/2')).states.tcp, 'reserved');
  });

  test('before the earliest snapshot is refused', async () => {
    const detail =
      'Cannot answer as of "2020-07-13": the earliest snapshot is of 2020-07-14; an older file can be added with portolan import';
    for (const path of ['/ports/2', '/ports/2/tcp', '/ports?ports=2', '/services/ssh']) {
      const problem = await get(`${path}${path.includes('?') ? '&' : '?'}asOf=2020-07-13`, 404);
      assert.deepEqual([problem.detail, problem.errors], [detail, [{ parameter: 'asOf', detail }]]);
    }
  });

  test('finds no later name', async () => {
    const problem = await get('/services/new-name?asOf=2020-07-14', 404);
    assert.equal(problem.detail, 'Cannot find service "new-name": no such service name on 2020-07-14');
  });
});

describe('a name that the registry no longer has', () => {
  test('still finds its port, with the changes of the name', async () => {
    const { name, assignments, associations, retired } = await get('/services/COMPRESSNET');
    assert.deepEqual([name, assignments, associations, retired.length], ['compressnet', [], [], 1]);
    assert.deepEqual([retired[0].kind, retired[0].firstPort, retired[0].after.state], ['deregistered', 2, 'reserved']);
    const [renamed] = (await get('/services/old-name')).retired;
    assert.deepEqual([renamed.kind, renamed.firstPort, renamed.after.serviceName], ['renamed', 5000, 'new-name']);
    assert.equal(
      await textOf('/services/old-name'),
      '2024-04-30  5000  udp  new-name  renamed from old-name to new-name\n',
    );
  });

  test('is found by a search', async () => {
    const found = await get('/search?q=old-name');
    assert.deepEqual([found.retired.length, found.retired[0].after.serviceName], [1, 'new-name']);
    assert.deepEqual((await get('/search?q=ssh')).retired, []);
  });

  test('is absent for names that never existed and for current names', async () => {
    assert.deepEqual((await get('/services/ssh')).retired, []);
    assert.equal((await get('/services/oldname', 404)).detail, 'Cannot find service "oldname": no such service name');
  });
});

describe('GraphQL', () => {
  const ask = async (query: string) => (await request(app).post('/graphql').send({ query }).expect(200)).body;

  test('has the same changes and snapshots', async () => {
    const fields =
      'id date since kind serviceName firstPort lastPort protocol fields { field before after } before { serviceName } after { state }';
    const { data } = await ask(
      `{ changes(filter: { port: 2, service: "compressnet", kind: DEREGISTERED, protocol: TCP, since: "2024-04-30", until: "2026-04-09" }, first: 1) {
        totalCount firstSnapshot lastSnapshot nodes { ${fields} } }
        snapshots(first: 2) { totalCount nodes { date current comparedWith changes { deregistered } } pageInfo { hasNextPage } } }`,
    );
    const { results } = await get('/registry/changes?kind=deregistered');
    const [{ before: _before, after: _after, ...change }] = results;
    assert.deepEqual(data.changes, {
      ...{ totalCount: 1, firstSnapshot: '2020-07-14', lastSnapshot: '2026-04-09' },
      nodes: [
        {
          ...change,
          ...{ kind: 'DEREGISTERED', protocol: 'TCP' },
          ...{ before: { serviceName: 'compressnet' }, after: { state: 'RESERVED' } },
        },
      ],
    });
    assert.deepEqual(data.snapshots, {
      totalCount: 3,
      nodes: [
        { date: '2026-04-09', current: true, comparedWith: '2024-04-30', changes: { deregistered: 1 } },
        { date: '2024-04-30', current: false, comparedWith: '2020-07-14', changes: { deregistered: 0 } },
      ],
      pageInfo: { hasNextPage: true },
    });
  });

  test('answers as of a day, with the changes of a name', async () => {
    const { data } = await ask(
      `{ port(number: 5000, asOf: "2020-07-14") { assignments { serviceName } registry { date } }
        ports(numbers: [2], asOf: "2024-04-30") { states { tcp } }
        service(name: "old-name", asOf: "2020-07-14") { name retired { kind } }
        gone: service(name: "old-name") { assignments { state } retired { kind after { serviceName } } }
        never: service(name: "old-name", asOf: "2026-04-09") { name }
        search(text: "old-name") { retired { kind } } }`,
    );
    assert.deepEqual(data, {
      port: { assignments: [{ serviceName: 'old-name' }], registry: { date: '2020-07-14' } },
      ports: [{ states: { tcp: 'ASSIGNED' } }],
      service: { name: 'old-name', retired: [] },
      gone: { assignments: [], retired: [{ kind: 'RENAMED', after: { serviceName: 'new-name' } }] },
      never: null,
      search: { retired: [{ kind: 'RENAMED' }] },
    });
  });

  test('refuses invalid days and days before the history', async () => {
    const codes = async (query: string) => {
      const { errors } = await ask(query);
      return errors.map(({ message, extensions }: { message: string; extensions: { code: string } }) => [
        ...[extensions.code, message],
      ]);
    };
    const early =
      'Cannot answer as of "2019-01-01": the earliest snapshot is of 2020-07-14; an older file can be added with portolan import';
    assert.deepEqual(await codes('{ service(name: "ssh", asOf: "2019-01-01") { name } }'), [['NOT_FOUND', early]]);
    assert.deepEqual(await codes('{ port(number: 22, asOf: "soon") { number } }'), [
      ['BAD_USER_INPUT', 'Cannot parse asOf "soon": expected a day such as 2026-04-09'],
    ]);
    assert.deepEqual(await codes('{ changes(filter: { since: "x" }) { totalCount } }'), [
      ['BAD_USER_INPUT', 'Cannot parse filter.since "x": expected a day such as 2026-04-09'],
    ]);
  });
});

describe('the pages', () => {
  for (const [path, words] of [
    [
      '/registry/changes',
      ['<h1>Changes</h1>', 'renamed from old-name to new-name', '<del><bdi>Management Utility</bdi></del>'],
    ],
    ['/registry/changes?kind=renamed', ['<option selected>renamed</option>', 'kind=renamed&amp;format=atom']],
    ['/registry/changes?format=html&kind=renamed', ['changes?format=json&amp;kind=renamed']],
    ['/registry/snapshots', ['<p class="meta">current', '/registry/changes?since=2024-04-30']],
    ['/ports/2/history', ['deregistered, now Reserved', '&lt;for good&gt;', 'State as of a date']],
    ['/ports/80/history', ['<p>No changes. </p>']],
    ['/ports/5000?asOf=2020-07-14', ['old-name', 'Official rows as of', 'format=json']],
    ['/ports?ports=5000&asOf=2020-07-14', ['old-name', 'Official rows as of', 'name="asOf"']],
    ['/services/old-name', ['Removed rows with this name', 'no longer has a service']],
    ['/services/old-name?asOf=2020-07-14', ['The same thing', 'Official rows as of']],
    ['/search?q=old-name&literal=true', ['Removed rows with this name']],
  ] as const) {
    test(`${path} shows the change`, async () => {
      const { text } = await request(app).get(path).accept('text/html').expect(200);
      for (const word of words) assert.ok(text.includes(word), `${word} is not in ${text}`);
    });
  }
});
