import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ARGUMENTS, EXECUTABLE } from '../../test/browser/executable.ts';
import { measurePage } from '../../test/browser/page-timing.ts';
import { portolan } from '../contenders/portolan.ts';
import { CAN_PIN } from '../core.ts';
import { GOALS } from '../goals.ts';
import { median } from '../statistics.ts';
import { type Part, withServer } from './part.ts';

const PORT_PAGE = '/ports/60257';

/** The number of measurements of each journey per round. */
const TIMES = 5;

/** The pages of each journey, starting in a new window; the first paint of the last page is measured. */
const JOURNEYS: Readonly<Record<string, readonly string[]>> = {
  'first contentful paint of a port page, from another page': ['/about', PORT_PAGE],
  'first contentful paint of a port page, in a new window': [PORT_PAGE],
  'first contentful paint of the port as text, in a new window': [`${PORT_PAGE}?format=text`],
};

/** Measures the time from the request of a page to its first paint in Chromium. No rows if Chromium is not installed. */
export const paint: Part = async ({ options, workbench }) => {
  if (!existsSync(EXECUTABLE)) return [];
  return withServer(portolan(workbench.database), async ({ url }) => {
    const folder = await mkdtemp(join(tmpdir(), 'portolan-bench-'));
    const browser = await chromium.launch({ executablePath: await onAllCores(folder), args: ARGUMENTS });
    try {
      const times = new Map<string, number[]>(Object.keys(JOURNEYS).map((name) => [name, []]));
      for (let turn = 0; turn <= options.rounds * TIMES; turn++) {
        for (const [name, pages] of Object.entries(JOURNEYS)) {
          const milliseconds = await inNewWindow(browser, async (page) => {
            let firstPaint = 0;
            for (const path of pages) {
              await page.goto(url + path);
              ({ firstPaint } = await measurePage(page));
            }
            return firstPaint;
          });
          // The first turn warms up the browser and is not counted.
          if (turn > 0) times.get(name)?.push(milliseconds);
        }
      }
      return [...times].map(([what, all], index) => ({
        what,
        figure: median(all),
        unit: 'ms',
        ...(index === 0 && { goal: GOALS.paint }),
      }));
    } finally {
      await browser.close();
      await rm(folder, { recursive: true });
    }
  });
};

/** Writes a script that runs the browser, which has a dozen threads, on all cores: this process is pinned to one. */
async function onAllCores(folder: string): Promise<string> {
  if (!CAN_PIN) return EXECUTABLE;
  const file = join(folder, 'chromium');
  await writeFile(file, `#!/bin/sh\nexec taskset --cpu-list 0-${cpus().length - 1} '${EXECUTABLE}' "$@"\n`, {
    mode: 0o755,
  });
  return file;
}

/** Runs work in a new browser context, with empty caches. */
async function inNewWindow<T>(browser: Browser, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    return await work(await context.newPage());
  } finally {
    await context.close();
  }
}
