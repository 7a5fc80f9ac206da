import { html, type SafeHtml } from '@remix-run/html-template';
import { LAST_PORT } from '../../registry/values/port-number.ts';
import { shorten } from '../../registry/values/registry-error.ts';
import { address, addressWith, portAddress } from '../parts/address.ts';
import { joinWithCommas } from '../parts/facts.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';

/** The most ports that are guessed from the digits of a text. */
const MOST_PORTS = 3;

/** The longest name for which ports can be derived, in characters. */
const LONGEST_NAME = 100;

/**
 * Renders what to do after a search without results.
 *
 * @param text - The search text.
 * @param suggestions - The nearest names.
 * @param hasFilters - Whether the search had filters.
 */
export function noResults(text: string, suggestions: readonly string[], hasFilters: boolean): SafeHtml {
  const ways = [
    ...(suggestions.length === 0
      ? []
      : [html`Did you mean ${joinWithCommas(suggestions.map((name) => searchLink(name, name)))}?`]),
    ...(hasFilters ? [searchLink(text, 'Search without filters')] : []),
    ...portsIn(text).map((port) => html`<a href="${portAddress(port)}">Port ${port}</a>`),
    ...(text.length > LONGEST_NAME || !/\p{L}/u.test(text)
      ? []
      : [
          html`<a href="${addressWith('/suggestions', { like: text })}">Find a free port for a new service with this name</a>`,
        ]),
    html`Lists: <a href="${address('/associations')}">informal uses</a>, <a href="${address('/assignments')}">official rows</a>, <a href="${address('/registry/changes')}">changes</a>`,
  ];
  return html`<p class="lede">No results for ${renderUntrusted(shorten(text))}.</p>
<ul>
${ways.map(
  (way) => html`<li>${way}</li>
`,
)}</ul>
<p class="meta">A search finds ports (8080, 443/tcp, 6000-6010, a URL), names of services and programs, and words of their descriptions.</p>`;
}

function searchLink(text: string, label: string): SafeHtml {
  return html`<a href="${addressWith('/search', { q: text })}">${renderUntrusted(label)}</a>`;
}

/** Returns the port numbers in a text, each once. */
function portsIn(text: string): number[] {
  const numbers = [...text.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  return [...new Set(numbers)].filter((number) => number <= LAST_PORT).slice(0, MOST_PORTS);
}
