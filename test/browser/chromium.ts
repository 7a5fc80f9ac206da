import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { PROJECT } from '../support/portolan-process.ts';
import { ARGUMENTS, EXECUTABLE } from './executable.ts';

/** The timeout of each operation of the browser, in milliseconds. */
const TIMEOUT_MS = 15_000;

/** A page with the checks that apply at its end. */
export interface Visit {
  readonly page: Page;
  /** Fails when the page asked another server, broke its Content-Security-Policy, or logged any other error. */
  readonly assertClean: () => void;
  /** Saves a screenshot to `var/screenshots`. */
  readonly photograph: (name: string) => Promise<void>;
}

/**
 * Starts a browser for the tests of a file.
 *
 * @returns A function that opens a URL in a new window with the given options. The window cannot reach other servers.
 */
export function useChromium(): (url: string, options?: BrowserContextOptions) => Promise<Visit> {
  let browser: Browser | undefined;
  after(() => browser?.close());
  return async (url, options = {}) => {
    browser ??= await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(TIMEOUT_MS);
    const faults: string[] = [];
    const { origin } = new URL(url);
    await context.route(
      (address) => address.origin !== origin && address.protocol !== 'data:',
      (route) => {
        faults.push(`a request to ${route.request().url()}`);
        return route.abort();
      },
    );
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(url);
    return { page, assertClean: () => assert.deepEqual(faults, []), photograph: (name) => photograph(page, name) };
  };
}

async function photograph(page: Page, name: string): Promise<void> {
  const folder = join(PROJECT, 'var', 'screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
