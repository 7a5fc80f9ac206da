import { html, type SafeHtml } from '@remix-run/html-template';

/** The position of a page in a list. */
export interface Paging {
  /** The number of items in the whole list. */
  readonly count: number;
  /** Path and query of the next page, with the base path; null on the last page. */
  readonly next: string | null;
  /** The same of the previous page; null on the first page. */
  readonly previous: string | null;
  readonly results: readonly unknown[];
}

/**
 * Renders the position in a list, and links to the next and the previous page.
 *
 * @param paging - The position.
 */
export function pager({ count, next, previous, results }: Paging): SafeHtml {
  const offset = offsetOf({ count, next, previous, results });
  const position =
    results.length === 0 ? `none of ${count}` : `${offset + 1} to ${offset + results.length} of ${count}`;
  return html`<nav class="pager" aria-label="Pages">
<span>${position}</span>
${previous === null ? '' : html`<a rel="prev" href="${previous}">Previous</a>`}
${next === null ? '' : html`<a rel="next" href="${next}">Next</a>`}
</nav>`;
}

/** Derives the offset of the page from its links. */
function offsetOf({ next, previous, results, count }: Paging): number {
  if (previous === null) return 0;
  if (next === null) return Math.max(0, count - results.length);
  return Number(new URLSearchParams(next.split('?')[1]).get('offset')) - results.length;
}
