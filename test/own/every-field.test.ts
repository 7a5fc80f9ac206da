import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { ownCsv } from '../../src/text/own-files.ts';
import { CONTRACT, request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

type Schemas = Readonly<Record<string, { readonly properties: object }>>;
const { schemas } = CONTRACT.components as { readonly schemas: Schemas };

function fieldsOf(schema: string): string[] {
  return Object.keys(schemas[schema]?.properties ?? {});
}

describe('every field of the contract', () => {
  let page: string;
  before(async () => {
    page = (await request(product.app).get('/ports/22').set('Accept', 'text/html')).text;
  });

  test('has a control in the form; both ports have one, and confidence and program have none', async () => {
    const { text } = await request(product.app).get('/associations/new').set('Accept', 'text/html');
    const inForm = [...text.matchAll(/ data-field="(\w+)" data-kind="\w+"/g)].flatMap(([, name]) =>
      name === 'port' ? ['firstPort', 'lastPort'] : [name],
    );
    assert.deepEqual([...inForm, 'confidence', 'usedBy'].sort(), fieldsOf('OwnEntry').sort());
  });

  test('is in the GraphQL query of a page, in the order of the contract', () => {
    const [, query = ''] = /<a href="\/graphql\?query=([^"]*)"/.exec(page) ?? [];
    const [, selection = ''] =
      /associations \{([^}]*\}[^}]*)\}/.exec(new URLSearchParams(`q=${query}`).get('q') ?? '') ?? [];
    const inQueries = fieldsOf('Association').filter((name) => name !== 'warnings');
    assert.deepEqual(selection.replace('{ title url }', '').trim().split(/\s+/), inQueries);
  });

  test('is a column of the exported CSV, in the order of the contract', () => {
    assert.equal(ownCsv([]), `id,${fieldsOf('OwnEntry').join(',')}\n`);
  });
});
