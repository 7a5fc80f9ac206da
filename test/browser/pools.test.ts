import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { parsePool } from '../../src/registry/advice/pool.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { useListening } from '../support/listening.ts';
import { useProduct } from '../support/registry.ts';
import { tokenNamed } from '../support/tokens.ts';
import { assertAccessible } from './accessibility.ts';
import { useChromium, type Visit } from './chromium.ts';
import { assertLightLoad } from './page-timing.ts';
import { sizeFaults } from './screens.ts';

const product = useProduct();
const origin = useListening(product);
const visit = useChromium();

/** Opens a page in a window in which a token of this scope was entered. */
async function openWithToken(path: string, scope: 'write' | 'admin' = 'admin', options = {}): Promise<Visit> {
  product.bearer(scope);
  const seen = await visit(`${await origin()}/about`, options);
  await seen.page.evaluate((token) => sessionStorage.setItem('portolan.token', token), tokenNamed(scope));
  await seen.page.goto((await origin()) + path);
  return seen;
}

async function createPool(name: string, range: string): Promise<void> {
  await product.own.createPool(parsePool({ name, ranges: [range], owner: 'ops' }), COMMAND_LINE);
}

/** Returns the stored pool; undefined for none. */
function stored(name: string) {
  return product.registry.pools().find((pool) => pool.name === name);
}

/** Returns the error beside a field. */
function fault(page: Page, field: string) {
  return page.locator(`#pool [data-field="${field}"] .fault`);
}

