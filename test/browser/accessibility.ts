import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** WCAG 2.2 AA with all earlier versions, the size of targets included, and the best practices of axe. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** A finding of axe, which runs in the page. */
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
  // Through the debugger: the policy of the page forbids other scripts, and stays in force.
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
