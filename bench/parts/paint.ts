import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ARGUMENTS, EXECUTABLE } from '../../test/browser/executable.ts';
import { painting } from '../../test/browser/painting.ts';
import { portolan } from '../contenders/portolan.ts';
import { CAN_PIN } from '../core.ts';
import { GOALS } from '../goals.ts';
import { median } from '../statistics.ts';
import { type Part, withServer } from './part.ts';

const PORT_PAGE = '/ports/60257';

/** How often each way is gone in a round. */
const TIMES = 5;

/** By which pages one comes to the last of them, of which the first paint is measured; the first is that of a new window. */
const WAYS: Readonly<Record<string, readonly string[]>> = {
  'first contentful paint of a port page, from another page': ['/about', PORT_PAGE],
  'first contentful paint of a port page, in a new window': [PORT_PAGE],
  'first contentful paint of the port as text, in a new window': [`${PORT_PAGE}?format=text`],
};

/** When Chromium has painted a page, from when it began to ask for it; nothing where Chromium is not installed. */
export const paint: Part = async ({ options, workbench }) => {
  if (!existsSync(EXECUTABLE)) return [];
  return withServer(portolan(workbench.database), async ({ url }) => {
    const folder = await mkdtemp(join(tmpdir(), 'portolan-bench-'));
    const browser = await chromium.launch({ executablePath: await onAllCores(folder), args: ARGUMENTS });
    try {
      const times = new Map<string, number[]>(Object.keys(WAYS).map((name) => [name, []]));
      for (let turn = 0; turn <= options.rounds * TIMES; turn++) {
        for (const [name, pages] of Object.entries(WAYS)) {
          const took = await inNewWindow(browser, async (page) => {
            let firstPaint = 0;
            for (const path of pages) {
              await page.goto(url + path);
              ({ firstPaint } = await painting(page));
            }
            return firstPaint;
          });
          // The first of all starts what later ones find running.
          if (turn > 0) times.get(name)?.push(took);
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

/** Writes a program that runs the browser, a dozen of threads, on all cores, whatever core this process is kept to. */
async function onAllCores(folder: string): Promise<string> {
  if (!CAN_PIN) return EXECUTABLE;
  const file = join(folder, 'chromium');
  await writeFile(file, `#!/bin/sh\nexec taskset --cpu-list 0-${cpus().length - 1} '${EXECUTABLE}' "$@"\n`, {
    mode: 0o755,
  });
  return file;
}

/** Without anything that another window has left in a cache. */
async function inNewWindow<T>(browser: Browser, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    return await work(await context.newPage());
  } finally {
    await context.close();
  }
}
