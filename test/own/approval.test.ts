import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CONTRACT, request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

/** Creates an entry and returns its id. */
async function create(fields: object = {}): Promise<string> {
  const response = await request(product.app)
    .post('/associations')
    .set('Authorization', product.bearer('write'))
    .send({ name: 'billing-api', firstPort: 8443, justification: 'Invoices', hosts: ['a.example.org'], ...fields });
  assert.equal(response.status, 201, response.text);
  return response.body.id;
}

async function read(id: string) {
  const response = await request(product.app).get(`/associations/${id}`);
  return { entry: response.body, etag: response.get('ETag') ?? '' };
}

async function approval(method: 'post' | 'delete', id: string, scope: 'write' | 'admin' = 'admin') {
  const { etag } = await read(id);
  return request(product.app)
    [method](`/associations/${id}/approval`)
    .set({ Authorization: product.bearer(scope), 'If-Match': etag });
}

async function patch(id: string, fields: object) {
  const { etag } = await read(id);
  return request(product.app)
    .patch(`/associations/${id}`)
    .set({ Authorization: product.bearer('write'), 'If-Match': etag })
    .send(fields);
}

describe('the approval of an own entry', () => {
  test('has the token of the admin and the time, and is a write of the entry', async () => {
    const id = await create();
    const { entry } = await read(id);
    const response = await approval('post', id);
    assert.equal(response.status, 200, response.text);
    const { approvedAt } = response.body;
    assert.ok(Math.abs(Date.parse(approvedAt) - Date.now()) < 60_000, approvedAt);
    const { warnings, ...approved } = response.body;
    assert.deepEqual(response.body, { ...entry, approvedBy: 'admin', approvedAt, revision: 2, warnings: [] });
    assert.deepEqual(warnings, []);
    assert.equal(response.get('ETag'), (await read(id)).etag);
    const audit = await request(product.app)
      .get(`/audit?id=${id}&limit=1`)
      .set('Authorization', product.bearer('admin'));
    const [{ action, token, before, after }] = audit.body.results;
    assert.deepEqual([action, token, before, after], ['update', 'admin', entry, approved]);
  });

  test('is withdrawn by an admin; a second withdrawal changes nothing', async () => {
    const id = await create();
    await approval('post', id);
    const withdrawn = await approval('delete', id);
    assert.deepEqual(
      [withdrawn.status, withdrawn.body.approvedBy, withdrawn.body.approvedAt, withdrawn.body.revision],
      [200, null, null, 3],
    );
    assert.deepEqual((await approval('delete', id)).body, withdrawn.body);
  });

  test('requires the scope admin, the entry that was reviewed, and an own entry', async () => {
    const id = await create();
    const refused = await approval('post', id, 'write');
    assert.deepEqual(
      [refused.status, refused.body.detail],
      [403, 'The token "write" has the scope write: expected admin'],
    );
    const headers = { Authorization: product.bearer('admin') };
    const path = `/associations/${id}/approval`;
    const blind = await request(product.app).post(path).set(headers);
    assert.deepEqual(
      [blind.status, blind.body.detail],
      [428, 'Cannot change without If-Match: expected the ETag that GET gave, so that no change is lost'],
    );
    const { etag } = await read(id);
    await patch(id, { owner: 'payments' });
    const stale = await request(product.app)
      .post(path)
      .set({ ...headers, 'If-Match': etag });
    assert.deepEqual(
      [stale.status, stale.body.detail],
      [412, `Cannot change association "${id}": it is not the one that If-Match names; read it again`],
    );
    const bundled = await approval('post', 'xsan-filesystem-access');
    assert.deepEqual(
      [bundled.status, bundled.body.detail],
      [
        403,
        'Cannot change association "xsan-filesystem-access": it belongs to the bundled list; expected an own entry',
      ],
    );
    assert.equal((await approval('post', 'own-000000000000')).status, 404);
  });

  for (const [field, value] of Object.entries({
    firstPort: 8444,
    lastPort: 8450,
    protocols: ['tcp', 'udp'],
    hosts: ['b.example.org'],
    justification: 'Invoices of 2027',
  })) {
    test(`is cleared by a change of ${field}`, async () => {
      const id = await create();
      await approval('post', id);
      const { body } = await patch(id, { [field]: value });
      assert.deepEqual([body[field], body.approvedBy, body.approvedAt], [value, null, null]);
    });
  }

  test('remains after other changes', async () => {
    const id = await create();
    const { body } = await approval('post', id);
    const others = { owner: 'payments', reviewBy: '2027-01-31', status: 'retired', note: 'Moved', firstPort: 8443 };
    const changed = await patch(id, others);
    assert.deepEqual(changed.body, { ...body, ...others, revision: 3, warnings: [] });
  });

  test('cannot be written by a client', async () => {
    const id = await create();
    const fields = { approvedBy: 'me', approvedAt: '2027-01-31T00:00:00.000Z' };
    const expected = Object.keys(fields).map((parameter) => ({
      parameter,
      detail: `Cannot write field "${parameter}": the server makes it`,
    }));
    const changed = await patch(id, fields);
    assert.deepEqual([changed.status, changed.body.errors], [400, expected]);
    const created = await request(product.app)
      .post('/associations')
      .set('Authorization', product.bearer('write'))
      .send({ name: 'x', firstPort: 1, ...fields });
    assert.deepEqual([created.status, created.body.errors], [400, expected]);
  });

  test('is a mutation in GraphQL', async () => {
    const id = await create();
    const ask = async (name: string, revision: number, scope: 'write' | 'admin' = 'admin') => {
      const query = `mutation { ${name}(id: "${id}", revision: ${revision}) { approvedBy approvedAt revision } }`;
      const response = await request(product.app)
        .post('/graphql')
        .set('Authorization', product.bearer(scope))
        .send({ query });
      return response.body;
    };
    const { approveAssociation } = (await ask('approveAssociation', 1)).data;
    const { entry } = await read(id);
    const { approvedBy, approvedAt, revision } = entry;
    assert.deepEqual(approveAssociation, { approvedBy, approvedAt, revision });
    assert.deepEqual([approvedBy, revision], ['admin', 2]);
    assert.equal((await ask('withdrawApproval', 1)).errors[0].extensions.code, 'STALE');
    assert.equal((await ask('withdrawApproval', 2, 'write')).errors[0].extensions.code, 'FORBIDDEN');
    assert.deepEqual((await ask('withdrawApproval', 2)).data.withdrawApproval, {
      approvedBy: null,
      approvedAt: null,
      revision: 3,
    });
  });

  test('is in the contract', () => {
    assert.deepEqual(Object.keys((CONTRACT.paths as Record<string, object>)['/associations/{id}/approval'] ?? {}), [
      'parameters',
      'post',
      'delete',
    ]);
  });
});
