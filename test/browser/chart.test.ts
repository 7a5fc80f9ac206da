import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { allNames } from '../../src/web/parts/port-names.ts';
import { useListening } from '../support/listening.ts';
import { useProduct } from '../support/registry.ts';
import { useChromium } from './chromium.ts';
import { drawnChart, NEXT_FRAME } from './drawn-chart.ts';

const product = useProduct();
const origin = useListening(product);
const visit = useChromium();

/** How long the drawing may take, in milliseconds. */
const MOST_MS = 100;
/** The most first visits until one is that fast: another process may interrupt a drawing. */
const MOST_VISITS = 5;
/** The largest transfer of a first visit, and of the chart alone, in bytes. */
const MOST_BYTES = 50_000;
const MOST_CHART_BYTES = 40_000;
/** The largest distance of the chart from the top on a phone, in CSS pixels. */
const MOST_TOP = 520;
/** The size of everything that was loaded, by its address, headers included. */
const LOADED = `[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .map(({ name, transferSize }) => [name, transferSize])`;

async function open() {
  const seen = await visit(`${await origin()}/`);
  return { ...seen, chart: await drawnChart(seen.page) };
}

/** Waits until the chart is enlarged by a factor, or until the time limit of the test. */
async function zoomed(page: Page, isRight: (zoom: number) => boolean): Promise<void> {
  const chart = page.locator('#chart');
  while (!isRight(Number(await chart.getAttribute('data-zoomed')))) await page.evaluate(NEXT_FRAME);
}

/** Waits until the chart names a port above it. */
async function waitForWords(page: Page, port: number): Promise<void> {
  const names = allNames(product.registry.port(port, null)).join(', ');
  await page.locator('.chart-number').getByText(String(port), { exact: true }).waitFor();
  if (names !== '') await page.locator('.chart-words').getByText(names, { exact: true }).waitFor();
}

/** Zooms by the wheel with Ctrl. */
async function zoomByWheel(page: Page, turns: number): Promise<void> {
  await page.keyboard.down('Control');
  for (let turn = 0; turn < turns; turn++) await page.mouse.wheel(0, -200);
  await page.keyboard.up('Control');
}

test('the chart is drawn fast', async () => {
  let fastest = Number.POSITIVE_INFINITY;
  for (let visits = 0; visits < MOST_VISITS && fastest >= MOST_MS; visits++) {
    const { page, chart } = await open();
    fastest = Math.min(fastest, chart.drawnInMs);
    await page.context().close();
  }
  assert.ok(fastest < MOST_MS, `${fastest} ms`);
});

