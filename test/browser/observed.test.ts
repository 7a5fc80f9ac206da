import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { ANY_ASSOCIATION } from '../../src/registry/search/search-result.ts';
import { useListening } from '../support/listening.ts';
import { putSnapshot, socketLine } from '../support/observed.ts';
import { useProduct } from '../support/registry.ts';
import { tokenNamed } from '../support/tokens.ts';
import { useChromium } from './chromium.ts';

const product = useProduct();
const origin = useListening(product);
const visit = useChromium();

/** Opens a page in a new window with a token that may write. */
async function open(path: string): Promise<Page> {
  const { page } = await visit(`${await origin()}/about`);
  product.bearer('write');
  await page.evaluate(`sessionStorage.setItem('portolan.token', ${JSON.stringify(tokenNamed('write'))})`);
  await page.goto((await origin()) + path);
  return page;
}

test('"Declare" opens the form of an entry, and two windows declare the sockets of a host once', async () => {
  await putSnapshot(
    product,
    'web-1',
    socketLine('tcp', '0.0.0.0:1', 'first') + socketLine('udp', '[::]:65535', 'last'),
  );
  await putSnapshot(product, 'web-2', socketLine('tcp', '0.0.0.0:20007', 'orders'));
  const single = await open('/drift?host=web-2');
  await single.getByRole('link', { name: 'Declare', exact: true }).click();
  await single.getByRole('button', { name: 'Save' }).click();
  await single.getByText('Saved: orders on 20007.').waitFor();

  const label = 'Declare all sockets of this host';
  const [first, second] = await Promise.all([open('/drift?host=web-1'), open('/drift?host=web-1')]);
  const button = second.getByRole('button', { name: label });
  await button.waitFor();
  await second.route('**/associations?adopt=true', async (route) => {
    // The first window declares them after the second one has read the drift.
    await first.getByRole('button', { name: label }).click();
    await first.getByText('2 own entries created.').waitFor();
    await route.continue();
  });
  await button.click();
  await second
    .getByText(/^Cannot create the entries: the own entry "first" \(own-\w+\) already declares "first" on 1\/tcp/)
    .waitFor();
  await second.unroute('**/associations?adopt=true');
  await button.click();
  await second.getByText('All sockets of this host are declared by now.').waitFor();
  const { results } = product.registry.associations({ ...ANY_ASSOCIATION, origin: 'own' }, { limit: 10, offset: 0 });
  assert.deepEqual(results.map(({ name, hosts }) => `${name} ${hosts}`).sort(), [
    'first web-1',
    'last web-1',
    'orders web-2',
  ]);
});
