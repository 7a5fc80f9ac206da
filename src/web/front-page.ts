import { html } from '@remix-run/html-template';
import { address, portAddress } from './address.ts';
import { layout } from './layout.ts';

/**
 * Writes the page at the root: a search, which works without scripts.
 *
 * @param registryDate - The day of the IANA registry that is loaded.
 */
export function frontPage(registryDate: string): string {
  return layout({
    title: 'Portolan',
    section: '/',
    registryDate,
    content: html`<h1>What is this port, may I use it, who here already does?</h1>
<form class="ask" role="search" action="${address('/search')}">
<label for="q">Port number, service name or words</label>
<input id="q" type="search" name="q" required maxlength="200" autocomplete="off" spellcheck="false" autocapitalize="none">
<button>Search</button>
</form>
<p>For example <a href="${portAddress(60257)}">60257</a>, <a href="${portAddress(443, 'tcp')}">443/tcp</a>, <a href="${address('/search?q=postgres')}">postgres</a>.</p>
<div id="chart"></div>`,
  });
}