test('each port has the colour of its kind', async () => {
  const { page, chart, assertClean } = await open();
  // The properties of chart.css in the light scheme.
  const cases = [
    [0, '26,33,39'],
    [443, '44,82,135'],
    [6667, '91,174,237'],
    [81, '230,159,0'],
    [40003, '233,223,197'],
    [60257, '209,228,236'],
  ] as const;
  for (const [port, colour] of cases) assert.deepEqual([port, await chart.colourOf(port)], [port, colour]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await chart.hasColour(443, '49,125,209');
  // Paper is white in both schemes.
  await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
  await chart.hasColour(443, '44,82,135');
  assertClean();
});

test('a first visit loads little', async () => {
  const { page } = await open();
  const loaded = (await page.evaluate(LOADED)) as [name: string, bytes: number][];
  const sum = loaded.reduce((bytes, [, more]) => bytes + more, 0);
  const [chart] = loaded.flatMap(([name, bytes]) => (name.endsWith('/chart.bin') ? [bytes] : []));
  assert.ok(sum > 0 && sum < MOST_BYTES, JSON.stringify(loaded));
  assert.ok(chart !== undefined && chart > 0 && chart < MOST_CHART_BYTES, String(chart));
});

test('hovering shows a port and a click opens it', async () => {
  const { page, chart, assertClean } = await open();
  const { x, y } = await chart.placeOf(8080);
  await page.mouse.move(x, y);
  await waitForWords(page, 8080);
  assert.equal(await page.locator('.chart-kind').innerText(), 'Assigned: TCP, UDP');
  await page.mouse.click(x, y);
  await page.waitForURL('**/ports/8080');
  assertClean();
});

test('Ctrl and the wheel zoom at the pointer, dragging pans, and a click opens the port under the pointer', async () => {
  const { page } = await visit(`${await origin()}/`, { viewport: { width: 1280, height: 2000 } });
  const chart = await drawnChart(page);
  const { x, y } = await chart.placeOf(8080);
  await page.mouse.move(x, y);
  await zoomByWheel(page, 12);
  await zoomed(page, (zoom) => zoom > 10);
  await waitForWords(page, 8080);
  const cell = JSON.parse((await page.locator('#chart').getAttribute('data-square')) ?? '{}').cell;
  await page.mouse.down();
  await page.mouse.move(x - cell / 2, y);
  await page.mouse.move(x - cell, y);
  await page.mouse.up();
  // The chart has moved: the next port is under the mouse now.
  await page.mouse.move(x, y);
  await waitForWords(page, 8081);
  await page.mouse.click(x, y);
  await page.waitForURL('**/ports/8081');
});

test('after a zoom with the wheel, clicks, buttons and keys use the same viewport', async () => {
  const { page } = await visit(`${await origin()}/`, { viewport: { width: 1280, height: 2000 } });
  const chart = await drawnChart(page);
  const { x, y } = await chart.placeOf(40003);
  await page.mouse.move(x, y);
  await zoomByWheel(page, 3);
  await zoomed(page, (zoom) => zoom > 3);
  await page.getByRole('button', { name: 'Enlarge' }).click();
  await zoomed(page, (zoom) => zoom > 5);
  await page.mouse.move(x, y);
  await waitForWords(page, 40003);
  await page.mouse.click(x, y);
  await page.waitForURL('**/ports/40003');
});

test('the wheel without Ctrl scrolls the page both ways, with a hint', async () => {
  const { page, chart } = await open();
  const hint = page.getByText('Hold Ctrl or ⌘: the wheel then zooms');
  assert.equal(await hint.isVisible(), false);
  const { x, y } = await chart.placeOf(8080);
  await page.mouse.move(x, y);
  for (const by of [100, -100]) {
    const before = Number(await page.evaluate('scrollY'));
    await page.mouse.wheel(0, by);
    await hint.waitFor();
    while (Number(await page.evaluate('scrollY')) !== before + by) await page.evaluate(NEXT_FRAME);
  }
  assert.equal(await page.locator('#chart').getAttribute('data-zoomed'), '1.00');
  await hint.waitFor({ state: 'hidden' });
});

test('the address keeps the filter, the ranges, the port and the zoom', async () => {
  const { page, assertClean } = await visit(
    `${await origin()}/#kind=informal,reserved&mark=blocked&over=linux,aix,nothing&at=8080,12`,
  );
  const chart = await drawnChart(page);
  await waitForWords(page, 8080);
  const pressed = async () =>
    (await page.locator('.word[aria-pressed=true] .title').allInnerTexts()).map((title) => title.trim());
  assert.deepEqual(await pressed(), ['Reserved', 'Informal use only', 'Refused by browsers']);
  assert.equal(await page.getByLabel('Linux', { exact: true }).isChecked(), true);
  assert.equal(await page.getByLabel(/AIX/).isChecked(), true);
  await zoomed(page, (zoom) => zoom === 12);
  await chart.canvas.focus();
  await page.keyboard.press('ArrowRight');
  await page.getByLabel(/AIX/).uncheck();
  await page.waitForURL('**/#kind=reserved,informal&mark=blocked&over=linux&at=8081,12');
  await page.getByRole('button', { name: 'Show all kinds' }).click();
  await page.getByLabel('Linux', { exact: true }).uncheck();
  await page.getByRole('button', { name: 'All ports' }).click();
  await page.waitForURL('**/#at=8081');
  for (const fragment of ['#at=65536,2', '#at=-1', '#at=22,x', '#kind=%00', '#over=', '#%']) {
    await page.evaluate(`location.hash = ${JSON.stringify(fragment)}`);
    assert.deepEqual([fragment, await pressed()], [fragment, []]);
    assert.equal(await page.locator('.chart-number').innerText(), '8081');
  }
  await page.evaluate(`location.hash = '#at=22,4'`);
  await waitForWords(page, 22);
  await zoomed(page, (zoom) => zoom === 4);
  assertClean();
});

test('requests for names back off while the server fails, and resume later', async () => {
  const { page } = await visit(`${await origin()}/about`, { reducedMotion: 'reduce' });
  await page.clock.install();
  let asked = 0;
  await page.route('**/graphql', (route) => {
    asked++;
    return route.fulfill({ status: 503, body: '{}' });
  });
  await page.goto(`${await origin()}/`);
  // The fake clock of the page has no performance measures.
  await page.locator('#chart[data-zoomed] canvas').focus();
  for (let step = 0; step < 10; step++) await page.keyboard.press('+');
  // Five seconds of the fake clock; each response has time to arrive.
  for (let part = 0; part < 50; part++) {
    await page.clock.runFor(100);
    await page.evaluate(`fetch('/healthz').then((answer) => answer.text())`);
  }
  await page.getByText('Cannot load the names: open the page of the port.').waitFor();
  assert.ok(asked >= 2 && asked <= 4, `asked ${asked} times`);
  await page.unroute('**/graphql');
  await page.clock.runFor(60_000);
  await waitForWords(page, 443);
});

test('keys move a cursor that screen readers announce, zoom, and open a port', async () => {
  const { page, chart, assertClean } = await open();
  const aloud = page.locator('.chart-aloud');
  await chart.canvas.focus();
  await aloud.getByText('Port 443, https: Assigned: TCP, UDP').waitFor();
  const steps = [
    ['Home', 256],
    ['ArrowLeft', 255],
    ['ArrowDown', 511],
    ['ArrowUp', 255],
    ['PageDown', 4351],
    ['PageUp', 255],
    ['ArrowRight', 256],
    ['End', 511],
    ['Control+End', 65535],
    ['ArrowRight', 65535],
    ['Control+Home', 0],
    ['ArrowUp', 0],
  ] as const;
  for (const [key, port] of steps) {
    await page.keyboard.press(key);
    assert.deepEqual([key, await page.locator('.chart-number').innerText()], [key, String(port)]);
  }
  await aloud.getByText('Port 0: Reserved').waitFor();
  await page.keyboard.press('+');
  await zoomed(page, (zoom) => zoom > 1.5);
  await page.keyboard.press('0');
  await zoomed(page, (zoom) => zoom === 1);
  for (let row = 0; row < 31; row++) await page.keyboard.press('ArrowDown');
  for (let port = 0; port < 144; port++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/ports/8080');
  assertClean();
});

test('the legend counts and filters', async () => {
  const { page, chart, assertClean, photograph } = await open();
  const row = page.getByRole('row', { name: /Reserved/ });
  assert.deepEqual((await row.innerText()).trim().split(/\s+/), ['Reserved', '46', '18', '–', '64']);
  await page.getByRole('button', { name: 'Reserved' }).click();
  await chart.hasColour(8080, '232,235,238');
  await chart.hasColour(0, '26,33,39');
  await photograph('chart-filtered');
  await page.getByRole('button', { name: 'Refused by browsers' }).click();
  await chart.hasColour(22, '44,82,135');
  await page.getByRole('button', { name: 'Show all kinds' }).click();
  await chart.hasColour(8080, '44,82,135');
  assertClean();
});

test('ranges are shown over the chart', async () => {
  const { page, chart, assertClean, photograph } = await open();
  // In the middle of the first row of the range of Linux: its outline crosses the port.
  const port = 32768 + 128;
  const before = await chart.colourOf(port);
  await page.getByText('More ranges').click();
  await page.getByLabel('User Ports').check();
  await page.getByLabel(/Linux/).first().check();
  await chart.loses(port, before);
  await photograph('chart-ranges');
  await page.getByLabel(/Linux/).first().uncheck();
  await chart.hasColour(port, before);
  assertClean();
});

test('on a phone, the chart begins on the first screen; the first tap shows a port, the second one opens it', async () => {
  const { page } = await visit(`${await origin()}/`, { hasTouch: true, viewport: { width: 360, height: 740 } });
  const top = (await page.locator('#chart').boundingBox())?.y;
  assert.ok(top !== undefined && top <= MOST_TOP, String(top));
  const chart = await drawnChart(page);
  await page.getByText('Touch one to see what it is, again to open it.').waitFor();
  const { x, y } = await chart.placeOf(8080);
  await page.touchscreen.tap(x, y);
  const named = Number(await page.locator('.chart-number').innerText());
  await waitForWords(page, named);
  const words = await page.locator('.chart-port').boundingBox();
  assert.ok(words !== null && words.y >= 0 && words.y + words.height < y, JSON.stringify(words));
  assert.ok(Math.abs((named % 256) - (8080 % 256)) <= 1, `${named}`);
  await page.touchscreen.tap(x, y);
  await page.waitForURL(`**/ports/${named}`);
});

test('a pinch zooms at its centre', async () => {
  const { page } = await visit(`${await origin()}/`, { hasTouch: true, viewport: { width: 390, height: 800 } });
  const chart = await drawnChart(page);
  const { x, y } = await chart.placeOf(32896);
  const session = await page.context().newCDPSession(page);
  const fingers = (type: 'touchStart' | 'touchMove' | 'touchEnd', apart: number[]) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints: apart.map((by, id) => ({ x: x + by, y, id })) });
  await fingers('touchStart', [-20, 20]);
  for (const by of [40, 80, 120]) await fingers('touchMove', [-by, by]);
  await fingers('touchEnd', []);
  await zoomed(page, (zoom) => zoom > 3);
  const { left, top, cell } = JSON.parse((await page.locator('#chart').getAttribute('data-square')) ?? '{}');
  const box = await chart.canvas.boundingBox();
  const port = [(x - (box?.x ?? 0) - left) / cell, (y - (box?.y ?? 0) - top) / cell].map(Math.floor);
  assert.deepEqual(port, [128, 128]);
});

