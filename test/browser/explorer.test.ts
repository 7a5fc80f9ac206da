import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useListening } from '../support/listening.ts';
import { useProduct } from '../support/registry.ts';
import { assertAccessible } from './accessibility.ts';
import { useChromium } from './chromium.ts';
import { measurePage } from './page-timing.ts';

const product = useProduct();
const origin = useListening(product);
const visit = useChromium();

test('/graphql runs a typed query', async () => {
  const { page, assertClean, photograph } = await visit(`${await origin()}/graphql`);
  await page.locator('.graphiql-query-editor').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('{ port(number: 60257) { summary } }');
  await page.keyboard.press('Control+Enter');
  const answer = page.locator('.result-window');
  await answer.getByText('"summary"').waitFor();
  // The editor breaks long lines: white space is not compared.
  const squeeze = (text: string) => text.replace(/\s+/g, '');
  const result = squeeze(await answer.innerText());
  assert.ok(result.includes(squeeze(product.registry.port(60257, null).summary)), result);
  await photograph('explorer-answer');
  await assertAccessible(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await assertAccessible(page);
  assertClean();
});

test('/graphql is usable on a phone', async () => {
  const { page, assertClean, photograph } = await visit(`${await origin()}/graphql`, {
    viewport: { width: 360, height: 740 },
    colorScheme: 'dark',
  });
  const query = await page.locator('.graphiql-query-editor .graphiql-editor').boundingBox();
  assert.equal((await measurePage(page)).shift, 0);
  assert.ok(query !== null && query.width >= 300 && query.height >= 200, JSON.stringify(query));
  await page.getByRole('button', { name: /^Execute query/ }).click();
  await page.locator('.result-window').getByText('"summary"').waitFor();
  await photograph('explorer-phone');
  await assertAccessible(page);
  await page.getByRole('navigation', { name: 'Site' }).getByRole('link', { name: 'Chart' }).click();
  await page.waitForURL('**/');
  assertClean();
});

test('/graphql shows the documentation of the schema, completes fields, and opens its dialogs', async () => {
  const { page, assertClean, photograph } = await visit(`${await origin()}/graphql`);
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  const documentation = page.locator('.graphiql-doc-explorer');
  await documentation.getByRole('link', { name: 'Query', exact: true }).click();
  await documentation.getByText('Looks up one port.').waitFor();
  await photograph('explorer-documentation');
  await assertAccessible(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await assertAccessible(page);

  await page.locator('.graphiql-query-editor').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('{ ephem');
  await page.locator('.CodeMirror-hints').getByText('ephemeralRanges').waitFor();
  await page.keyboard.press('Escape');

  for (const [button, title] of [
    ['Open settings dialog', 'Settings'],
    ['Open short keys dialog', 'Short Keys'],
  ] as const) {
    await page.getByRole('button', { name: button }).click();
    await page.getByRole('dialog').getByText(title, { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  assertClean();
});
