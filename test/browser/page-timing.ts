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
