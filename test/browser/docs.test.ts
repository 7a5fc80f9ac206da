import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONTRACT, type Node } from '../support/contract.ts';
import { useListening } from '../support/listening.ts';
import { useProduct } from '../support/registry.ts';
import { assertAccessible } from './accessibility.ts';
import { useChromium } from './chromium.ts';
import { measurePage } from './page-timing.ts';

const product = useProduct();
const origin = useListening(product);
const visit = useChromium();

/** The ids of all operations of the contract. */
const operations = Object.values(CONTRACT.paths as Record<string, Record<string, Node>>).flatMap((path) =>
  Object.values(path).flatMap(({ operationId }) => (operationId === undefined ? [] : [String(operationId)])),
);

test('/docs shows every operation of the contract', async () => {
  const { page, assertClean, photograph } = await visit(`${await origin()}/docs`);
  await page.locator('.opblock').first().waitFor();
  const ids = await page.locator('.opblock').evaluateAll((blocks) => blocks.map(({ id }) => id.split('-').at(-1)));
  assert.deepEqual(ids.sort(), operations.sort());
  assert.equal((await measurePage(page)).shift, 0);
  await photograph('docs');
  await assertAccessible(page);
  await page.getByText('Rules for all resources: formats').click();
  await page.getByRole('heading', { name: /^Portolan/ }).waitFor();
  await assertAccessible(page);
  assertClean();
});

test('/docs sends a request and shows the response', async () => {
  const { page, assertClean, photograph } = await visit(`${await origin()}/docs`);
  const operation = page.locator('#operations-ports-getPort');
  await operation.locator('.opblock-summary').click();
  await operation.getByPlaceholder('port', { exact: true }).fill('22');
  await operation.getByRole('button', { name: 'Execute' }).click();
  const response = operation.locator('.live-responses-table');
  await response.locator('.microlight').first().waitFor();
  const text = await response.innerText();
  assert.match(text, /^200\s*$/m);
  assert.ok(text.includes(product.registry.port(22, null).summary), text);
  assert.ok((await operation.locator('.request-url').innerText()).endsWith('/ports/22'));
  await response.scrollIntoViewIfNeeded();
  await photograph('docs-answer');
  await assertAccessible(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('html.dark-mode').waitFor();
  // The colours change in 0.3 s. The sheet may cancel a transition.
  await page.evaluate('Promise.allSettled(document.getAnimations().map(({ finished }) => finished))');
  await assertAccessible(page);
  await photograph('docs-answer-dark');
  assertClean();
});

test('/docs opens at the operation in the URL', async () => {
  const { page, assertClean } = await visit(`${await origin()}/docs#/ports/getPort`);
  await page.locator('#operations-ports-getPort.is-open').waitFor();
  assert.equal(await page.locator('.opblock.is-open').count(), 1);
  assertClean();
});
