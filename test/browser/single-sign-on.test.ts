import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ANY_WRITE } from '../../src/registry/audit.ts';
import { runAllSteps } from '../../src/registry/values/run-step.ts';
import { startInProcess } from '../support/listen.ts';
import { useProduct } from '../support/registry.ts';
import { tokenNamed } from '../support/tokens.ts';
import { assertAccessible } from './accessibility.ts';
import { useChromium } from './chromium.ts';
import { SCHEMES, sizeFaults, WIDTHS } from './screens.ts';

const product = useProduct();
const visit = useChromium();
const SETTINGS = {
  TRUST_PROXY: '127.0.0.1',
  AUTH_HEADER: 'X-Forwarded-User',
  AUTH_GROUPS_HEADER: 'X-Forwarded-Groups',
  AUTH_SCOPES: 'netops:write,leads:admin',
};

interface After {
  readonly after: (end: () => Promise<void>) => void;
}

/** Opens a page as a proxy does that names this user. */
async function openAs(t: After, path: string, user: string, groups = '', options = {}) {
  const { url } = await startInProcess(t, { DATABASE: product.database, ...SETTINGS });
  const signedIn = user === '' ? {} : { 'X-Forwarded-User': user, 'X-Forwarded-Groups': groups };
  return { url, ...(await visit(url + path, { extraHTTPHeaders: signedIn, ...options })) };
}

describe('a signed-in user', () => {
  test('creates, changes and deletes an entry without a token', async (t) => {
    const path = '/associations/new?port=21006&protocol=tcp&name=billing-api';
    const { page, assertClean } = await openAs(t, path, 'alice', 'netops');
    await page.getByText('Signed in as alice').waitFor();
    assert.equal(await page.locator('.token').textContent(), 'Signed in as alice · write · use a token');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.waitForURL(/\/associations\/own-[0-9a-f]{12}$/);
    const id = page.url().split('/').at(-1) ?? '';
    assert.equal(product.registry.association(id).name, 'billing-api');
    const [write] = runAllSteps(product.registry.audit({ ...ANY_WRITE, id }, { limit: 1, offset: 0 })).results;
    assert.equal(write?.token, 'sso:alice');
    await page.getByRole('button', { name: 'Delete' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.waitForURL(/\/own$/);
    assertClean();
  });

  test('without the scope is asked for a token, with the reason', async (t) => {
    const bearer = product.bearer('write');
    assert.ok(bearer);
    const { page } = await openAs(t, '/associations/new?port=21007&protocol=tcp&name=carol', 'carol');
    await page.getByText('Signed in as carol').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Token' });
    await dialog.getByText('You are signed in as carol with the scope read: this needs write.').waitFor();
    await page.keyboard.type(tokenNamed('write'));
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/associations\/own-[0-9a-f]{12}$/);
    await page.getByText('Token write').waitFor();
    await page.getByRole('button', { name: 'forget' }).click();
    await page.getByText('Signed in as carol').waitFor();
  });

  test('with the scope admin sees the audit log', async (t) => {
    const { page, assertClean } = await openAs(t, '/audit', 'bob', 'leads');
    await page.locator('#audit table').waitFor();
    await page.getByText('Signed in as bob').waitFor();
    assertClean();
  });

  test('with an ended session gets a message', async (t) => {
    const { page } = await openAs(t, '/associations/new?port=21006&protocol=tcp&name=late', 'alice', 'netops');
    await page.getByText('Signed in as alice').waitFor();
    await page.context().setExtraHTTPHeaders({});
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('You are no longer signed in.').waitFor();
  });

  test('is named on every page, on every screen', async (t) => {
    const long = 'a'.repeat(64);
    const { url, page, photograph } = await openAs(t, '/ports/22', long, 'netops');
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      for (const path of ['/ports/22', '/own', '/']) {
        await page.goto(url + path);
        await page.getByText(`Signed in as ${long}`).waitFor();
        assert.deepEqual(await sizeFaults(page, width), [], `${path} ${width}`);
      }
    }
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      for (const [name, path] of [
        ['own', '/own'],
        ['port', '/ports/22'],
      ]) {
        await page.goto(url + path);
        await page.getByText(`Signed in as ${long}`).waitFor();
        await assertAccessible(page);
        await photograph(`signed-in-${name}-${colorScheme}`);
      }
    }
  });
});

test('a page without a user says that there is no token', async (t) => {
  const { page } = await openAs(t, '/own', '');
  await page.getByText('No token').waitFor();
});
