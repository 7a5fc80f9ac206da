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

/** Opens a page in a window in which a token of this scope was entered. */
async function openWithToken(path: string, scope: 'read' | 'write' | 'admin' = 'write', options = {}): Promise<Visit> {
  product.bearer(scope);
  const seen = await visit((await origin()) + path, options);
  await seen.page.evaluate((token) => sessionStorage.setItem('portolan.token', token), tokenNamed(scope));
  return seen;
}

/** Asks the server as a program does. */
async function ask(path: string, method = 'GET', body?: unknown, more: Readonly<Record<string, string>> = {}) {
  const headers = { Authorization: product.bearer('write'), 'Content-Type': 'application/json', ...more };
  const sent = body === undefined ? null : JSON.stringify(body);
  const response = await fetch((await origin()) + path, { method, headers, body: sent });
  const text = await response.text();
  return {
    status: response.status,
    etag: response.headers.get('ETag') ?? '',
    body: text === '' ? null : JSON.parse(text),
  };
}

async function create(entry: unknown): Promise<string> {
  const { status, body } = await ask('/associations', 'POST', entry);
  assert.equal(status, 201, JSON.stringify(body));
  return body.id;
}

/** What stands beside a field. */
function fault(page: Page, field: string) {
  return page.locator(`#entry-dialog [data-field="${field}"] .fault`);
}

