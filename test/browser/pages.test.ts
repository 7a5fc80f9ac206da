import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useListening } from '../support/listening.ts';
import { useProduct } from '../support/registry.ts';
import { accessibilityFaults } from './accessibility.ts';
import { useChromium } from './chromium.ts';
import { writeHostileEntry } from './hostile-entry.ts';
import { measurePage } from './page-timing.ts';
import { writePastDays } from './past-days.ts';
import { SCHEMES, sizeFaults, WIDTHS } from './screens.ts';

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
  ['/pools', 'pools'],
  ['/audit', 'audit'],
  ['/about', 'about'],
] as const;

let written: Promise<unknown> | undefined;

for (const scheme of SCHEMES) {
  test(`every page fits every screen and passes axe, ${scheme}`, async () => {
    written ??= Promise.all([writeHostileEntry(product), writePastDays(product)]);
    await written;
    const { page, assertClean, photograph } = await visit(`${await origin()}/about`, { colorScheme: scheme });
    const faults: string[] = [];
    for (const [path, name] of [...PAGES, ['/ports/8117', 'hostile'] as const]) {
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: width > 2000 ? 1440 : 900 });
        await page.goto((await origin()) + path);
        const { shift } = await measurePage(page);
        if (shift !== 0) faults.push(`${path} moves by ${shift} at ${width} pixels while it loads`);
        faults.push(...(await sizeFaults(page, width)));
        await photograph(`${name}-${width}-${scheme}`);
        // The rules on targets and contrast hold for what is laid out otherwise too.
        if (width <= 1024) faults.push(...(await accessibilityFaults(page)));
      }
    }
    assert.deepEqual(faults, []);
    assertClean();
  });
}
