import type { Page } from 'playwright-core';

/** The narrowest screen, a usual one, a wide one and a 4K one, in CSS pixels. */
export const WIDTHS = [320, 1024, 2560, 3840] as const;
export const SCHEMES = ['light', 'dark'] as const;

/**
 * Checks whether a page scrolls sideways.
 *
 * @param page - The page.
 * @param width - The width of the window, in CSS pixels.
 * @returns The faults; empty for a page that fits.
 */
export async function sizeFaults(page: Page, width: number): Promise<string[]> {
  const needed = Number(await page.evaluate('document.documentElement.scrollWidth'));
  return needed <= width ? [] : [`${page.url()} is ${needed} pixels wide on a screen of ${width}`];
}
