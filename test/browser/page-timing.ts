import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** The paint timing of a page, as Chromium measures it. */
export interface PageTiming {
  /** The first contentful paint, in milliseconds. */
  readonly firstPaint: number;
  /** The sum of all layout shifts; 0 for none. */
  readonly shift: number;
}

const MEASURE = `new Promise((resolve) => {
  let shift = 0;
  const add = (entries) => {
    for (const { value } of entries) shift += value;
  };
  const watch = new PerformanceObserver((list) => add(list.getEntries()));
  watch.observe({ type: 'layout-shift', buffered: true });
  const look = () => {
    const [paint] = performance.getEntriesByName('first-contentful-paint');
    // The entry follows the frame: a large page is drawn before it is painted.
    if (paint === undefined) return requestAnimationFrame(look);
    add(watch.takeRecords());
    resolve({ firstPaint: paint.startTime, shift });
  };
  requestAnimationFrame(() => requestAnimationFrame(look));
})`;

/**
 * Measures the first paint and the layout shift of a page.
 *
 * @param page - The page, loaded.
 */
export async function measurePage(page: Page): Promise<PageTiming> {
  return (await page.evaluate(MEASURE)) as PageTiming;
}

/**
 * Checks that a page loads at most 20 kB in 8 requests on a first visit.
 *
 * @param page - Any page of the browser.
 * @param url - The URL of the page that is checked.
 * @returns The timing of the load.
 */
export async function assertLightLoad(page: Page, url: string): Promise<PageTiming> {
  const context = await page.context().browser()?.newContext();
  const fresh = await context?.newPage();
  if (context === undefined || fresh === undefined) throw new Error('no browser');
  let [bytes, requests] = [0, 0];
  const wire = await context.newCDPSession(fresh);
  await wire.send('Network.enable');
  wire.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    requests += 1;
  });
  await fresh.goto(url, { waitUntil: 'networkidle' });
  const seen = await measurePage(fresh);
  await context.close();
  assert.ok(bytes > 0 && bytes <= 20_000, `${bytes} bytes`);
  assert.ok(requests <= 8, `${requests} requests`);
  return seen;
}
