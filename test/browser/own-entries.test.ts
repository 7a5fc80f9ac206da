import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { useListening } from '../support/listening.ts';
import { useProduct } from '../support/registry.ts';
import { tokenNamed } from '../support/tokens.ts';
import { assertAccessible } from './accessibility.ts';
import { useChromium, type Visit } from './chromium.ts';
import { measurePage } from './page-timing.ts';
import { sizeFaults } from './screens.ts';

const product = useProduct();
const origin = useListening(product);
const visit = useChromium();

const PHONE = { width: 360, height: 740 };

/** Opens a page in a window in which a token of this scope was entered. */
async function openWithToken(path: string, scope: 'read' | 'write' | 'admin' = 'write', options = {}): Promise<Visit> {
  product.bearer(scope);
  const seen = await visit(`${await origin()}/about`, options);
  await seen.page.evaluate((token) => sessionStorage.setItem('portolan.token', token), tokenNamed(scope));
  await seen.page.goto((await origin()) + path);
  return seen;
}

/** Sends a request as a program does. */
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

/** Changes an entry as another user. */
async function changeMeanwhile(id: string, patch: unknown): Promise<void> {
  const { etag } = await ask(`/associations/${id}`);
  const { status, body } = await ask(`/associations/${id}`, 'PATCH', patch, { 'If-Match': etag });
  assert.equal(status, 200, JSON.stringify(body));
}

/** Returns the error beside a field. */
function fault(page: Page, field: string) {
  return page.locator(`#entry [data-field="${field}"] .fault`);
}

/** Waits until the form is ready. */
async function openedForm(page: Page) {
  const form = page.locator('#entry');
  await page.locator('#entry > fieldset:enabled').waitFor();
  return form;
}

/** Returns the part of an element that is inside the window, in CSS pixels. */
function visibleHeight(page: Page, selector: string): Promise<number> {
  return page.evaluate(`(() => {
    const { top, bottom } = document.querySelector('${selector}').getBoundingClientRect();
    return Math.min(bottom, innerHeight) - Math.max(top, 0);
  })()`);
}

