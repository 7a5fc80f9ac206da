import { html, type SafeHtml } from '@remix-run/html-template';

/**
 * Says above what is shown that it is of the past.
 *
 * @param date - The day, `YYYY-MM-DD`.
 * @param now - Where the same is shown as it is now.
 */
export function pastNote(date: string, now: string): SafeHtml {
  return html`<p class="past">Official rows as they stood on <time datetime="${date}">${date}</time>; everything else is of now. <a href="${now}">All of it as it is now</a></p>`;
}
