import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { ageOf } from '../../src/web/parts/age.ts';
import { allNames } from '../../src/web/parts/port-names.ts';
import { verdictWords } from '../../src/web/parts/verdict.ts';
import { request } from '../support/contract.ts';
import { importDay, newDatabase } from '../support/days.ts';
import { createTestApp, useProduct } from '../support/registry.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';

const product = useProduct();
/** The modules of the browser, which have no types. */
const moduleOf = (file: string) => import(new URL(`../../src/web/browser/parts/${file}`, import.meta.url).href);

/** Returns the three facts of the front page without tags. */
async function factsOf(app = product.app): Promise<string[]> {
  const { text } = await request(app).get('/').set('Accept', 'text/html').expect(200);
  const [, team = ''] = text.split(/<div class="team">|<section id="chart"/);
  return team
    .split('<div>')
    .slice(1)
    .map((part) =>
      part
        .replaceAll(/<[^>]+>/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    );
}

async function enter(entry: object): Promise<void> {
  await request(product.app)
    .post('/associations')
    .set('Authorization', product.bearer('write'))
    .send(entry)
    .expect(201);
}

/** Compares the name and the verdict of an option of the search with those of the page of the port. Returns the verdict. */
async function assertAgreement(port: number): Promise<string> {
  const { verdictOf } = await moduleOf('short-verdict.js');
  const { NAME_FIELDS, namesOf } = await moduleOf('port-names.js');
  const query = `{ port(number: ${port}) { ${NAME_FIELDS} }
    suitability(number: ${port}) { verdict reasons { code severity } } }`;
  const { body } = await request(product.app).post('/graphql').send({ query });
  const { title } = verdictOf(body.data.suitability);
  const suitability = product.registry.suitability(port, { protocol: null, environment: null });
  assert.deepEqual(
    [port, title, namesOf(body.data.port)],
    [port, verdictWords(suitability).title, allNames(product.registry.port(port, null))],
  );
  return title;
}

test('the options of the search have the verdicts and the names of the pages', async () => {
  const titles = new Set<string>();
  // Historic malware and aliases are among them.
  for (const port of [0, 22, 80, 443, 1024, 3000, 4436, 6443, 8080, 27_374, 31_337, 40_003, 60_257]) {
    titles.add(await assertAgreement(port));
  }
  assert.deepEqual([...titles].sort(), ['Free', 'Not lasting', 'Taken', 'With care']);
});

describe('the facts of the team', () => {
  test('without own entries', async () => {
    const { date } = product.registry.info();
    assert.deepEqual(await factsOf(), [
      'Our ports: 0 Nobody has entered a port yet. Add the first',
      'A free port now 4435 Copy Reserve Nothing is known on it or beside it.',
      `Registry ${date} , ${ageOf(date)} old. To update it: portolan update`,
    ]);
  });

  test('the newest own entries and the number of all; the free port is another one then', async () => {
    for (const [name, firstPort, owner] of [
      ['first', 4435, null],
      ['<b>billing</b>', 20_000, 'payments'],
      ['ledger', 8443, null],
      ['metrics', 9100, 'sre'],
    ] as const) {
      await enter({ name, firstPort, owner, ...(name === 'ledger' && { lastPort: 8450 }) });
    }
    const [own, free] = await factsOf();
    assert.equal(
      own,
      'Our ports: 4 all · add 9100 metrics sre 8443-8450 ledger 20000 &lt;b&gt;billing&lt;/b&gt; payments',
    );
    const [suggestion] = (await request(product.app).get('/suggestions?count=1')).body.results;
    assert.notEqual(suggestion.number, 4435);
    assert.ok(free?.startsWith(`A free port now ${suggestion.number} Copy Reserve `), free);
  });

  test('no port suits', async () => {
    await enter({ name: 'all', firstPort: 0, lastPort: 65_535, protocols: ['tcp', 'udp'] });
    const [, free] = await factsOf();
    assert.equal(free, 'A free port now No port suits. Change the conditions');
    assert.equal(await assertAgreement(22), 'Taken here');
  });
});

describe('the registry', () => {
  let folder: string;
  let registry: SqliteRegistry;
  const row = (serviceName: string, portNumber: string) => {
    return { serviceName, portNumber, transportProtocol: 'tcp', description: '' };
  };
  const today = new Date().toISOString().slice(0, 10);
  before(async () => {
    folder = makeFolder();
    const { db, path } = newDatabase(folder, 'portolan');
    await importDay(db, { date: '2024-04-30', rows: [row('ssh', '22'), row('old', '5000')] });
    await importDay(db, { date: today, rows: [row('ssh', '22'), row('new', '5000'), row('added', '5001')] });
    db.close();
    registry = new SqliteRegistry(path);
  });
  after(() => {
    registry.close();
    removeFolder(folder);
  });

  test('has the changes of the last import, and no advice while it is new', async () => {
    const [, , facts] = await factsOf(await createTestApp(registry));
    assert.equal(facts, `Registry ${today} , less than a day old. 2 changes in the last import.`);
  });
});
