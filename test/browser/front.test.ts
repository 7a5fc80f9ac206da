import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useListening } from '../support/listening.ts';
import { useProduct } from '../support/registry.ts';
import { assertAccessible } from './accessibility.ts';
import { useChromium } from './chromium.ts';
import { drawnChart } from './drawn-chart.ts';
import { measurePage } from './page-timing.ts';
import { WIDTHS } from './screens.ts';

const product = useProduct();
const origin = useListening(product);
const visit = useChromium();

/** The elements that are wider than the column of the page, by class or name. */
const TOO_WIDE = `(() => {
  const main = document.querySelector('main');
  const right = main.getBoundingClientRect().right - Number.parseFloat(getComputedStyle(main).paddingRight);
  const isShown = (element) => element.checkVisibility() && element.closest('.chart-aloud') === null;
  const isOut = (element) => isShown(element) && element.getBoundingClientRect().right > right + 0.5;
  return [...main.querySelectorAll('*')].filter(isOut).map((element) => element.className || element.localName);
})()`;

/** Opens a page and returns its search box: the header's, or the larger one of the front page. */
async function open(path = '/') {
  const seen = await visit(`${await origin()}${path}`);
  const box = seen.page.locator('.ask input, .find input').filter({ visible: true });
  return { ...seen, box, options: seen.page.getByRole('option') };
}

test('the search shows results as you type, with full keyboard control', async () => {
  const { page, box, options, assertClean, photograph } = await open();
  await box.and(page.locator(':focus')).waitFor();
  await box.blur();
  await page.keyboard.press('/');
  await page.keyboard.type('ssh');
  await options.first().getByText('The Secure Shell (SSH) Protocol').waitFor();
  await page.getByText(/suggestions from [\d,]+ results/).waitFor();
  assert.equal(await box.getAttribute('aria-expanded'), 'true');
  assert.equal(await box.getAttribute('aria-activedescendant'), null);
  await photograph('front-suggestions');
  await page.keyboard.press('ArrowDown');
  assert.equal(await box.getAttribute('aria-activedescendant'), await options.first().getAttribute('id'));
  assert.equal(await options.first().getAttribute('aria-selected'), 'true');
  await page.keyboard.press('ArrowUp');
  assert.equal(await box.getAttribute('aria-activedescendant'), null);
  await page.keyboard.press('Escape');
  await options.first().waitFor({ state: 'hidden' });
  assert.equal(await box.inputValue(), 'ssh');
  await page.keyboard.press('ArrowDown');
  await options.first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/ports/22');
  assertClean();
});

test('each port has one option with its names and its verdict, in the header too', async () => {
  const { page, box, options, assertClean } = await open('/about');
  await box.focus();
  for (const [text, expected] of [
    [
      '8080',
      [
        '8080 http-alt, Apache Airflow, Apache Tomcat, Jenkins, Spring Boot embedded web server, Vue CLI and webpack-dev-server ✕ Taken',
      ],
    ],
    ['60257/tcp', ['60257/tcp ✕ Not lasting']],
    ['22, 4435', ['22, 4435 2 ports, as a list', '22 ssh ✕ Taken', '4435 ✓ Free']],
    ['4435-4434', ['4435-4434 2 ports, as a list', '4434 Ory Kratos ! With care', '4435 ✓ Free']],
    ['k8s', ['6443 Kubernetes API server Kubernetes, k3s, OpenShift ✕ Taken', '16443 MicroK8s API server ! With care']],
  ] as const) {
    await box.fill(text);
    await options.filter({ hasText: expected[0] }).waitFor();
    const found = await options.allInnerTexts();
    assert.deepEqual(
      found.map((words) => words.replaceAll(/\s+/g, ' ').trim()),
      expected,
      text,
    );
  }
  await options.last().click();
  await page.waitForURL('**/ports/16443');
  assertClean();
});

describe('Enter leads to the same page, typed fast or slowly', () => {
  for (const [text, path] of [
    ['8080', '/ports/8080'],
    ['443/tcp', '/ports/443/tcp'],
    ['6000-6010', '/ports?ports=6000-6010'],
    ['6010-6000', '/ports?ports=6000-6010'],
    ['postgres', '/services/postgres'],
    ['ssh protocol', '/search?q=ssh+protocol'],
  ] as const) {
    test(text, async () => {
      for (const isSlow of [false, true]) {
        const { page, box, options } = await open();
        await box.fill(text);
        if (isSlow) await options.first().waitFor();
        await page.keyboard.press('Enter');
        await page.waitForURL(`**${path.replace('?', '\\?')}`);
      }
    });
  }
});