describe('a pool', () => {
  test('is created with the keyboard only; the token is asked for when it is saved', async () => {
    product.bearer('admin');
    const { page, assertClean } = await visit(`${await origin()}/pools`);
    await page.locator('#pool > fieldset:enabled').waitFor({ state: 'attached' });
    await page.getByText('New pool').focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction('document.activeElement.id === "entry-name"');
    await page.keyboard.type('payments/eu');
    await page.keyboard.press('Tab');
    await page.keyboard.type('20000-20999, 30000-30099');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.getByLabel('Owner').focus();
    await page.keyboard.type('payments');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Token' });
    await dialog.getByRole('button', { name: 'Use token' }).waitFor();
    await page.keyboard.type(tokenNamed('admin'));
    await page.keyboard.press('Enter');
    await page.waitForURL('**/pools/payments%2Feu');
    await page.getByRole('status').getByText('Saved: payments/eu.').waitFor();
    assert.deepEqual(stored('payments/eu'), {
      name: 'payments/eu',
      ranges: [
        { firstPort: 20000, lastPort: 20999 },
        { firstPort: 30000, lastPort: 30099 },
      ],
      protocols: ['tcp'],
      owner: 'payments',
      used: 0,
      free: 1100,
    });
    assertClean();
  });

  test('has every error beside its field, and a conflict beside the ports', async () => {
    await createPool('taken', '21000-21099');
    const { page } = await openWithToken('/pools');
    await page.getByText('New pool').click();
    const form = page.locator('#pool');
    const save = form.getByRole('button', { name: 'Save' });
    await save.click();
    await fault(page, 'ranges').getByText('Ports must not be empty.').waitFor();
    assert.equal(await fault(page, 'name').innerText(), 'Name must not be empty.');
    assert.equal(await page.evaluate('document.activeElement.id'), 'entry-name');
    await form.getByLabel('Name').fill('taken');
    assert.equal(await fault(page, 'name').innerText(), '');
    await form.getByLabel('Ports').fill('20000-2');
    await form.getByLabel('Owner').fill('a\tb');
    for (const protocol of ['tcp', 'udp']) await form.getByLabel(protocol, { exact: true }).uncheck();
    await save.click();
    await fault(page, 'ranges')
      .getByText('Ports must be at most 20 ports or ranges such as 20000-20999, from 0 to 65535, separated by commas.')
      .waitFor();
    assert.equal(await fault(page, 'protocols').innerText(), 'Choose at least one protocol.');
    assert.equal(
      await fault(page, 'owner').innerText(),
      'Owner must be a text of 1 to 100 characters without control or invisible characters.',
    );
    await assertAccessible(page);
    await form.getByLabel('Ports').fill('21050-21149');
    await form.getByLabel('Owner').fill('');
    await form.getByLabel('tcp', { exact: true }).check();
    await save.click();
    await fault(page, 'name').getByText('Cannot create pool "taken": a pool with this name exists').waitFor();
    await form.getByLabel('Name').fill('new');
    await save.click();
    await fault(page, 'ranges').getByText('Cannot create pool "new": 21000-21099 belongs to pool "taken"').waitFor();
    assert.equal(stored('new'), undefined);
  });

  test('is changed: fields that the user does not change keep the changes of others', async () => {
    await createPool('changed', '22000-22009');
    const { page, assertClean } = await openWithToken('/pools/changed');
    await page.getByText('Change', { exact: true }).click();
    await page.waitForFunction('document.activeElement.id === "entry-ranges"');
    const form = page.locator('#pool');
    assert.equal(await form.getByLabel('Ports').inputValue(), '22000-22009');
    await form.getByLabel('Ports').fill('22000-22019');
    await product.own.updatePool('changed', { owner: 'meanwhile' }, COMMAND_LINE);
    const questions: string[] = [];
    page.once('dialog', (dialog) => {
      questions.push(dialog.type());
      dialog.dismiss();
    });
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.waitForFunction('document.activeElement.textContent === "Cancel"');
    assert.deepEqual(questions, ['beforeunload']);
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('status').getByText('Saved: changed.').waitFor();
    const saved = stored('changed');
    assert.deepEqual(
      [saved?.ranges, saved?.owner, saved?.free],
      [[{ firstPort: 22000, lastPort: 22019 }], 'meanwhile', 20],
    );
    await page.getByText('Change', { exact: true }).click();
    await form.getByLabel('Owner').fill('');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: 'meanwhile' }).waitFor({ state: 'detached' });
    assert.equal(stored('changed')?.owner, null);
    assertClean();
  });

  test('keeps the focus where the user moved it while the form opened', async () => {
    await createPool('typed', '22100-22109');
    const { page } = await openWithToken('/pools/typed');
    await page.locator('#pool > fieldset:enabled').waitFor({ state: 'attached' });
    const focused = await page.evaluate(`new Promise((resolve) => {
      const details = document.querySelector('#pool').closest('details');
      details.addEventListener('toggle', () => resolve(document.activeElement.id));
      details.open = true;
      document.querySelector('#entry-owner').focus();
    })`);
    assert.equal(focused, 'entry-owner');
  });

  test('is deleted with the keyboard: the focus is on Keep; a token without the scope admin is refused', async () => {
    await createPool('old', '23000-23009');
    const { page } = await openWithToken('/pools/old', 'write');
    await page.getByText('Token write · write · ').waitFor();
    await page.getByRole('button', { name: 'Delete', exact: true }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Delete this pool?' });
    await dialog.getByText('old on 23000-23009 (tcp, udp). Own entries on these ports stay.').waitFor();
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Keep');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await dialog.getByText('The token "write" has the scope write: expected admin').waitFor();
    assert.notEqual(stored('old'), undefined);
    product.bearer('admin');
    await page.evaluate((token) => sessionStorage.setItem('portolan.token', token), tokenNamed('admin'));
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.waitForURL('**/pools');
    await page.getByRole('status').getByText('Deleted: old.').waitFor();
    assert.equal(stored('old'), undefined);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.waitForURL('**/pools/old');
    await page.getByRole('status').getByText('Restored: old.').waitFor();
    const { owner, ranges } = stored('old') ?? {};
    assert.deepEqual([owner, ranges], ['ops', [{ firstPort: 23000, lastPort: 23009 }]]);
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the form and the dialog fit every screen, and axe finds nothing in them, ${colorScheme}`, async () => {
    const name = `shown-${colorScheme}`;
    await createPool(name, colorScheme === 'light' ? '24000-24009' : '24010-24019');
    const { page, photograph, assertClean } = await openWithToken('/pools', 'admin', { colorScheme });
    const check = async (picture: string) => {
      for (const width of [320, 360, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        assert.deepEqual(await sizeFaults(page, width), []);
        await assertAccessible(page);
        await photograph(`${picture}-${width}-${colorScheme}`);
      }
    };
    await page.getByText('New pool').click();
    await check('pool-new');
    await page.goto(`${await origin()}/pools/${name}`);
    await page.getByText('Change', { exact: true }).click();
    await check('pool-change');
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('dialog').waitFor();
    await check('pool-delete');
    assertClean();
  });
}

test('the pages load at most 20 kB in 8 requests, and none of the API without a token', async () => {
  await createPool('light', '25000-25009');
  for (const path of ['/pools', '/pools/light']) {
    const { page } = await visit(`${await origin()}/about`);
    const asked: string[] = [];
    page.on('request', (request) => request.resourceType() === 'fetch' && asked.push(request.url()));
    await page.goto((await origin()) + path);
    await page.getByText('No token').waitFor();
    assert.deepEqual(asked, []);
    await assertLightLoad(page, (await origin()) + path);
  }
});
