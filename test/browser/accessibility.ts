import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** WCAG 2.2 AA with all that came before it, the size of targets among it, and the best practices of axe. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds, as it runs inside of a page. */
interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/**
 * Runs axe on the current state of a page.
 *
 * @param page - The page.
 * @returns The violated rules with their locations; empty for an accessible page.
 */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // By the debugger's own way in: the page's policy forbids any other script, and stays in force.
  await page.evaluate(AXE);
  const findings = (await page.evaluate(
    `axe.run({ runOnly: ${JSON.stringify(TAGS)}, resultTypes: ['violations'] }).then(({ violations }) => violations)`,
  )) as Finding[];
  return findings.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${page.url()} ${id}: ${html} ${failureSummary}`),
  );
}

/**
 * Runs axe on the current state of a page.
 *
 * @param page - The page.
 * @throws {AssertionError} With the violated rules and their locations.
 */
export async function assertAccessible(page: Page): Promise<void> {
  assert.deepEqual(await accessibilityFaults(page), []);
}
