import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseOwnEntry } from '../../src/registry/own/own-entry.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { useListening } from '../support/listening.ts';
import { useProduct } from '../support/registry.ts';
import { useChromium } from './chromium.ts';

const product = useProduct();
const origin = useListening(product);
const visit = useChromium();

/** A sheet of A4 in landscape format, in points: 297 by 210 mm. */
const LANDSCAPE = '842 595';

describe('a printed report', () => {
  for (const path of ['/reports/allowed-ports', '/reports/due']) {
    test(`${path} is on one sheet in landscape format, with the header and the footer`, async () => {
      const entry = { name: 'billing-api', firstPort: 8443, reviewBy: '2026-01-01', justification: 'payments' };
      await product.own.create([parseOwnEntry(entry)], false, COMMAND_LINE);
      const { page, assertClean } = await visit((await origin()) + path);
      const document = await page.pdf({ preferCSSPageSize: true });
      const sheets = [...document.toString('latin1').matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)];
      assert.deepEqual(
        sheets.map(([, ...sizes]) => sizes.map((size) => Math.round(Number(size))).join(' ')),
        [LANDSCAPE],
      );
      assertClean();
    });
  }
});

test('the filters of the audit log fit a phone in two columns', async () => {
  const { page } = await visit(`${await origin()}/audit`, { viewport: { width: 360, height: 640 } });
  const token = await page.locator('.filters [name=token]').boundingBox();
  const action = await page.locator('.filters [name=action]').boundingBox();
  assert.ok(token !== null && action !== null);
  assert.deepEqual([action.y, Math.round(action.width)], [token.y, Math.round(token.width)]);
  assert.ok(action.x + action.width <= 360);
});

test('the address of the form of an import opens it', async () => {
  const { page, assertClean } = await visit(`${await origin()}/own?owner=nobody`);
  assert.equal(await page.locator('#import-form').isVisible(), false);
  await page.goto(`${await origin()}/own#import-form`);
  await page.locator('#import-form').waitFor();
  assertClean();
});
