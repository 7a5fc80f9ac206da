import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

const FIELDS = `{
  id name usedBy firstPort lastPort protocols category confidence prominence origin note sources { title url }
  owner contact environment link tags otherNames justification approvedBy approvedAt reviewBy expiresAt status hosts revision
}`;
const CREATE = `mutation ($input: AssociationInput!) { createAssociation(input: $input) ${FIELDS} }`;
const UPDATE = `mutation ($id: ID!, $revision: Int!, $input: AssociationPatch!) {
  updateAssociation(id: $id, revision: $revision, input: $input) ${FIELDS}
}`;
const DELETE = 'mutation ($id: ID!, $revision: Int!) { deleteAssociation(id: $id, revision: $revision) { id name } }';

async function ask(query: string, variables: object, Authorization = product.bearer('write')) {
  const response = await request(product.app).post('/graphql').set({ Authorization }).send({ query, variables });
  return response.body;
}

async function refusal(query: string, variables: object, Authorization?: string) {
  const { data, errors } = await ask(query, variables, Authorization);
  assert.equal(data, null);
  return { code: errors[0].extensions.code, message: errors[0].message, errors: errors[0].extensions.errors };
}

const INPUT = { name: 'graph', firstPort: 7100, protocols: ['UDP'], category: 'WEB_DEV', sources: [{ title: 'x' }] };

describe('mutations', () => {
  test('create, change and delete as in REST', async () => {
    const { createAssociation: created } = (await ask(CREATE, { input: INPUT })).data;
    const { id } = created;
    const rest = (await request(product.app).get(`/associations/${id}`)).body;
    assert.deepEqual(
      [rest.name, rest.category, rest.protocols, rest.sources],
      ['graph', 'web-dev', ['udp'], [{ title: 'x', url: null }]],
    );
    assert.deepEqual([created.category, created.origin, created.revision], ['WEB_DEV', 'OWN', 1]);
    const changed = (await ask(UPDATE, { id, revision: 1, input: { owner: 'team', category: null } })).data;
    const { owner, category, revision } = changed.updateAssociation;
    assert.deepEqual([owner, category, revision], ['team', 'OTHER', 2]);
    assert.deepEqual(await refusal(UPDATE, { id, revision: 1, input: { owner: 'late' } }), {
      code: 'STALE',
      message: `Cannot change association "${id}": it has revision 2 by now, not 1`,
      errors: undefined,
    });
    assert.deepEqual((await ask(DELETE, { id, revision: 2 })).data.deleteAssociation, { id, name: 'graph' });
    const gone = { code: 'NOT_FOUND', message: `Cannot find association "${id}": no such id`, errors: undefined };
    assert.deepEqual(await refusal(DELETE, { id, revision: 2 }), gone);
  });

  test('adopt a socket only while no entry declares it', async () => {
    const adopt = `mutation ($input: AssociationInput!, $adopt: Boolean) {
      createAssociation(input: $input, adopt: $adopt) { id name }
    }`;
    const input = { name: 'seen', firstPort: 7200, hosts: ['web-1'] };
    const { id } = (await ask(adopt, { input, adopt: true })).data.createAssociation;
    const detail = `the own entry "seen" (${id}) already declares "seen" on 7200/tcp; read the drift again`;
    assert.deepEqual(await refusal(adopt, { input, adopt: true }), {
      code: 'CONFLICT',
      message: `Cannot create the entry: ${detail}`,
      errors: undefined,
    });
    assert.equal((await ask(adopt, { input, adopt: null })).data.createAssociation.name, 'seen');
  });

  test('refuse the same input as REST, with all faults', async () => {
    const faults = [
      {
        parameter: 'name',
        detail: 'Cannot read name "": expected a text of 1 to 100 characters without control or invisible characters',
      },
      { parameter: 'link', detail: 'Cannot read link "x": expected an address that begins with http:// or https://' },
    ];
    assert.deepEqual(await refusal(CREATE, { input: { ...INPUT, name: '', link: 'x' } }), {
      code: 'BAD_USER_INPUT',
      message: `${faults[0]?.detail}; and 1 more fault`,
      errors: faults,
    });
    const bundled = await refusal(DELETE, { id: 'wake-on-lan', revision: 1 });
    assert.deepEqual(
      [bundled.code, bundled.message.slice(0, 40)],
      ['FORBIDDEN', 'Cannot change association "wake-on-lan":'],
    );
  });

  test('need a token with the scope write, and never run over GET', async () => {
    const none = await refusal(CREATE, { input: INPUT }, '');
    assert.deepEqual(
      [none.code, none.message],
      ['UNAUTHENTICATED', 'Cannot read the header field Authorization: expected Bearer TOKEN'],
    );
    const reader = await refusal(CREATE, { input: INPUT }, product.bearer('read'));
    assert.deepEqual(
      [reader.code, reader.message],
      ['FORBIDDEN', 'The token "read" has the scope read: expected write'],
    );
    const query = encodeURIComponent('mutation { createAssociation(input: {name: "get", firstPort: 1}) { id } }');
    const get = await request(product.app).get(`/graphql?query=${query}`).set('Authorization', product.bearer('write'));
    assert.equal(get.status, 405);
    assert.equal((await request(product.app).get('/associations?service=get')).body.count, 0);
  });

  test('run one after another', async () => {
    const two =
      'mutation { a: createAssociation(input: {name: "a", firstPort: 1}) { id } b: createAssociation(input: {name: "b", firstPort: 1}) { id } }';
    const { data } = await ask(two, {});
    assert.notEqual(data.a.id, data.b.id);
  });
});