test('only the last of several slow responses is shown, and a server error is reported', async () => {
  const { page, options, box } = await open();
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/graphql', async (route) => {
    if (route.request().postData()?.includes('"text":"ssh"')) await held;
    await route.continue().catch(() => {});
  });
  await box.fill('ssh');
  await page.getByText('Searching…').waitFor();
  await box.fill('postgresql');
  await options.first().getByText('postgresql', { exact: true }).waitFor();
  release();
  await page.unroute('**/graphql');
  assert.equal(await options.first().getByText('postgresql', { exact: true }).count(), 1);
  await page.route('**/graphql', (route) => route.fulfill({ status: 503, body: '{}' }));
  await box.fill('telnet');
  await page.getByText('Cannot load suggestions: press Enter to search.').waitFor();
  await options.first().waitFor({ state: 'hidden' });
});

test('no results are announced, with similar names', async () => {
  const { page, box } = await open();
  await box.fill('ssj');
  await page.getByText(/^No results; did you mean /).waitFor();
  await box.fill('70000');
  await page.getByText('Port numbers end at 65535.').waitFor();
  await box.fill('kubernets');
  await page.getByText(/suggestions for kubernetes/).waitFor();
});

test('hostile names are shown as text, with invisible characters marked', async () => {
  const entry = { name: '<img src=x onerror=alert(1)>\uE000gpj', firstPort: 41234 };
  const headers = { Authorization: product.bearer('write'), 'Content-Type': 'application/json' };
  const created = await fetch(`${await origin()}/associations`, {
    method: 'POST',
    headers,
    body: JSON.stringify(entry),
  });
  assert.equal(created.status, 201, await created.text());
  const { box, options, assertClean } = await open();
  await box.fill('41234');
  await options.getByText('<img src=x onerror=alert(1)>U+E000gpj', { exact: true }).first().waitFor();
  assertClean();
});

test('without JavaScript the form searches and the table is shown', async () => {
  const { page, assertClean } = await visit(`${await origin()}/`, { javaScriptEnabled: false });
  assert.equal(await page.locator('canvas').isVisible(), false);
  assert.equal(await page.getByRole('row', { name: /Assigned: TCP, UDP/ }).isVisible(), true);
  assert.equal(await page.getByRole('checkbox').count(), 0);
  await page.getByRole('heading', { name: 'A free port now' }).waitFor();
  await page.getByText('With JavaScript this is a chart').getByRole('link', { name: 'Ranges' }).waitFor();
  await page.getByRole('searchbox').filter({ visible: true }).fill('ssh');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/services/ssh');
  assertClean();
});

describe('the front page', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`is accessible in the ${colorScheme} scheme, initially and in use`, async () => {
      const viewport = { width: colorScheme === 'dark' ? 320 : 1280, height: 900 };
      const { page } = await visit(`${await origin()}/`, { colorScheme, viewport });
      await drawnChart(page);
      await assertAccessible(page);
      await page.locator('.ask input').fill('22');
      await page.getByRole('option').first().waitFor();
      await page.keyboard.press('ArrowDown');
      await assertAccessible(page);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Reserved' }).click();
      await page.getByLabel(/Linux/).first().check();
      await page.locator('#chart canvas').focus();
      await page.keyboard.press('ArrowRight');
      await page.locator('.chart-aloud').getByText('Port 444').waitFor();
      await assertAccessible(page);
    });

    for (const width of WIDTHS) {
      test(`fits ${width} pixels in the ${colorScheme} scheme, without layout shift`, async () => {
        const viewport = { width, height: width === 320 ? 640 : 1000 };
        const { page, assertClean, photograph } = await visit(`${await origin()}/`, { colorScheme, viewport });
        await drawnChart(page);
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
        assert.deepEqual(await page.evaluate(TOO_WIDE), []);
        const { shift } = await measurePage(page);
        assert.equal(shift, 0);
        await photograph(`front-${width}-${colorScheme}`);
        assertClean();
      });
    }
  }
});
