import assert from 'node:assert/strict';
import { test } from 'node:test';
import { portKind } from '../../src/registry/chart/port-kind.ts';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();
/** The module of the browser, which has no types. */
const MODULE = new URL('../../src/web/browser/chart/chart-kinds.js', import.meta.url).href;

const PALETTE = { background: '#fff', kind: (name: string) => (name === 'own' ? '#f00' : '#000') };

async function frontPage(): Promise<string> {
  const { text } = await request(product.app).get('/').set('Accept', 'text/html');
  return text;
}

async function readKinds(page: string): Promise<readonly string[]> {
  const [, kinds = ''] = /data-kinds="([^"]*)"/.exec(page) ?? [];
  const { readKinds } = await import(MODULE);
  return readKinds({ dataset: { kinds } });
}

test('the page has the kind of each byte of the chart for its script', async () => {
  const kinds = await readKinds(await frontPage());
  assert.deepEqual(
    kinds,
    Array.from({ length: 256 }, (_, byte) => portKind(byte)),
  );
});

test('the chart shows the ports of the selected rows of the legend', async () => {
  const page = await frontPage();
  const kinds = await readKinds(page);
  const keys = [...page.matchAll(/data-word="([^"]+)"/g)].map(([, key]) => key);
  const { coloursOf } = await import(MODULE);
  const shown = (...filter: string[]) =>
    (coloursOf(PALETTE, kinds, new Set(filter)) as number[][]).flatMap(([red, green], byte) =>
      green === 0 || red === 0 ? [byte] : [],
    );
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  assert.deepEqual(shown(), bytes);
  for (const [key, selects] of [
    ['kind:own', (byte: number) => portKind(byte) === 'own'],
    ['kind:assigned-tcp', (byte: number) => portKind(byte) === 'assigned-tcp'],
    ['mark:32', (byte: number) => (byte & 32) !== 0],
    ['mark:128', (byte: number) => (byte & 128) !== 0],
  ] as const) {
    assert.ok(keys.includes(key), key);
    assert.deepEqual(shown(key), bytes.filter(selects), key);
  }
  const either = (byte: number) => portKind(byte) === 'reserved' || (byte & 64) !== 0;
  assert.deepEqual(shown('kind:reserved', 'mark:64'), bytes.filter(either));
});
