import assert from 'node:assert/strict';
import { test } from 'node:test';
import request from 'supertest';
import type { Association } from '../../src/registry/rows/association.ts';
import { useProduct } from '../support/registry.ts';

/** The largest page of a search. */
const LIMIT = 100;

const product = useProduct();

test('the name of each known use finds the use before any other row of its port', async () => {
  const wrong: string[] = [];
  for (const { id, name, firstPort } of await knownUses()) {
    const { body } = await request(product.app).get('/search').query({ q: name, literal: true, limit: LIMIT });
    const results: readonly { readonly port: number | null; readonly rows: readonly { readonly id?: string }[] }[] =
      body.results;
    const found = results.find(({ port }) => port === firstPort)?.rows[0]?.id;
    if (found !== id) wrong.push(`${name} (${firstPort}) finds ${found}`);
  }
  assert.deepEqual(wrong, []);
});

async function knownUses(): Promise<Association[]> {
  const uses: Association[] = [];
  for (let offset = 0; ; offset += LIMIT) {
    const { body } = await request(product.app)
      .get('/associations')
      .query({ origin: 'informal', limit: LIMIT, offset });
    uses.push(...body.results);
    if (uses.length >= body.count) return uses;
  }
}
