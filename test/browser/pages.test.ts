import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePool } from '../../src/registry/advice/pool.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { useListening } from '../support/listening.ts';
import { useProduct } from '../support/registry.ts';
import { accessibilityFaults } from './accessibility.ts';
import { useChromium } from './chromium.ts';
import { writeHostileEntry } from './hostile-entry.ts';
import { measurePage } from './page-timing.ts';
import { writePastDays } from './past-days.ts';
import { SCHEMES, sizeFaults } from './screens.ts';

const product = useProduct();
const origin = useListening(product);
const visit = useChromium();

/** One page of each kind, with the name of its pictures. */
const PAGES = [
  ['/ports/60257', 'port-dynamic'],
  ['/ports/80', 'port-assigned'],
  ['/ports/3478/udp', 'port-protocol'],
  ['/ports?ports=22,443/tcp,6000-6010', 'ports'],
  ['/ports/8443/suitability?protocol=tcp', 'suitability'],
  ['/services/http', 'service'],
  ['/search?q=ssh&literal=true', 'search'],
  ['/search?q=kubernets', 'search-corrected'],
  ['/search?q=ssj', 'search-nothing'],
  ['/ranges', 'ranges'],
  ['/ephemeral-ranges', 'ephemeral-ranges'],
  ['/assignments?state=recorded', 'assignments'],
  ['/associations', 'associations'],
  ['/suggestions?count=3', 'suggestions'],
  ['/registry', 'registry'],
  ['/registry/snapshots', 'snapshots'],
  ['/registry/changes', 'changes'],
  ['/ports/5000/history', 'history'],
  ['/ports/5000?asOf=2020-07-14', 'port-then'],
  ['/services/old-name', 'service-retired'],
  ['/own', 'own'],
  ['/associations/new?port=8443', 'entry-new'],
  ['/conflicts', 'conflicts'],
  ['/associations/changes', 'own-changes'],
  ['/reports/allowed-ports', 'allowed-ports'],
  ['/reports/due?days=3650', 'due'],
  ['/pools', 'pools'],
  ['/pools/billing', 'pool'],
  ['/audit', 'audit'],
  ['/drift', 'drift'],
  ['/observations', 'observations'],
  ['/about', 'about'],
  ['/associations/wake-on-lan', 'use'],
  ['/docs', 'docs-page'],
] as const;

/** The widths at which no page may scroll sideways, in CSS pixels: those around the points where the layout changes too. */
const WIDTHS = [320, 360, 641, 700, 768, 900, 960, 961, 1000, 1280, 1920, 2560, 3840] as const;
/** The widths of the pictures: a phone, a tablet, a laptop and a screen. */
const PICTURES: readonly number[] = [360, 768, 1280, 1920];
/** The widths with different layouts: the rules on targets and contrast hold for both. */
const LAYOUTS: readonly number[] = [360, 1280];
/** The greatest height of the header, in CSS pixels, by the width of the window. */
const HEADER_HEIGHTS: Readonly<Record<number, number>> = { 360: 90, 1280: 60 };

const POOL = { name: 'billing', ranges: ['21000-21099'], owner: 'billing team' };

let written: Promise<unknown> | undefined;

for (const scheme of SCHEMES) {
  test(`every page fits every screen and passes axe, ${scheme}`, async () => {
    written ??= Promise.all([
      writeHostileEntry(product),
      writePastDays(product),
      product.own.createPool(parsePool(POOL), COMMAND_LINE),
    ]);
    await written;
    const { page, assertClean, photograph } = await visit(`${await origin()}/about`, { colorScheme: scheme });
    const faults: string[] = [];
    for (const [path, name] of [...PAGES, ['/ports/8117', 'hostile'] as const]) {
      // One load for each scheme, at another width: a page only changes its layout when the window does.
      await page.setViewportSize({ width: scheme === 'light' ? 360 : 1280, height: 900 });
      await page.goto((await origin()) + path);
      const { shift } = await measurePage(page);
      if (shift !== 0) faults.push(`${path} moves by ${shift} while it loads`);
      // The sizes are the same in both schemes.
      for (const width of scheme === 'light' ? WIDTHS : PICTURES) {
        await page.setViewportSize({ width, height: 900 });
        faults.push(...(await sizeFaults(page, width)));
        const { height = 0 } = (await page.locator('header.site').boundingBox()) ?? {};
        if (height > (HEADER_HEIGHTS[width] ?? height)) faults.push(`the header of ${path} is ${height} pixels high`);
        if (PICTURES.includes(width)) await photograph(`${name}-${width}-${scheme}`);
        if (LAYOUTS.includes(width)) faults.push(...(await accessibilityFaults(page)));
      }
    }
    assert.deepEqual(faults, []);
    assertClean();
  });
}

test('the current page is marked in forced colours, in the header and the footer', async () => {
  for (const [path, label] of [
    ['/registry', 'Registry'],
    ['/ranges', 'Ranges'],
  ] as const) {
    const { page, assertClean } = await visit((await origin()) + path, { forcedColors: 'active' });
    const marked = await page.evaluate(
      `[...document.querySelectorAll('.site nav a')].filter((link) => getComputedStyle(link).outlineStyle === 'solid').map(({ textContent }) => textContent)`,
    );
    assert.deepEqual(marked, [label]);
    assertClean();
  }
});

test('lists are printed as tables, without forms and navigation', async () => {
  const { page, assertClean, photograph } = await visit(`${await origin()}/associations`, {
    viewport: { width: 718, height: 1000 },
  });
  await page.emulateMedia({ media: 'print' });
  for (const role of ['button', 'searchbox', 'textbox', 'combobox', 'navigation'] as const) {
    assert.equal(await page.getByRole(role).filter({ visible: true }).count(), 0, role);
  }
  assert.ok(await page.getByRole('columnheader', { name: 'Protocol' }).isVisible());
  await photograph('print-list');
  assertClean();
});
