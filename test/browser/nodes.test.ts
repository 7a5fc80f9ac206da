import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startBalancedNodes } from '../support/balanced-nodes.ts';
import { assertEqualFiles } from '../support/nodes.ts';
import { tokenNamed } from '../support/tokens.ts';
import { useChromium } from './chromium.ts';

const { nodes, url } = await startBalancedNodes({ after });
const visit = useChromium();

test('behind nginx, a user creates entries on three nodes, sees each on the next page, changes and deletes it', async () => {
  const { page, assertClean } = await visit(`${url}/about`);
  await page.evaluate((token) => sessionStorage.setItem('portolan.token', token), tokenNamed('write'));
  for (let count = 0; count < nodes.length + 1; count++) {
    const name = `berth-${count}`;
    const port = 21_040 + count;
    await page.goto(`${url}/associations/new?port=${port}&name=${name}`);
    const form = page.locator('#entry');
    await page.locator('#entry > fieldset:enabled').waitFor();
    await form.getByLabel('Owner').fill('pilots');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('status').getByText(`Saved: ${name} on ${port}.`).waitFor();
    assert.match(new URL(page.url()).pathname, /^\/associations\/own-/);
    // The page of the port and the list come from other nodes.
    await page.goto(`${url}/ports/${port}`);
    await page.getByRole('link', { name: `Change ${name}` }).waitFor();
    await page.goto(`${url}/own?q=${name}`);
    await page.getByRole('link', { name, exact: true }).first().waitFor();
  }
  await page.goto(`${url}/ports/21040`);
  await page.getByRole('link', { name: 'Change berth-0' }).click();
  const form = page.locator('#entry');
  await page.locator('#entry > fieldset:enabled').waitFor();
  await form.getByLabel('Owner').fill('couriers');
  await form.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').getByText('Saved: berth-0 on 21040.').waitFor();
  await page.getByText('couriers').first().waitFor();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await page.waitForURL('**/own');
  await page.getByRole('status').getByText('Deleted: berth-0.').waitFor();
  assertClean();
  await assertEqualFiles(nodes);
});