describe('an own entry', () => {
  test('is added with the mouse: the token first, warnings before it is saved', async () => {
    product.bearer('write');
    const { page, assertClean, photograph } = await visit(`${await origin()}/ports/8443`);
    await page.getByRole('button', { name: 'Add an entry' }).click();
    const token = page.getByRole('dialog', { name: 'Token' });
    await token.getByLabel('Token').fill('two words');
    await token.getByRole('button', { name: 'Use token' }).click();
    await token.getByText('A token has letters, digits and the characters . _ ~ + / = - only.').waitFor();
    await token.getByLabel('Token').fill(tokenNamed('write'));
    await token.getByRole('button', { name: 'Use token' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add an own entry' });
    assert.equal(await dialog.getByLabel('Port, or first port of a range').inputValue(), '8443');
    await dialog.getByLabel('Name', { exact: true }).fill('billing-api');
    await dialog.getByLabel('Owner').fill('payments');
    await dialog.getByLabel('Sources').fill('Runbook https://wiki.example.org/billing');
    const { body: advice } = await ask('/ports/8443/suitability?protocol=tcp');
    for (const { severity, detail } of advice.reasons) {
      if (severity !== 'info') await dialog.getByText(`${severity} ${detail}`).waitFor();
    }
    await photograph('own-add');
    await dialog.getByRole('button', { name: 'Save anyway' }).click();
    await page.waitForURL('**/associations/*');
    await page.getByRole('status').getByText('Saved: billing-api on 8443.').waitFor();
    await page.getByText('owner payments').waitFor();
    const { body } = await ask('/associations?origin=own&q=billing');
    const { id, revision, ...saved } = body.results[0];
    assert.deepEqual(saved, {
      name: 'billing-api',
      otherNames: [],
      usedBy: null,
      firstPort: 8443,
      lastPort: 8443,
      protocols: ['tcp'],
      category: 'other',
      confidence: 'documented',
      prominence: 3,
      origin: 'own',
      note: null,
      sources: [{ title: 'Runbook', url: 'https://wiki.example.org/billing' }],
      owner: 'payments',
      contact: null,
      environment: null,
      link: null,
      tags: [],
    });
    // The token stays in this window: nothing else of the browser has it, and another window has to be given it.
    assert.deepEqual(await page.evaluate('[localStorage.length, document.cookie, { ...sessionStorage }]'), [
      0,
      '',
      { 'portolan.token': tokenNamed('write') },
    ]);
    const other = await page.context().newPage();
    await other.goto(`${await origin()}/ports/8443`);
    assert.equal(await other.evaluate(`sessionStorage.getItem('portolan.token')`), null);
    assertClean();
  });

  test('is added with the keyboard only', async () => {
    const { page, assertClean } = await openWithToken('/ports/21006');
    await page.getByRole('button', { name: 'Add an entry' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Add an own entry' }).waitFor();
    assert.equal(await page.evaluate('document.activeElement.id'), 'entry-name');
    await page.keyboard.type('ledger');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.value'), '21006');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/associations/*');
    await page.getByRole('heading', { level: 1, name: 'ledger' }).waitFor();
    assertClean();
  });

  test('is cancelled by Escape, and the focus returns to the button', async () => {
    const { page, assertClean } = await openWithToken('/ports/21002');
    await page.getByRole('button', { name: 'Reserve a port' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Reserve a port' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Reserve a port');
    assertClean();
  });

  test('has every error of the API next to its field', async () => {
    const { page } = await openWithToken('/associations');
    await page.getByRole('button', { name: 'Add an entry' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add an own entry' });
    const faulty = {
      firstPort: '70000',
      lastPort: 'ssh',
      owner: 'a\tb',
      contact: 'a\tb',
      environment: 'a\tb',
      usedBy: 'a\tb',
      link: 'javascript:alert(1)',
      tags: `${'t'.repeat(60)}, u`,
      note: 'a\u0001b',
      sources: 'Runbook https://me:secret@wiki.example.org/',
    };
    for (const [name, value] of Object.entries(faulty)) await dialog.locator(`[name="${name}"]`).fill(value);
    await dialog.getByLabel('tcp', { exact: true }).uncheck();
    // Words that the list of choices does not have, as an older page may still have them.
    for (const name of ['category', 'confidence']) {
      await page.evaluate(
        `document.querySelector('#entry-dialog [name="${name}"]').append(new Option('harbour', 'harbour', true, true))`,
      );
    }
    const answered = page.waitForResponse((response) => response.request().method() === 'POST');
    await dialog.getByRole('button', { name: 'Save' }).click();
    const { errors } = (await (await answered).json()) as { errors: { parameter: string; detail: string }[] };
    const fields = ['name', ...Object.keys(faulty), 'protocols', 'category', 'confidence'];
    assert.deepEqual(errors.map(({ parameter }) => parameter).sort(), fields.sort());
    for (const { parameter, detail } of errors) {
      assert.deepEqual([parameter, await fault(page, parameter).innerText()], [parameter, detail]);
      const control = dialog.locator(`[name="${parameter}"]`).first();
      assert.equal(await control.getAttribute('aria-invalid'), 'true', parameter);
    }
    assert.equal(await dialog.locator('.summary').innerText(), '');
    await assertAccessible(page);
  });

  test('has the errors of a reservation next to their fields, and general ones above', async () => {
    const { page } = await openWithToken('/associations');
    await page.getByRole('button', { name: 'Reserve a port' }).click();
    const dialog = page.getByRole('dialog', { name: 'Reserve a port' });
    for (const name of ['count', 'near']) await dialog.locator(`[name="${name}"]`).fill('all');
    await dialog.locator('[name="within"]').fill('2-1');
    await dialog.locator('[name="name"]').fill('gate');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await fault(page, 'count').getByText('expected an integer from 1 to 100').waitFor();
    await fault(page, 'near').getByText('expected an integer from 0 to 65535').waitFor();
    await dialog.locator('[name="count"]').fill('1');
    await dialog.locator('[name="near"]').fill('');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await fault(page, 'within').getByText('2-1').waitFor();
    await dialog.locator('[name="within"]').fill('20-23');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.locator('.summary').getByText('0 of 4 ports are suitable').waitFor();
    await dialog.locator('[name="within"]').fill('');
    await dialog.locator('[name="pool"]').fill('nobody');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await fault(page, 'pool').getByText('nobody').waitFor();
  });

  test('is reserved on a port selected by Portolan, with the keyboard', async () => {
    const { page, assertClean } = await openWithToken('/ports/28000');
    await page.getByRole('button', { name: 'Reserve a port' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Reserve a port' });
    await dialog.waitFor();
    await page.keyboard.type('gate');
    await page.keyboard.press('Tab');
    await page.keyboard.type('2');
    await page.keyboard.press('Tab');
    await page.keyboard.type('28000-28999');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/associations/*');
    await page
      .getByRole('status')
      .getByText(/^Saved: gate on 28\d{3}-28\d{3}\.$/)
      .waitFor();
    assertClean();
  });

  test('is changed; concurrent changes are shown first', async () => {
    const id = await create({ name: 'mailer', firstPort: 24110, owner: 'post' });
    const { page, assertClean, photograph } = await openWithToken('/ports/24110');
    await page.getByRole('button', { name: 'Change mailer' }).click();
    const dialog = page.getByRole('dialog', { name: 'Change the own entry' });
    await dialog.getByLabel('Note').fill('Takes mail.');
    const { etag } = await ask(`/associations/${id}`);
    const changed = await ask(`/associations/${id}`, 'PATCH', { owner: 'couriers' }, { 'If-Match': etag });
    assert.equal(changed.status, 200, JSON.stringify(changed.body));
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('owner is now "couriers"').waitFor();
    await photograph('own-stale');
    await dialog.getByLabel('Owner').fill('couriers');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('status').getByText('Saved: mailer on 24110.').waitFor();
    const { body } = await ask(`/associations/${id}`);
    assert.deepEqual([body.owner, body.note, body.revision], ['couriers', 'Takes mail.', 3]);
    assert.equal(new URL(page.url()).pathname, '/ports/24110');
    // The refusal by 412 is the server's, and Chromium logs it.
    assert.throws(assertClean, /412/);
  });

  test('with an overlap or a duplicate name gets a warning before it is saved', async () => {
    await create({ name: 'queue', firstPort: 21020, lastPort: 21024, owner: 'couriers' });
    const { page, assertClean } = await openWithToken('/ports/21022');
    await page.getByRole('button', { name: 'Add an entry' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add an own entry' });
    await dialog.getByLabel('Name', { exact: true }).fill('Queue');
    const description = 'queue on 21020-21024 (tcp), owned by couriers.';
    await dialog.getByText(`avoid Overlaps the own entry ${description}`).waitFor();
    await dialog.getByText(`caution There is an own entry of the same name: ${description}`).waitFor();
    await dialog.getByLabel('tcp', { exact: true }).uncheck();
    await dialog.getByLabel('udp', { exact: true }).check();
    await dialog.getByText('Overlaps the own entry').waitFor({ state: 'hidden' });
    assertClean();
  });

  test('is deleted after a confirmation, with the keyboard', async () => {
    const id = await create({ name: 'old-cache', firstPort: 21030 });
    const { page, assertClean } = await openWithToken(`/associations/${id}`);
    await page.getByRole('button', { name: 'Delete old-cache' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Delete this entry?' });
    await dialog.getByText('old-cache on 21030 (tcp), revision 1.').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/associations?origin=own');
    await page.getByRole('status').getByText('Deleted: old-cache.').waitFor();
    assert.equal((await ask(`/associations/${id}`)).status, 404);
    assertClean();
  });
});

test('an unknown token is requested again, and one without write access gets an error', async () => {
  const { page } = await openWithToken('/ports/21040', 'read');
  await page.getByRole('button', { name: 'Add an entry' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add an own entry' });
  await dialog.getByLabel('Name', { exact: true }).fill('door');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.locator('.summary').getByText('scope').waitFor();
  await page.evaluate(`sessionStorage.setItem('portolan.token', 'portolan_unknown')`);
  await dialog.getByRole('button', { name: 'Save' }).click();
  const token = page.getByRole('dialog', { name: 'Token' });
  await token.locator('#token-fault').getByText('token').waitFor();
  product.bearer('write');
  await token.getByLabel('Token').fill(tokenNamed('write'));
  await page.keyboard.press('Enter');
  await token.waitFor({ state: 'hidden' });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL('**/associations/*');
  // And it is forgotten when that is wanted.
  await page.goto(`${await origin()}/associations`);
  await page.getByRole('button', { name: 'Token', exact: true }).click();
  await token.getByRole('button', { name: 'Remove token' }).click();
  assert.equal(await page.evaluate('sessionStorage.length'), 0);
});

test('admins see the audit log', async () => {
  await create({ name: '<b>\u202eaudited', firstPort: 21050 });
  product.bearer('admin');
  const { page, assertClean } = await visit(`${await origin()}/audit?action=create`);
  await page.getByRole('button', { name: 'Enter a token' }).click();
  await page.getByRole('dialog').getByLabel('Token').fill(tokenNamed('admin'));
  await page.keyboard.press('Enter');
  await page.getByRole('cell', { name: /<b>U\+202Eaudited/ }).waitFor();
  await assertAccessible(page);
  assertClean();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the dialogs fit a narrow screen, and axe finds nothing in them, ${colorScheme}`, async () => {
    const id = await create({ name: `berth-${colorScheme}`, firstPort: 21060 });
    const { page, photograph } = await openWithToken(`/associations/${id}`, 'write', {
      colorScheme,
      viewport: { width: 320, height: 800 },
    });
    const buttons = [`Change berth-${colorScheme}`, `Delete berth-${colorScheme}`];
    for (const [index, name] of buttons.entries()) {
      await page.getByRole('button', { name }).click();
      await page.getByRole('dialog').waitFor();
      await assertAccessible(page);
      assert.deepEqual(await sizeFaults(page, 320), []);
      await photograph(`own-dialog-${index}-320-${colorScheme}`);
      await page.keyboard.press('Escape');
    }
    await page.goto(`${await origin()}/associations`);
    await page.getByRole('button', { name: 'Token', exact: true }).click();
    await assertAccessible(page);
    await photograph(`own-token-320-${colorScheme}`);
  });
}
