import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { useListening } from '../support/listening.ts';
import { useProduct } from '../support/registry.ts';
import { accessibilityFaults } from './accessibility.ts';
import { useChromium } from './chromium.ts';
import { HOSTILE, writeHostileEntry } from './hostile-entry.ts';
import { assertLightLoad, measurePage } from './page-timing.ts';
import { SCHEMES, sizeFaults } from './screens.ts';

const product = useProduct();
const origin = useListening(product);
const visit = useChromium();

/** The highest allowed positions on the page of port 8080, in CSS pixels. */
const LIMITS = [
  { width: 1280, height: 800, verdict: 200, answers: 740, page: 1164 },
  { width: 360, height: 740, verdict: 440, answers: 740, page: 2363 },
] as const;

/** The widths of phones, tablets, laptops and screens, in CSS pixels. */
const WIDTHS = [360, 641, 768, 1000, 1280, 1920] as const;

/** Returns the lower edge of an element, in CSS pixels from the top of the page. */
async function bottomOf(page: Page, selector: string): Promise<number> {
  const box = await page.locator(selector).boundingBox();
  return box === null ? Number.POSITIVE_INFINITY : box.y + box.height;
}

describe('the page of a port', () => {
  for (const path of ['/ports/22', '/ports/8080', '/ports/60257']) {
    test(`${path} has no layout shift, and loads at most 20 kB in 8 requests on a first visit`, async () => {
      const base = await origin();
      const { page } = await visit(`${base}/about`);
      assert.equal((await assertLightLoad(page, base + path)).shift, 0);
    });
  }

  for (const { width, height, ...limits } of LIMITS) {
    test(`answers on the first screen, ${width} pixels wide`, async () => {
      const { page, assertClean } = await visit(`${await origin()}/ports/8080`, { viewport: { width, height } });
      const seen = {
        verdict: await bottomOf(page, '.answer.verdict'),
        answers: await bottomOf(page, '.answers'),
        page: Number(await page.evaluate('document.documentElement.scrollHeight')),
      };
      for (const name of ['verdict', 'answers', 'page'] as const) {
        assert.ok(seen[name] <= limits[name], `${name} ends at ${seen[name]}, more than ${limits[name]}`);
      }
      assertClean();
    });
  }

  for (const colorScheme of SCHEMES) {
    test(`fits every width, passes axe with folded and open parts, ${colorScheme}`, async () => {
      const { page, assertClean, photograph } = await visit(`${await origin()}/about`, { colorScheme });
      const faults: string[] = [];
      for (const path of ['/ports/8080', '/ports/60257', '/ports/80/tcp', '/ports/6000']) {
        await page.goto((await origin()) + path);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 800 });
          faults.push(...(await sizeFaults(page, width)));
          await photograph(`port-${path.slice(7).replace('/', '-')}-${width}-${colorScheme}`);
        }
        await page.evaluate(`for (const part of document.querySelectorAll('details')) part.open = true`);
        for (const width of [360, 1280]) {
          await page.setViewportSize({ width, height: 800 });
          faults.push(...(await sizeFaults(page, width)), ...(await accessibilityFaults(page)));
        }
      }
      assert.deepEqual(faults, []);
      assertClean();
    });
  }

  for (const [platform, system] of [
    ['Linux x86_64', 'Linux'],
    ['MacIntel', 'macOS'],
    ['Win32', 'Windows'],
    ['FreeBSD amd64', 'FreeBSD'],
  ] as const) {
    test(`opens the commands for ${system} there, without layout shift, and writes the address of the server`, async () => {
      const base = await origin();
      const { page, assertClean } = await visit(`${base}/about`);
      await page.addInitScript(`
        Object.defineProperty(navigator, 'platform', { value: '${platform}' });
        Object.defineProperty(navigator, 'userAgentData', { value: undefined });
      `);
      await page.goto(`${base}/ports/8080`);
      assert.equal((await measurePage(page)).shift, 0);
      assert.deepEqual(await page.locator('details[data-system][open] > summary').allInnerTexts(), [system]);
      await page.getByText(`curl ${base.replace('http://', '')}/ports/8080`, { exact: true }).waitFor();
      assertClean();
    });
  }

  test('marks the current protocol in forced colours', async () => {
    const { page, assertClean } = await visit(`${await origin()}/ports/443/udp`, { forcedColors: 'active' });
    const outlines = await page.evaluate(
      `[...document.querySelectorAll('.states a')].map((link) => getComputedStyle(link).outlineStyle)`,
    );
    assert.deepEqual(outlines, ['none', 'none', 'solid', 'none', 'none']);
    assertClean();
  });

  test('leads to free ports near it, for its protocol', async () => {
    const { page, assertClean } = await visit(`${await origin()}/ports/8080/udp`);
    await page.getByRole('link', { name: 'Find a free port near 8080' }).click();
    await page.waitForURL('**/suggestions?near=8080&protocol=udp');
    assert.equal(await page.getByLabel('Near port').inputValue(), '8080');
    assert.equal(await page.getByRole('combobox', { name: 'Protocol' }).inputValue(), 'udp');
    assertClean();
  });

  test('has commands with a copy button that confirms the copy', async () => {
    const { page, assertClean } = await visit(`${await origin()}/ports/60257`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const button = page.getByRole('button', { name: 'Copy the command for Linux by ss' });
    await button.click();
    await button.and(page.getByText('Copied')).waitFor();
    await page.getByRole('status').getByText('Copied', { exact: true }).waitFor();
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
    await page.getByRole('heading', { level: 1, name: 'postgresql' }).waitFor();
    assertClean();
  });

  test('has headings that link to themselves, by pointer and keyboard', async () => {
    const { page, assertClean } = await visit(`${await origin()}/ports/443`);
    const link = page.getByRole('heading', { name: 'IANA registry', exact: true }).getByRole('link');
    const sign = `getComputedStyle(document.querySelector('#official a'), '::after').content`;
    assert.equal(await page.evaluate(sign), 'none');
    const { width } = (await link.boundingBox()) ?? {};
    await link.hover();
    assert.match(String(await page.evaluate(sign)), /^" #"/);
    assert.equal((await link.boundingBox())?.width, width);
    await page.mouse.move(0, 0);
    await page.keyboard.press('Tab');
    await link.focus();
    assert.match(String(await page.evaluate(sign)), /^" #"/);
    await page.keyboard.press('Enter');
    assert.match(page.url(), /#official$/);
    assertClean();
  });

  test('prints its content, without interactive elements', async () => {
    const { page, assertClean, photograph } = await visit(`${await origin()}/ports/8080`, {
      viewport: { width: 718, height: 1000 },
    });
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.getByRole('button').filter({ visible: true }).count(), 0);
    assert.equal(await page.locator('.button').filter({ visible: true }).count(), 0);
    assert.ok(await page.getByText('HTTP Alternate').first().isVisible());
    assert.ok(await page.getByText('tcp assigned').first().isVisible());
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 718);
    // The longest name has one line, beside a source with a long URL.
    const name = page.getByRole('link', { name: 'Vue CLI and webpack-dev-server', exact: true });
    assert.equal(await name.evaluate((link) => link.getClientRects().length), 1);
    await photograph('print');
    assertClean();
  });
});

test('untrusted data is shown as text, without layout shift', async () => {
  await writeHostileEntry(product);
  const { page, assertClean } = await visit(`${await origin()}/ports/8117`);
  await page.getByRole('heading', { name: HOSTILE.name }).waitFor();
  assert.equal(await page.locator('main img, main script, main style').count(), 0);
  assert.equal(await page.locator('.invisible').first().textContent(), 'U+E000');
  await page.getByText('Note:').click();
  await page.setViewportSize({ width: 320, height: 900 });
  assert.deepEqual(await sizeFaults(page, 320), []);
  assertClean();
});
