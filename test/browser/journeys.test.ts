import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { useListening } from '../support/listening.ts';
import { useProduct } from '../support/registry.ts';
import { assertAccessible } from './accessibility.ts';
import { useChromium } from './chromium.ts';

const product = useProduct();
const origin = useListening(product);
const visit = useChromium();

/** The most presses of Tab until a test fails. */
const MOST_TABS = 60;

/** Presses Tab until an element has the focus, as a user without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    if ((await target.and(page.locator(':focus')).count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`${target} is not reached by Tab`);
}

describe('with the keyboard only', () => {
  test('a user corrects a condition, copies a suggestion, can reserve it and opens it', async () => {
    const { page, assertClean } = await visit(`${await origin()}/suggestions`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await tabTo(page, page.getByLabel('For', { exact: true }));
    await page.keyboard.type('billing-api');
    await tabTo(page, page.getByText('Conditions:'));
    await page.keyboard.press('Enter');
    await tabTo(page, page.getByLabel('How many'));
    await page.keyboard.type('2');
    await tabTo(page, page.getByLabel('Within'));
    await page.keyboard.type('20000-');
    await tabTo(page, page.getByLabel('ports that browsers refuse'));
    await page.keyboard.press('Space');
    await tabTo(page, page.getByRole('button', { name: 'Suggest' }));
    await page.keyboard.press('Enter');
    await page.getByText('Cannot read "20000-": expected a range such as 20000-29999.').waitFor();
    await assertAccessible(page);
    // The invalid field has the focus.
    await page.keyboard.press('End');
    await page.keyboard.type('20999');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '2 free ports' }).waitFor();
    const first = page.getByRole('list').locator('code').getByRole('link').first();
    const port = await first.innerText();
    await tabTo(page, page.getByRole('button', { name: `Copy ${port}`, exact: true }));
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('Copied').waitFor();
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), port);
    await page.keyboard.press('Tab');
    const reserve = page.getByRole('link', { name: `Reserve ${port}` }).and(page.locator(':focus'));
    assert.equal(await reserve.getAttribute('href'), `/associations/new?port=${port}&name=billing-api`);
    await tabTo(page, first);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/ports/${port}`);
    // Chromium logs the 400 of the invalid field.
    assert.throws(assertClean, /400/);
  });

  test('a user filters uses and opens one', async () => {
    const { page, assertClean } = await visit(`${await origin()}/associations`);
    await tabTo(page, page.getByLabel('Words', { exact: true }));
    await page.keyboard.type('xsan');
    await tabTo(page, page.getByRole('combobox', { name: 'Origin' }));
    await page.keyboard.type('informal');
    await page.keyboard.press('Tab');
    await tabTo(page, page.getByRole('button', { name: 'Filter' }));
    await page.keyboard.press('Enter');
    await page.waitForURL(/origin=informal/);
    const link = page.getByRole('link', { name: 'Xsan Filesystem Access' });
    await tabTo(page, link);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/associations/xsan-filesystem-access');
    assertClean();
  });

  test('a user expands a note, copies a command and opens a neighbouring port', async () => {
    const { page, assertClean } = await visit(`${await origin()}/ports/80`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const summary = page.locator('summary').first();
    await tabTo(page, summary);
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('details').first().getAttribute('open'), '');
    await tabTo(page, page.getByRole('button', { name: 'Copy the command for Linux by ss' }));
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('Copied').waitFor();
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), "ss -lntup 'sport = :80'");
    await tabTo(page, page.getByRole('link', { name: '81', exact: true }));
    await page.keyboard.press('Enter');
    await page.waitForURL('**/ports/81');
    assertClean();
  });
});

describe('with the mouse', () => {
  test('a user finds a service, opens its port and selects a protocol', async () => {
    const { page, assertClean } = await visit(`${await origin()}/search`);
    await page.getByLabel('Port, service name or words').last().fill('ircu');
    await page.getByRole('main').getByRole('button', { name: 'Search' }).click();
    await page.getByRole('main').getByRole('link', { name: 'ircu', exact: true }).first().click();
    await page.waitForURL('**/services/ircu');
    await page.getByRole('link', { name: '6665-6669' }).first().click();
    await page.waitForURL('**/ports/6665');
    await page.getByRole('navigation', { name: 'Transport protocols' }).getByRole('link', { name: 'udp' }).click();
    await page.waitForURL('**/ports/6665/udp');
    assertClean();
  });

  test('a page for nothing found has links to continue', async () => {
    const { page, assertClean } = await visit(`${await origin()}/services/sssh`);
    await page.getByRole('heading', { level: 1, name: 'There is no service "sssh".' }).waitFor();
    await page.getByRole('link', { name: 'ssh', exact: true }).click();
    await page.waitForURL('**/services/ssh');
    // Chromium logs the 404.
    assert.throws(assertClean, /404/);
  });

  test('every page in the header is marked as the current one', async () => {
    const { page, assertClean } = await visit(`${await origin()}/about`);
    const links = page.getByRole('navigation', { name: 'Site' }).getByRole('link');
    const labels = ['Chart', 'Free port', 'Our ports', 'Registry', 'API'];
    assert.deepEqual(await links.allInnerTexts(), labels);
    for (const words of labels) {
      await links.getByText(words, { exact: true }).click();
      await page.locator('nav [aria-current="page"]').getByText(words, { exact: true }).waitFor();
      assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, words);
    }
    assertClean();
  });
});
