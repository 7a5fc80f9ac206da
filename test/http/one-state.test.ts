import assert from 'node:assert/strict';
import { after, before, describe, mock, test } from 'node:test';
import Database from 'better-sqlite3';
import supertest from 'supertest';
import { ownUse } from '../support/database-content.ts';
import { createTestApp, useProduct } from '../support/registry.ts';

const product = useProduct();
/** The connection of another process. */
let other: Database.Database;
let isWriting = false;
let writes = 0;

/** Changes the name of an own entry on all ports, the name of a pool, and the date of the registry. */
function write(): void {
  writes++;
  other.exec(`UPDATE association SET name = 'written-${writes}' WHERE id = 'own-written';
    UPDATE pool SET name = 'written-${writes}';
    UPDATE list SET date = '${dayOf(writes)}' WHERE name = 'assignments'`);
}

function dayOf(write: number): string {
  return new Date(Date.UTC(2030, 0, write)).toISOString().slice(0, 10);
}

/** Matches the names and the days that `write` changes. */
const WRITTEN = /written-\d+|20[3-9]\d-\d\d-\d\d/g;

/** Asserts that a response has the content of another one, with the names and the day of one write. */
function assertOneState(text: string, other: string): void {
  const written = [...new Set(text.match(WRITTEN))];
  const [name] = written.filter((word) => word.startsWith('written-'));
  const days = written.filter((word) => word !== name);
  const day = name === undefined ? days[0] : dayOf(Number(name.slice('written-'.length)));
  assert.deepEqual(days, day === undefined || days.length === 0 ? [] : [day]);
  assert.equal(text.replaceAll(WRITTEN, ''), other.replaceAll(WRITTEN, ''));
}

/** Sends a request; the other process writes after each statement of the server. */
async function whileWriting<T>(send: () => PromiseLike<T>): Promise<T> {
  isWriting = true;
  try {
    return await send();
  } finally {
    isWriting = false;
  }
}

async function fetchText(path: string, mediaType: string): Promise<string> {
  const { status, text } = await supertest(product.app).get(path).set('Accept', mediaType);
  assert.equal(status, 200, path);
  return text;
}

const PAGES = [
  '/about',
  '/ports/60257',
  '/ports/22/tcp',
  '/ports/22?asOf=2026-11-22',
  '/ports/22/suitability',
  '/ports/22/history',
  '/ports?ports=22,80',
  '/services/ssh',
  '/assignments',
  '/associations',
  '/own',
  '/ranges',
  '/ephemeral-ranges',
  '/registry/changes',
  '/registry/snapshots',
  '/pools',
];

describe('a response has one state of the data while another process writes', () => {
  before(() => {
    other = new Database(product.database);
    other.pragma('synchronous = OFF');
    other.exec(ownUse('written', 0, 65_535, null));
    other.exec(`INSERT INTO pool (name, ranges, protocols) VALUES ('empty', '[]', '["tcp"]')`);
    // All statements have one prototype.
    const statement = Object.getPrototypeOf(other.prepare('SELECT 1'));
    for (const name of ['get', 'all']) {
      const run = statement[name];
      mock.method(statement, name, function (this: unknown, ...parameters: unknown[]) {
        const result = run.apply(this, parameters);
        if (isWriting) write();
        return result;
      });
    }
  });

  after(() => {
    mock.restoreAll();
    other.close();
  });

  for (const [mediaType, paths] of [
    ['text/html', PAGES],
    [
      'application/json',
      ['/ports/60257', '/ports/22?asOf=2026-11-22', '/ports?ports=22,80', '/suggestions', '/search?q=ssh'],
    ],
    ['text/plain', ['/ports/60257']],
    ['application/atom+xml', ['/registry/changes', '/registry/snapshots']],
  ] as const) {
    for (const path of paths) {
      test(`GET ${path} as ${mediaType}`, async () => {
        const before = await fetchText(path, mediaType);
        const count = writes;
        assertOneState(await whileWriting(() => fetchText(path, mediaType)), before);
        assert.ok(writes > count);
      });
    }
  }

  for (const path of ['/', '/ports?ports=1-130', '/suggestions', '/search?q=written&literal=true']) {
    test(`the page ${path}, composed in steps`, async () => {
      const page = await whileWriting(() => fetchText(path, 'text/html'));
      const names = new Set(page.match(/written-\d+/g));
      assert.equal(names.size, 1);
      const [name = ''] = names;
      assert.ok(page.includes(`<time datetime="${dayOf(Number(name.slice('written-'.length)))}">`));
    });
  }

  test('POST /ports/lookup of two ports', async () => {
    const send = () => supertest(product.app).post('/ports/lookup').send([22, 80]);
    const { body } = await send();
    assert.deepEqual((await whileWriting(send)).body, body);
  });

  test('one field of GraphQL', async () => {
    const query = '{ port(number: 22) { summary associations { name } registry { date } } }';
    // The test app compares two ways of answering, which see two states.
    const app = await createTestApp(product.registry, { ANSWER_CACHE: 'off' });
    const send = () => supertest(app).post('/graphql').send({ query });
    const { body } = await send();
    assert.deepEqual((await whileWriting(send)).body, body);
  });
});
