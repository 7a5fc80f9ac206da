import { html, type SafeHtml } from '@remix-run/html-template';

/**
 * Renders a command or a query with a button that copies it.
 *
 * @param text - The command or query.
 * @param label - The name of the text in the accessible label of the button.
 */
export function copyableCode(text: SafeHtml | string, label: string): SafeHtml {
  return html`<div class="copied"><pre><code>${text}</code></pre><button type="button" class="copy" aria-label="Copy ${label}">Copy</button></div>`;
}

/**
 * Renders the curl command for an address of this server. The script `visitor.js` replaces the default origin by that of the page.
 *
 * @param here - The address, with the base path.
 */
export function curlCommand(here: string): SafeHtml {
  const url = html`<span data-origin>localhost:7605</span>${here}`;
  return copyableCode(here.includes('?') ? html`curl '${url}'` : html`curl ${url}`, 'the curl command');
}
