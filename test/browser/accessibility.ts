import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** WCAG 2.2 AA with all that came before it, the size of targets among it, and what axe holds for good practice. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds, as it runs inside of a page. */
interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/**
 * Has axe look at a page as it stands.
 *
 * @param page - The page.
 * @returns Every rule that is broken, and where; none for a page that is accessible.
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
 * Has axe look at a page as it stands.
 *
 * @param page - The page.
 * @throws {AssertionError} Naming every rule that is broken, and where.
 */
export async function assertAccessible(page: Page): Promise<void> {
  assert.deepEqual(await accessibilityFaults(page), []);
}
