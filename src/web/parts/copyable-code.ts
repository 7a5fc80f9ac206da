import { html, type SafeHtml } from '@remix-run/html-template';

/**
 * Shows a command or a query that can be copied.
 *
 * @param text - The command.
 * @param what - What it is, for who does not see it.
 */
export function copied(text: string, what: string): SafeHtml {
  return html`<div class="copied"><pre tabindex="0"><code>${text}</code></pre><button type="button" class="copy" aria-label="Copy ${what}">Copy</button></div>`;
}
