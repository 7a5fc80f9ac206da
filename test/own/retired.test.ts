import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

/** A port that the bundled lists do not name. */
const PORT = 5_124;

function get(path: string) {
  return request(product.app).get(path);
}

async function setStatus(id: string, status: string) {
  const { headers } = await get(`/associations/${id}`);
  const response = await request(product.app)
    .patch(`/associations/${id}`)
    .set({ Authorization: product.bearer('write'), 'If-Match': headers.etag })
    .send({ status });
  assert.equal(response.status, 200, response.text);
}

/** Returns whether a search finds the entry. */
async function isFound(text: string): Promise<boolean> {
  const { results } = (await get(`/search?literal=true&q=${text}`)).body;
  return results.some(({ name }: { name: string }) => name === 'legacy-api');
}

/** Returns what each resource says of the entry. */
async function uses() {
  const report = (await get(`/ports/${PORT}`)).body;
  const suitability = (await get(`/ports/${PORT}/suitability?protocol=tcp`)).body;
  const chart = (await get('/chart.bin')).body as Buffer;
  const suggestions = (await get(`/suggestions?protocol=tcp&pool=old&within=${PORT}-${PORT}`)).body;
  const pool = (await get('/pools/old')).body;
  const names = await get('/export/services?origin=own');
  const page = (await get(`/ports/${PORT}`).set('Accept', 'text/html')).text;
  return {
    report: report.associations.map(({ name }: { name: string }) => name),
    summary: report.summary.includes('legacy-api'),
    suitability: suitability.reasons.some(({ detail }: { detail: string }) => detail.includes('legacy-api')),
    isOwnInChart: chart[PORT] !== chart[PORT + 2],
    suggestions: suggestions.count,
    poolUsed: pool.used,
    services: (await get('/services/legacy-api')).status,
    otherName: (await get('/services/old-api')).status,
    search: await isFound('legacy-api'),
    searchByPort: await isFound(String(PORT)),
    export: names.text.includes('legacy-api'),
    page: page.includes('legacy-api'),
  };
}

const USED = {
  report: ['legacy-api'],
  summary: true,
  suitability: true,
  isOwnInChart: true,
  suggestions: 0,
  poolUsed: 1,
  services: 200,
  otherName: 200,
  search: true,
  searchByPort: true,
  export: true,
  page: true,
};

describe('an own entry', () => {
  let id: string;
  before(async () => {
    const admin = product.bearer('admin');
    await request(product.app)
      .post('/pools')
      .set('Authorization', admin)
      .send({ name: 'old', ranges: ['5123-5130'] });
    const entry = { name: 'legacy-api', firstPort: PORT, status: 'planned', otherNames: ['old-api'] };
    const response = await request(product.app).post('/associations').set('Authorization', admin).send(entry);
    id = response.body.id;
  });

  test('that is planned is a use of its port', async () => {
    assert.deepEqual(await uses(), USED);
  });

  test('that is retired is no use of its port, but stays in lists', async () => {
    await setStatus(id, 'retired');
    assert.deepEqual(await uses(), {
      report: [],
      summary: false,
      suitability: false,
      isOwnInChart: false,
      suggestions: 1,
      poolUsed: 0,
      services: 404,
      otherName: 404,
      search: false,
      searchByPort: false,
      export: false,
      page: false,
    });
    for (const path of [
      '/associations?origin=own',
      `/associations?port=${PORT}&origin=own`,
      '/associations?q=legacy-api&origin=own',
    ]) {
      const { results } = (await get(path)).body;
      assert.deepEqual(
        results.map(({ name, status }: { name: string; status: string }) => [name, status]),
        [['legacy-api', 'retired']],
        path,
      );
    }
    const own = await get('/own').set('Accept', 'text/html');
    assert.match(own.text, / <span class="status">retired<\/span>/);
    const reservation = await request(product.app)
      .post('/reservations')
      .set('Authorization', product.bearer('write'))
      .send({ name: 'next', pool: 'old', within: `${PORT}-${PORT}` });
    assert.deepEqual([reservation.status, reservation.body.firstPort], [201, PORT]);
  });

  test('that is active again is a use again', async () => {
    await setStatus(id, 'active');
    const { report, ...others } = await uses();
    assert.deepEqual(report, ['legacy-api', 'next']);
    const { report: _, ...expected } = USED;
    assert.deepEqual(others, expected);
  });
});