/** Returns the texts of the cells with more than one line, or with text outside of them. */
function brokenCells(page: Page, selector: string): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('${selector}')].filter((cell) => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    const bottoms = [...range.getClientRects()].map(({ bottom }) => bottom);
    return Math.max(...bottoms) - Math.min(...bottoms) > 10 || cell.scrollWidth > cell.clientWidth;
  }).map((cell) => cell.textContent)`);
}

describe('an own entry', () => {
  test('is added with the mouse: a wrong token is refused at once, conflicts are shown before it is saved', async () => {
    product.bearer('write');
    const { page, photograph } = await visit(`${await origin()}/ports/8443/tcp`);
    await page.getByRole('link', { name: 'Add our use' }).click();
    const form = await openedForm(page);
    assert.equal(new URL(page.url()).search, '?port=8443&protocol=tcp');
    assert.equal(await form.getByLabel('Port', { exact: false }).inputValue(), '8443');
    // Text that is typed immediately is in the field.
    const focused = `document.querySelector('.token button').focus(), document.activeElement.click(), document.activeElement.id`;
    assert.equal(await page.evaluate(focused), 'token-value');
    const token = page.getByRole('dialog', { name: 'Token' });
    for (const [value, words] of [
      ['two words', 'A token has letters, digits and the characters . _ ~ + / = - only.'],
      ['portolan_unknown', 'The token is not valid: it is unknown, was revoked or has expired'],
    ] as const) {
      await token.getByLabel('Token').fill(value);
      await token.getByRole('button', { name: 'Use token' }).click();
      await token.getByText(words).waitFor();
    }
    assert.equal(await page.evaluate('sessionStorage.length'), 0);
    await token.getByLabel('Token').fill(tokenNamed('write'));
    await token.getByRole('button', { name: 'Use token' }).click();
    await page.getByText('Token write · write · ').waitFor();
    await page.locator('.token button:focus', { hasText: 'change' }).waitFor();
    await form.getByLabel('Name', { exact: true }).fill('billing-api');
    await form.getByLabel('Owner').fill('payments');
    await form.getByText('More:').click();
    await form.getByLabel('Sources').fill('Runbook https://wiki.example.org/billing');
    await form.getByText('With care IANA has assigned 8443/tcp to pcsync-https.').waitFor();
    await photograph('own-add');
    await form.getByRole('button', { name: 'Save anyway' }).click();
    await page.getByRole('status').getByText('Saved: billing-api on 8443.').waitFor();
    await page.getByRole('heading', { level: 1, name: 'billing-api' }).waitFor();
    const { body } = await ask('/associations?origin=own&q=billing');
    const { id, revision, ...saved } = body.results[0];
    assert.deepEqual(saved, {
      name: 'billing-api',
      otherNames: [],
      justification: null,
      approvedBy: null,
      approvedAt: null,
      reviewBy: null,
      expiresAt: null,
      status: 'active',
      hosts: [],
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
    // The token is stored for this window only: another window needs it again.
    assert.deepEqual(await page.evaluate('[localStorage.length, document.cookie, { ...sessionStorage }]'), [
      0,
      '',
      { 'portolan.token': tokenNamed('write') },
    ]);
    // The token is deleted on request.
    await page.getByRole('button', { name: 'forget' }).click();
    await page.getByText('No token').waitFor();
    assert.equal(await page.evaluate('sessionStorage.length'), 0);
    assert.equal(await page.getByRole('button', { name: 'forget' }).count(), 0);
  });

  test('is added with the keyboard only, on a range; leaving the page asks first', async () => {
    const { page, assertClean } = await openWithToken('/associations/new?port=21006-21007&name=ledge');
    await openedForm(page);
    assert.equal(await page.evaluate('document.activeElement.id'), 'entry-name');
    await page.keyboard.press('End');
    await page.keyboard.type('r');
    const questions: string[] = [];
    page.once('dialog', (dialog) => {
      questions.push(dialog.type());
      dialog.dismiss();
    });
    await page.getByRole('link', { name: 'Cancel' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction('document.activeElement.textContent === "Cancel"');
    assert.deepEqual(questions, ['beforeunload']);
    assert.equal(await page.locator('#entry-name').inputValue(), 'ledger');
    await page.locator('#entry-port').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('Saved: ledger on 21006-21007.').waitFor();
    assertClean();
  });

  test('has every error beside its field in the words of its label, until the field is corrected', async () => {
    const { page } = await openWithToken('/associations/new');
    const form = await openedForm(page);
    await form.getByText('More:').click();
    const faulty: Readonly<Record<string, readonly [string, string]>> = {
      name: [' ', 'Name must not be empty.'],
      port: ['70000', 'Port must be a whole number from 0 to 65535.'],
      owner: ['a\tb', 'Owner must be a text of 1 to 100 characters without control or invisible characters.'],
      environment: [
        'a\tb',
        'Environment must be a text of 1 to 100 characters without control or invisible characters.',
      ],
      contact: ['a\tb', 'Contact must be a text of 1 to 200 characters without control or invisible characters.'],
      link: ['javascript:alert(1)', 'Link must be an address that begins with http:// or https://.'],
      tags: [
        `${'t'.repeat(60)}, u`,
        'Tags must be a list of at most 20 different tags, each a text of 1 to 50 characters without control or invisible characters.',
      ],
      note: ['a\u0001b', 'Note must be a text of 1 to 2000 characters without control characters.'],
      sources: [
        'Runbook https://me:secret@wiki.example.org/',
        'Each source must be a title of at most 200 characters, then an address that begins with http:// or https://.',
      ],
    };
    for (const [name, [value]] of Object.entries(faulty)) await form.locator(`[name="${name}"]`).fill(value);
    await form.getByLabel('tcp', { exact: true }).uncheck();
    // A word that the list does not have, as in an older page.
    await page.evaluate(
      `document.querySelector('#entry [name="category"]').append(new Option('harbour', 'harbour', true, true))`,
    );
    await form.getByRole('button', { name: 'Save' }).click();
    await fault(page, 'protocols').getByText('Choose at least one protocol.').waitFor();
    assert.match(await fault(page, 'category').innerText(), /^Category must be one of vendor, os, /);
    for (const [name, [, words]] of Object.entries(faulty)) {
      assert.deepEqual([name, await fault(page, name).innerText()], [name, words]);
      assert.equal(await form.locator(`[name="${name}"]`).getAttribute('aria-invalid'), 'true', name);
    }
    assert.equal(await form.locator('.summary').innerText(), '');
    assert.equal(await page.evaluate('document.activeElement.id'), 'entry-name', 'the first field in the form');
    await assertAccessible(page);
    await page.locator('#entry-port').fill('7000x');
    assert.equal(await fault(page, 'port').innerText(), 'Port must be a whole number from 0 to 65535.');
    await page.locator('#entry-port').fill('7100-70900');
    assert.equal(await fault(page, 'port').innerText(), 'Port must be a range such as 20000-20019, from 0 to 65535.');
    await page.locator('#entry-port').fill('7100-7090');
    assert.equal(await fault(page, 'port').innerText(), 'The last port is below the first.');
    for (const [name, value] of [
      ['port', '21040-21041'],
      ['link', 'https://wiki.example.org'],
    ] as const) {
      await page.locator(`#entry-${name}`).fill(value);
      assert.equal(await fault(page, name).innerText(), '');
      assert.equal(await page.locator(`#entry-${name}`).getAttribute('aria-invalid'), null);
    }
    await page.locator('#entry-port').fill('21041-21040');
    await form.getByRole('button', { name: 'Save' }).click();
    await fault(page, 'port').getByText('The last port is below the first.').waitFor();
  });

  test('is changed; all concurrent changes are shown beside the button on a phone, and are kept', async () => {
    // IANA has assigned the port: a change of other fields does not show that conflict again.
    const id = await create({ name: 'mailer', firstPort: 5432, owner: 'post', note: 'Old.' });
    const { page, photograph } = await openWithToken('/ports/5432', 'write', { viewport: PHONE });
    await page.getByRole('link', { name: 'Change mailer' }).click();
    const form = await openedForm(page);
    await form.getByLabel('Note').fill('Takes mail.');
    await changeMeanwhile(id, { owner: 'couriers' });
    await form.getByRole('button', { name: 'Save' }).click();
    const summary = form.locator('.summary');
    await summary.getByText('Somebody changed this entry meanwhile.').waitFor();
    assert.equal(await summary.locator('li').innerText(), 'owner: post → couriers');
    assert.equal(await page.evaluate('document.activeElement.className'), 'fault summary');
    const { height = 0 } = (await summary.boundingBox()) ?? {};
    assert.ok(Math.abs((await visibleHeight(page, '#entry .summary')) - height) < 1);
    assert.ok((await visibleHeight(page, '#entry button.first')) > 20);
    await photograph('own-stale');
    await changeMeanwhile(id, { contact: '#post' });
    const save = form.getByRole('button', { name: 'Replace their version' });
    await save.click();
    await summary.getByText('#post').waitFor();
    assert.deepEqual(await summary.locator('li').allInnerTexts(), ['owner: post → couriers', 'contact: none → #post']);
    assert.equal(await form.locator('.conflicts').innerText(), '');
    await save.click();
    await page.getByRole('status').getByText('Saved: mailer on 5432.').waitFor();
    const { etag, body } = await ask(`/associations/${id}`);
    assert.deepEqual([body.owner, body.contact, body.note, body.revision], ['couriers', '#post', 'Takes mail.', 4]);
    assert.equal(new URL(page.url()).pathname, `/associations/${id}`);
    await page.getByText('Change', { exact: true }).click();
    await openedForm(page);
    await form.getByLabel('Owner').fill('post');
    await ask(`/associations/${id}`, 'DELETE', undefined, { 'If-Match': etag });
    await form.getByRole('button', { name: 'Save' }).click();
    await summary.getByText('Somebody deleted this entry meanwhile. Nothing was saved.').waitFor();
  });

  test('has the conflicts that the server finds before it is saved: five of them, and a link to the others', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g'])
      await create({ name: `queue-${name}`, firstPort: 21020, lastPort: 21024, owner: 'couriers' });
    const { page, assertClean } = await openWithToken('/associations/new?port=21022');
    const form = await openedForm(page);
    await form.getByLabel('Name', { exact: true }).fill('queue');
    const words = 'overlaps the own entry queue-a, which uses ports 21020-21024 on tcp, owned by couriers.';
    await form.getByText(`Taken here It ${words}`).waitFor();
    assert.equal(await form.locator('.conflicts li').count(), 6);
    assert.equal(await form.locator('.conflicts li').last().innerText(), '2 more');
    await form.getByRole('button', { name: 'Save anyway' }).waitFor();
    await form.getByLabel('tcp', { exact: true }).uncheck();
    await form.getByLabel('udp', { exact: true }).check();
    await form.getByText('overlaps the own entry').first().waitFor({ state: 'hidden' });
    await form.getByRole('button', { name: 'Save', exact: true }).waitFor();
    assertClean();
  });

  test('is deleted with the keyboard: the focus is on Keep, and Undo creates it again', async () => {
    const id = await create({ name: 'old-cache', firstPort: 21030, owner: 'payments', tags: ['a'] });
    const { page } = await openWithToken(`/associations/${id}`);
    // The message would disappear after 1 s instead of 10 s.
    await page.addInitScript(`if (location.pathname === '/own') {
      const { setTimeout } = window;
      window.setTimeout = (action, time) => setTimeout(action, time / 10);
    }`);
    const open = page.getByRole('button', { name: 'Delete', exact: true });
    await open.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Delete this entry?' });
    await dialog.getByText('old-cache on 21030 (tcp), owned by payments, revision 1.').waitFor();
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Keep');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Delete');
    await page.keyboard.press('Enter');
    await dialog.getByText('revision 1.').waitFor();
    await changeMeanwhile(id, { owner: 'post' });
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await dialog.getByText('Somebody changed this entry meanwhile.').waitFor();
    await dialog.getByText('owned by post, revision 2.').waitFor();
    await dialog.getByRole('button', { name: 'Delete their version' }).click();
    await page.waitForURL('**/own');
    await page.getByRole('status').getByText('Deleted: old-cache.').waitFor();
    assert.equal((await ask(`/associations/${id}`)).status, 404);
    await page.keyboard.press('Tab');
    await page.waitForTimeout(1_500);
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Undo');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/associations/own-*');
    const restored = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    await page.getByRole('status').getByText(`Restored: old-cache. Its id is new: ${restored}.`).waitFor();
    const { body } = await ask(`/associations/${restored}`);
    assert.deepEqual(
      [body.name, body.firstPort, body.owner, body.tags, body.revision],
      ['old-cache', 21030, 'post', ['a'], 1],
    );
  });
});

