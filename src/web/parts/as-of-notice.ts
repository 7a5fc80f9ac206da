import { html, type SafeHtml } from '@remix-run/html-template';

/**
 * Renders the notice that a page shows a past state.
 *
 * @param date - The date, `YYYY-MM-DD`.
 * @param now - The address of the page with the current state.
 */
export function asOfNotice(date: string, now: string): SafeHtml {
  return html`<p class="past">Official rows as of <time datetime="${date}">${date}</time>; everything else is current. <a href="${now}">Show the current state</a></p>`;
}