test('nothing is animated with prefers-reduced-motion', async () => {
  const { page } = await visit(`${await origin()}/`, { reducedMotion: 'reduce' });
  const chart = await drawnChart(page);
  await chart.canvas.focus();
  // The first frame after the key shows its whole effect.
  const zoom = await page.evaluate(`new Promise((resolve) => {
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: '+' }));
    requestAnimationFrame(() => resolve(document.querySelector('#chart').dataset.zoomed));
  })`);
  assert.equal(zoom, '1.60');
  await page.getByRole('button', { name: 'All ports' }).click();
  await zoomed(page, (value) => value === 1);
});

test('own entries are on the chart, and their names come first', async () => {
  const headers = { Authorization: product.bearer('write'), 'Content-Type': 'application/json' };
  for (const firstPort of [60257, 443]) {
    const body = JSON.stringify({ name: 'telemetry', firstPort });
    const created = await fetch(`${await origin()}/associations`, { method: 'POST', headers, body });
    assert.equal(created.status, 201);
  }
  const { page, chart } = await open();
  assert.equal(await chart.colourOf(60257), '165,28,30');
  const row = page.getByRole('row', { name: /Own entry/ });
  assert.deepEqual((await row.innerText()).trim().split(/\s+/), ['Own', 'entry', '1', '–', '1', '2']);
  await chart.canvas.focus();
  await page.locator('.chart-aloud').getByText('Port 443, telemetry: Own entry').waitFor();
});

