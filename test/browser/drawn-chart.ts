import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';

/** The longest wait for a colour, in milliseconds. */
const TIMEOUT_MS = 5_000;
/** Waits for the next frame of the page. */
export const NEXT_FRAME = 'new Promise((resolve) => requestAnimationFrame(resolve))';

/** The drawn chart on a page. */
export interface DrawnChart {
  readonly canvas: Locator;
  /** The duration of drawing after the bytes have arrived, in milliseconds. */
  readonly drawnInMs: number;
  /** The middle of a port on the page, if all ports are visible. */
  readonly placeOf: (port: number) => Promise<{ x: number; y: number }>;
  /** Waits until a port has a colour in its middle, or no longer has it, while all ports are seen. */
  readonly hasColour: (port: number, colour: string) => Promise<void>;
  readonly loses: (port: number, colour: string) => Promise<void>;
  /** The colour in the middle of a port, if all ports are visible, as `red,green,blue`. */
  readonly colourOf: (port: number) => Promise<string>;
}

/**
 * Waits until the chart is drawn.
 *
 * @param page - The front page.
 */
export async function drawnChart(page: Page): Promise<DrawnChart> {
  const canvas = page.locator('#chart canvas');
  await canvas.scrollIntoViewIfNeeded();
  await page.waitForFunction(() => performance.getEntriesByName('chart-drawn').length > 0);
  const drawnInMs = await page.evaluate(() => performance.getEntriesByName('chart-drawn')[0]?.duration ?? Number.NaN);
  /** The position of the square of ports in the canvas, in CSS pixels, as the chart reports it. */
  const inCanvas = async (port: number) => {
    const { left, top, cell } = JSON.parse((await page.locator('#chart').getAttribute('data-square')) ?? '{}');
    return { x: left + ((port % 256) + 0.5) * cell, y: top + (Math.floor(port / 256) + 0.5) * cell };
  };
  const placeOf = async (port: number) => {
    const [{ x, y }, box] = [await inCanvas(port), await canvas.boundingBox()];
    return { x: x + (box?.x ?? 0), y: y + (box?.y ?? 0) };
  };
  const colourOf = async (port: number) => {
    const { x, y } = await inCanvas(port);
    return canvas.evaluate(
      (element, place) => {
        const ratio = (globalThis as unknown as { devicePixelRatio: number }).devicePixelRatio;
        const drawn = element as unknown as {
          getContext: (kind: '2d') => { getImageData: (...box: number[]) => { data: Uint8ClampedArray } };
        };
        const { data } = drawn.getContext('2d').getImageData(place.x * ratio, place.y * ratio, 1, 1);
        return data.subarray(0, 3).join();
      },
      { x, y },
    );
  };
  /** Waits for a frame with the expected colour; returns the last colour if there is none. */
  const waitForColour = async (port: number, isRight: (colour: string) => boolean) => {
    const until = Date.now() + TIMEOUT_MS;
    let seen = await colourOf(port);
    for (; !isRight(seen) && Date.now() < until; seen = await colourOf(port)) await page.evaluate(NEXT_FRAME);
    return `${port}: ${seen}`;
  };
  const hasColour = async (port: number, colour: string) =>
    assert.equal(await waitForColour(port, (seen) => seen === colour), `${port}: ${colour}`);
  const loses = async (port: number, colour: string) =>
    assert.notEqual(await waitForColour(port, (seen) => seen !== colour), `${port}: ${colour}`);
  return { canvas, drawnInMs, placeOf, hasColour, loses, colourOf };
}
