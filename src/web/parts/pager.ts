import { html, type SafeHtml } from '@remix-run/html-template';

/** Where a page of a list stands in the list. */
export interface Paging {
  /** How many there are in all. */
  readonly count: number;
  /** Path and query of the next page, as links have it; null on the last one. */
  readonly next: string | null;
  /** The same of the page before; null on the first one. */
  readonly previous: string | null;
  readonly results: readonly unknown[];
}

/**
 * Tells how much of a list is shown, and links the pages beside.
 *
 * @param paging - Where the page stands.
 */
export function pager({ count, next, previous, results }: Paging): SafeHtml {
  const offset = offsetOf({ count, next, previous, results });
  const place = results.length === 0 ? `none of ${count}` : `${offset + 1} to ${offset + results.length} of ${count}`;
  return html`<nav class="pager" aria-label="Pages">
<span>${place}</span>
${previous === null ? '' : html`<a rel="prev" href="${previous}">Previous</a>`}
${next === null ? '' : html`<a rel="next" href="${next}">Next</a>`}
</nav>`;
}

/** The links tell where the page begins. */
function offsetOf({ next, previous, results, count }: Paging): number {
  if (previous === null) return 0;
  if (next === null) return Math.max(0, count - results.length);
  return Number(new URLSearchParams(next.split('?')[1]).get('offset')) - results.length;
}