test('a revoked token is replaced in the form and the entry is saved; one without write access gets an error', async () => {
  const { page } = await openWithToken('/associations/new?port=21044&name=door', 'read');
  const form = await openedForm(page);
  await page.getByText('Token read · read only · ').waitFor();
  await form.getByRole('button', { name: 'Save' }).click();
  await form.locator('.summary').getByText('The token "read" has the scope read: expected write').waitFor();
  await page.evaluate(`sessionStorage.setItem('portolan.token', 'portolan_unknown')`);
  await form.getByRole('button', { name: 'Save' }).click();
  const token = page.getByRole('dialog', { name: 'Token' });
  await token.getByText('The token is not valid').waitFor();
  await token.getByLabel('Token').fill(tokenNamed('read'));
  await page.keyboard.press('Enter');
  await token.getByText('The token read has the scope read, but this needs the scope write.').waitFor();
  product.bearer('write');
  await token.getByLabel('Token').fill(tokenNamed('write'));
  await page.keyboard.press('Enter');
  await page.waitForURL('**/associations/own-*');
});

test('the audit log shows the first writes of an event below one row, all on a page of their own, and the head of the chain', async () => {
  const authorization = product.bearer('write');
  await fetch(`${await origin()}/associations`, {
    method: 'POST',
    headers: { Authorization: authorization, 'Content-Type': 'application/json' },
    body: JSON.stringify([
      { name: 'bulk-one', firstPort: 21060 },
      { name: 'bulk-two', firstPort: 21061, lastPort: 21062, protocols: ['tcp', 'udp'] },
      ...Array.from({ length: 10 }, (_, index) => ({ name: `bulk-${index}`, firstPort: 21070 + index })),
    ]),
  });
  product.bearer('admin');
  const { page, assertClean } = await visit(`${await origin()}/audit`);
  await page.getByRole('button', { name: 'Enter a token' }).click();
  await page.getByRole('dialog').getByLabel('Token').fill(tokenNamed('admin'));
  await page.getByRole('button', { name: 'Use token' }).click();
  await page.getByRole('row', { name: /event 12 writes 12 created write/ }).waitFor();
  const event = page.getByRole('button', { name: '12 writes' });
  const entry = page.getByRole('cell', { name: 'bulk-two 21061-21062/tcp,udp' });
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    assert.equal(await entry.count(), 0, `hidden at ${width}`);
    await event.click();
    await entry.waitFor();
    await event.click();
  }
  await page.getByText(product.registry.auditHead()?.hash ?? assert.fail()).waitFor();
  await event.click();
  await page.getByRole('link', { name: 'all 12 writes' }).click();
  await page.waitForURL(/\/audit\?event=\d+$/);
  await page.getByText('12 writes, the newest first').waitFor();
  assert.equal(await page.getByRole('row', { name: /created bulk-/ }).count(), 12);
  assertClean();
});

