import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useListening } from '../support/listening.ts';
import { useProduct } from '../support/registry.ts';
import { useChromium } from './chromium.ts';

const product = useProduct();
const origin = useListening(product);
const visit = useChromium();

describe('without JavaScript', () => {
  test('a port can be found, read and left for its neighbour; features that need JavaScript are hidden', async () => {
    const { page, assertClean } = await visit(`${await origin()}/`, { javaScriptEnabled: false });
    await page.getByRole('main').getByRole('searchbox').fill('443');
    await page.getByRole('main').getByRole('button', { name: 'Look up' }).click();
    await page.getByRole('heading', { level: 1, name: '443' }).waitFor();
    // The style sheet hides the buttons.
    await page.waitForLoadState();
    assert.equal(await page.getByRole('button', { name: /Copy|Add|Reserve/ }).count(), 0);
    await page.getByRole('link', { name: '444', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: '444' }).waitFor();
    assertClean();
  });

  test('the form for suggestions keeps its input', async () => {
    const { page, assertClean } = await visit(`${await origin()}/suggestions`, { javaScriptEnabled: false });
    await page.getByText('Conditions:').click();
    await page.getByLabel('Within').fill('20000-20999');
    await page.getByLabel('How many').fill('3');
    await page.getByLabel('ports that browsers refuse').uncheck();
    await page.getByRole('button', { name: 'Suggest' }).click();
    await page.getByRole('heading', { name: '3 free ports' }).waitFor();
    assert.match(page.url(), /\?count=3&within=20000-20999&avoid=[^&]*$/);
    await page.getByText('Conditions: 3 ports, 20000-20999').click();
    assert.equal(await page.getByLabel('Within').inputValue(), '20000-20999');
    assert.equal(await page.getByLabel('ports that browsers refuse').isChecked(), false);
    assert.equal(await page.getByLabel("Linux' ephemeral range").isChecked(), true);
    assertClean();
  });

  test('a list has filters and pages', async () => {
    const { page, assertClean } = await visit(`${await origin()}/associations`, { javaScriptEnabled: false });
    await page.getByRole('link', { name: 'Next' }).click();
    await page.getByText(/^51 to 100 of /).waitFor();
    await page.getByRole('combobox', { name: 'Category' }).selectOption('database');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.waitForURL(/category=database/);
    assert.deepEqual([...new Set(await page.locator('td[data-label="Category"]').allTextContents())], ['database']);
    assertClean();
  });
});
