import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { useListening } from '../support/listening.ts';
import { useProduct } from '../support/registry.ts';
import { tokenNamed } from '../support/tokens.ts';
import { assertAccessible } from './accessibility.ts';
import { useChromium, type Visit } from './chromium.ts';
import { sizeFaults } from './screens.ts';

const product = useProduct();
const origin = useListening(product);
const visit = useChromium();

const PHONE = { width: 360, height: 740 };

/** Opens the form in a window in which a token with the scope `write` was entered. */
async function openForm(options = {}): Promise<Visit> {
  product.bearer('write');
  const seen = await visit(`${await origin()}/about`, options);
  await seen.page.evaluate((token) => sessionStorage.setItem('portolan.token', token), tokenNamed('write'));
  await seen.page.goto(`${await origin()}/own`);
  await seen.page.getByText('Import', { exact: true }).click();
  await seen.page.locator('#import-form fieldset:enabled').waitFor();
  return seen;
}

async function choose(page: Page, name: string, content: string | Buffer): Promise<void> {
  await page.locator('#import-file').setInputFiles({ name, mimeType: '', buffer: Buffer.from(content as string) });
}

/** Returns the texts of the cells of a table, row by row. */
async function cells(page: Page, caption: string): Promise<string[][]> {
  const rows = page.getByRole('table', { name: caption }).locator('tbody tr');
  return Promise.all((await rows.all()).map((row) => row.locator('td').allTextContents()));
}

describe('a file of own entries', () => {
  test('is previewed and imported with the keyboard', async () => {
    const { page, photograph } = await openForm();
    await choose(
      page,
      'ports.csv',
      'Service;Port;Protocol;Team\nbilling;8443;TCP;<b>payments\nrtp;20000-20009;both;\n',
    );
    await page.locator('#import-file').focus();
    await page.getByRole('button', { name: 'Preview' }).press('Enter');
    await page.getByRole('heading', { name: 'Preview: 2 added' }).waitFor();
    const rows = await cells(page, 'Changes');
    assert.deepEqual(
      rows.map((row) => row.slice(0, 5)),
      [
        ['2', 'add', '8443/tcp', 'billing', '<b>payments'],
        ['3', 'add', '20000-20009/tcp,udp', 'rtp', ''],
      ],
    );
    assert.equal(await page.evaluate('document.activeElement.id'), 'import-preview');
    await assertAccessible(page);
    await photograph('own-import');
    await page.locator('#import-preview').getByRole('button', { name: 'Import' }).press('Enter');
    await page.getByRole('status').getByText('Imported ports.csv: 2 added.').waitFor();
    await page.getByRole('link', { name: 'billing' }).waitFor();
  });

  test('shows all its faults on a phone, without scrolling sideways, and nothing is written', async () => {
    const { page, photograph } = await openForm({ viewport: PHONE });
    const long = 'x'.repeat(300);
    await choose(page, 'ports.csv', `name,port\na,${long}\nb,70000\n`);
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByRole('heading', { name: 'Nothing was imported: the file has 2 faults' }).waitFor();
    const expected = 'expected a port from 0 to 65535, or a range such as 8000-8009';
    assert.deepEqual(await cells(page, 'Faults'), [
      ['line 2, column "port"', `Cannot read "${'x'.repeat(80)}…": ${expected}`],
      ['line 3, column "port"', `Cannot read "70000": ${expected}`],
    ]);
    assert.deepEqual(await sizeFaults(page, PHONE.width), []);
    await assertAccessible(page);
    await photograph('own-import-faults');
  });

  test('in windows-1252 replaces the entries of an owner', async () => {
    const { page, photograph } = await openForm({ viewport: PHONE });
    const before = 'name,port,owner\nold,8601,voice\nmoved,8602,voice\n';
    const sent = await fetch(`${await origin()}/associations/import`, {
      method: 'POST',
      headers: { Authorization: product.bearer('write'), 'Content-Type': 'text/csv' },
      body: before,
    });
    assert.equal(sent.status, 200);
    await choose(
      page,
      'ports.csv',
      Buffer.from('Squad,Service,Port\nvoice,moved,8603\nvoice,M\xfcnchen,8604\n', 'latin1'),
    );
    await page.getByText('More: format').click();
    await page.getByLabel('Fields of columns').fill('Squad=owner');
    await page.getByLabel('Remove entries that are not in the file').selectOption('owner');
    await page.getByLabel('Owner, tag or pool').fill('voice');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByRole('heading', { name: 'Nothing was imported: the file has 1 fault' }).waitFor();
    await page.getByLabel('Encoding').selectOption('windows-1252');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByRole('heading', { name: 'Preview: 1 added, 1 moved, 1 removed' }).waitFor();
    assert.deepEqual(
      (await cells(page, 'Changes')).map((row) => row.slice(1, 5)),
      [
        ['move', '8603/tcp', 'moved', 'voice'],
        ['add', '8604/tcp', 'München', 'voice'],
        ['remove', '8601/tcp', 'old', 'voice'],
      ],
    );
    assert.deepEqual(await sizeFaults(page, PHONE.width), []);
    await photograph('own-import-sync');
    await page.getByRole('button', { name: 'Import' }).click();
    await page.getByRole('status').getByText('Imported ports.csv: 1 added, 1 moved, 1 removed.').waitFor();
  });

  test('must be chosen before the preview, unless rows are pasted', async () => {
    const { page } = await openForm();
    const preview = page.getByRole('button', { name: 'Preview' });
    await preview.click();
    await page.getByText('Choose a file, or paste rows.').waitFor();
    const rows = page.getByLabel('Or rows copied from your spreadsheet');
    await rows.fill('Service\tPort\tProto\npasted\t8620\tudp\n');
    await preview.click();
    await page.getByRole('heading', { name: 'Preview: 1 added' }).waitFor();
    assert.deepEqual((await cells(page, 'Changes'))[0]?.slice(0, 4), ['2', 'add', '8620/udp', 'pasted']);
    await rows.fill('[{"name":"pasted","firstPort":8621}]');
    await preview.click();
    await page.getByRole('heading', { name: 'Preview: 1 added' }).waitFor();
    await rows.fill('pasted 8622/tcp # a line of services(5)\n');
    await page.getByText('More: format').click();
    await page.getByLabel('Format', { exact: true }).selectOption('services(5)');
    await preview.click();
    await page.getByRole('cell', { name: '8622/tcp' }).waitFor();
    await page.getByLabel('Format', { exact: true }).selectOption('');
    await choose(page, 'ports.csv', 'name,port\na,8623\n');
    await preview.click();
    await page.getByText('Choose a file or paste rows, not both.').waitFor();
    await rows.fill('');
    await preview.click();
    await page.getByRole('cell', { name: '8623/tcp' }).waitFor();
  });
});