test('admins see the audit log, the history of an entry and the authors of changes', async () => {
  const id = await create({ name: '<b>\ue000audited', firstPort: 21050, owner: 'post' });
  await changeMeanwhile(id, { owner: null, firstPort: 21051, tags: ['a', 'b'] });
  product.bearer('admin');
  const { page, assertClean } = await visit(`${await origin()}/audit`);
  await page.getByRole('button', { name: 'Enter a token' }).click();
  await page.getByRole('dialog').getByLabel('Token').fill(tokenNamed('admin'));
  await page.getByRole('button', { name: 'Use token' }).click();
  const changes = ['ports: 21050 → 21051', 'owner: post → none', 'tags: none → a, b'];
  const row = page.getByRole('row', { name: /changed <b>U\+E000audited/ });
  await row.waitFor();
  assert.deepEqual(await row.getByRole('listitem').allInnerTexts(), changes);
  for (const width of [360, 650, 768, 1000, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    assert.deepEqual(await sizeFaults(page, width), []);
    // A word of a closed list has one line.
    assert.deepEqual(await brokenCells(page, '#audit td[data-label=Action]'), [], String(width));
  }
  await assertAccessible(page);
  await row.getByRole('link', { name: /audited/ }).click();
  const history = page.getByRole('region', { name: 'History' });
  await history.getByText('changed, by write').waitFor();
  assert.deepEqual(await history.getByRole('list').getByRole('list').getByRole('listitem').allInnerTexts(), changes);
  await assertAccessible(page);
  await create({
    name: 'range',
    firstPort: 21052,
    lastPort: 21059,
    owner: 'infrastructure',
    environment: 'production',
  });
  await page.goto(`${await origin()}/own?q=`);
  await page.getByText(', by write').first().waitFor();
  for (const width of [961, 1024, 1150, 1280, 1600]) {
    await page.setViewportSize({ width, height: 800 });
    assert.deepEqual(await brokenCells(page, '.compact td:not([data-label=Name])'), [], String(width));
  }
  assertClean();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the form and the dialogs fit a narrow screen, and axe finds nothing in them, ${colorScheme}`, async () => {
    const id = await create({ name: `berth-${colorScheme}`, firstPort: 21060, note: 'Wide.' });
    const { page, photograph } = await openWithToken(`/associations/${id}#entry`, 'write', {
      colorScheme,
      viewport: { width: 320, height: 800 },
    });
    const check = async (name: string) => {
      await assertAccessible(page);
      assert.deepEqual(await sizeFaults(page, 320), []);
      await photograph(`own-${name}-320-${colorScheme}`);
    };
    await openedForm(page);
    await check('form');
    for (const [button, name] of [
      ['Delete', 'delete'],
      ['change', 'token'],
    ] as const) {
      await page.getByRole('button', { name: button, exact: true }).click();
      await page.getByRole('dialog').waitFor();
      await check(name);
      await page.keyboard.press('Escape');
    }
    for (const [path, name] of [
      ['/associations/new', 'new'],
      ['/own?view=team', 'list'],
    ] as const) {
      await page.goto((await origin()) + path);
      await page.locator('.token button').first().waitFor();
      await check(name);
      assert.equal((await measurePage(page)).shift, 0, name);
    }
  });
}
