import type { Page } from 'playwright-core';

/** What Chromium measured of a page since it began. */
export interface Painting {
  /** When anything of it was painted first, in milliseconds. */
  readonly firstPaint: number;
  /** How much moved, as the sum of what Chromium measures; 0 for nothing. */
  readonly shift: number;
}

const PAINTING = `new Promise((resolve) => {
  const watch = new PerformanceObserver(() => {});
  watch.observe({ type: 'layout-shift', buffered: true });
  const look = () => {
    const [paint] = performance.getEntriesByName('first-contentful-paint');
    // A frame is drawn before it is shown: what is large is not on the screen yet.
    if (paint === undefined) return requestAnimationFrame(look);
    const shift = watch.takeRecords().reduce((sum, { value }) => sum + value, 0);
    resolve({ firstPaint: paint.startTime, shift });
  };
  requestAnimationFrame(() => requestAnimationFrame(look));
})`;

/**
 * Tells how a page came to be seen.
 *
 * @param page - The page, loaded.
 */
export async function painting(page: Page): Promise<Painting> {
  return (await page.evaluate(PAINTING)) as Painting;
}