test('a hostile name is shown as text, with its invisible characters marked', async () => {
  const headers = { Authorization: product.bearer('write'), 'Content-Type': 'application/json' };
  const body = JSON.stringify({ name: '<b>tele\uE000metry</b>', firstPort: 41234 });
  const created = await fetch(`${await origin()}/associations`, { method: 'POST', headers, body });
  assert.equal(created.status, 201);
  const { page, chart, assertClean } = await open();
  const { x, y } = await chart.placeOf(41234);
  await page.mouse.move(x, y);
  await page.locator('.chart-words').getByText('<b>teleU+E000metry</b>').waitFor();
  assert.doesNotMatch(await page.locator('#chart').innerText(), /\uE000/);
  assertClean();
});

test('without a response the chart shows an error, and the table remains', async () => {
  const { page } = await visit(`${await origin()}/about`);
  await page.route('**/chart.bin', (route) => route.fulfill({ status: 503, body: '' }));
  await page.goto(`${await origin()}/`);
  await page.getByText('Cannot draw the chart: the server answered 503.').waitFor();
  await page.getByRole('row', { name: /Unassigned/ }).waitFor();
});

test('a reader with a token sees the ports on which hosts listen, and nobody else loads anything for them', async () => {
  const headers = { Authorization: product.bearer('observe'), 'Content-Type': 'text/plain' };
  const sockets = [22, 443, 5432, 5433, 8080, 60257].map((port) => `tcp LISTEN 0 128 0.0.0.0:${port} 0.0.0.0:*\n`);
  for (const host of ['web-1', 'web-2']) {
    const options = { method: 'PUT', headers, body: sockets.slice(host === 'web-1' ? 0 : 3).join('') };
    assert.equal((await fetch(`${await origin()}/observations/${host}`, options)).status, 200);
  }
  const requested: string[] = [];
  const { page, chart, assertClean, photograph } = await open();
  page.on('request', (request) => requested.push(new URL(request.url()).pathname.replace(/.*\//, '')));
  const chip = page.getByLabel('Seen on our hosts');
  const state = page.locator('.chart-kind');
  assert.equal(await chip.isVisible(), false);
  await page.goto(`${await origin()}/#over=observed`);
  await page.reload();
  await drawnChart(page);
  await page.evaluate(NEXT_FRAME);
  assert.deepEqual([await chip.isVisible(), requested.includes('observed-ports.js')], [false, false]);
  const useToken = (token: string) =>
    page.evaluate(`sessionStorage.setItem('portolan.token', ${JSON.stringify(token)})`);
  await useToken(product.bearer('read').replace('Bearer ', ''));
  await page.goto(`${await origin()}/`);
  await drawnChart(page);
  await chip.waitFor();
  const before = await chart.colourOf(8080);
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await photograph(`chart-before-observed-${scheme}`);
  }
  assert.equal(requested.filter((file) => file === 'chart.bin').length, 2);
  await page.emulateMedia({ colorScheme: 'light' });
  await chip.check();
  await chart.loses(8080, before);
  await page.waitForURL('**/#over=observed');
  for (const [port, hosts] of [
    [8080, '2 hosts'],
    [443, '1 host'],
    [8081, 'no host'],
  ] as const) {
    const { x, y } = await chart.placeOf(port);
    await page.mouse.move(x, y);
    await waitForWords(page, port);
    assert.match(await state.innerText(), new RegExp(` · seen on ${hosts}$`));
  }
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await photograph(`chart-observed-${scheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await chart.canvas.focus();
  await page.keyboard.press('ArrowRight');
  await page
    .locator('.chart-aloud')
    .getByText(/ · seen on no host$/)
    .waitFor();
  await chip.uncheck();
  await chart.hasColour(8080, before);
  assert.doesNotMatch(await state.innerText(), /seen/);
  // The link opens with the ports. No request is cut off by leaving the page: both ways of answering it are compared.
  await page.waitForLoadState('networkidle');
  await page.goto(`${await origin()}/about`);
  await page.goto(`${await origin()}/#over=observed&at=5432,30`);
  await state.getByText(/ · seen on 1 host$/).waitFor();
  await waitForWords(page, 5432);
  await page.waitForLoadState('networkidle');
  await photograph('chart-observed-zoomed');
  assertClean();
  await useToken('none');
  await page.goto(`${await origin()}/about`);
  await page.goto(`${await origin()}/#over=observed`);
  await page.getByText('Seen on our hosts: The token is not valid').waitFor();
  assert.equal(await chip.isChecked(), false);
  // A valid token removes the error.
  await useToken(product.bearer('read').replace('Bearer ', ''));
  await chip.check();
  await page.getByText('Seen on our hosts', { exact: true }).waitFor();
  assert.equal(await chip.isChecked(), true);
});
