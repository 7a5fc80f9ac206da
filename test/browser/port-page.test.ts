import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useListening } from '../support/listening.ts';
import { useProduct } from '../support/registry.ts';
import { useChromium } from './chromium.ts';
import { HOSTILE, writeHostileEntry } from './hostile-entry.ts';
import { measurePage } from './page-timing.ts';
import { sizeFaults } from './screens.ts';

const product = useProduct();
const origin = useListening(product);
const visit = useChromium();

describe('the page of a port', () => {
  test('has no layout shift, and loads less than 60 kB on a first visit', async () => {
    const base = await origin();
    const { page } = await visit(`${base}/about`);
    const context = await page.context().browser()?.newContext();
    const fresh = await context?.newPage();
    if (context === undefined || fresh === undefined) throw new Error('no browser');
    let bytes = 0;
    const wire = await context.newCDPSession(fresh);
    await wire.send('Network.enable');
    wire.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    await fresh.goto(`${base}/ports/60257`, { waitUntil: 'networkidle' });
    const seen = await measurePage(fresh);
    assert.equal(seen.shift, 0);
    assert.ok(bytes > 0 && bytes < 60_000, `${bytes} bytes`);
    await context.close();
  });

  test('has commands with a copy button that confirms the copy', async () => {
    const { page, assertClean } = await visit(`${await origin()}/ports/60257`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const button = page.getByRole('button', { name: 'Copy the command for Linux by ss' });
    await button.click();
    await button.and(page.getByText('Copied')).waitFor();
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), "ss -lntup 'sport = :60257'");
    assertClean();
  });

  test('focuses the search by /, and every link and button by Tab', async () => {
    const { page, assertClean } = await visit(`${await origin()}/ports/443`);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the content');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate('document.activeElement.id'), 'content');
    await page.keyboard.press('/');
    await page.keyboard.type('postgresql');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/services/postgresql');
    assertClean();
  });

  test('prints its content, without interactive elements', async () => {
    const { page, assertClean, photograph } = await visit(`${await origin()}/ports/443`);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.getByRole('button').filter({ visible: true }).count(), 0);
    assert.ok(await page.getByText('http protocol over TLS/SSL').first().isVisible());
    await photograph('print');
    assertClean();
  });
});

test('untrusted data is shown as text, without layout shift', async () => {
  await writeHostileEntry(product);
  const { page, assertClean } = await visit(`${await origin()}/ports/8117`);
  await page.getByRole('heading', { name: HOSTILE.name }).waitFor();
  assert.equal(await page.locator('main img, main script, main style').count(), 0);
  assert.equal(await page.locator('.unseen').first().textContent(), 'U+202E');
  await page.getByText('Note:').click();
  await page.setViewportSize({ width: 320, height: 900 });
  assert.deepEqual(await sizeFaults(page, 320), []);
  assertClean();
});
