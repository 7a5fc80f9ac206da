import { html, type SafeHtml } from '@remix-run/html-template';
import { LARGEST_COUNT } from '../../registry/advice/advice-question.ts';
import type { Suggestion, SuggestionList } from '../../registry/advice/suggestions.ts';
import type { Reason } from '../../registry/advice/suitability.ts';
import { isTrue } from '../forms/fields.ts';
import type { FormInput, FormValues } from '../forms/form.ts';
import { addressWith, portAddress } from '../parts/address.ts';
import { alternateFormats } from '../parts/alternate-formats.ts';
import { ASSETS } from '../parts/assets.ts';
import { curlCommand } from '../parts/copyable-code.ts';
import { layout } from '../parts/layout.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';
import { VERDICT_SIGNS } from '../parts/verdict.ts';
import { suggestionForm } from './suggestion-form.ts';

/** The number of ports that the link below the list adds. */
const MORE = 5;

/**
 * Renders the page of suggestions: the conditions and the suitable ports.
 *
 * @param input - The conditions, and what is wrong with them.
 * @param list - The suitable ports; null for invalid conditions.
 * @param pools - The names of all pools.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function suggestionsPage(
  input: FormInput,
  list: SuggestionList | null,
  pools: readonly string[],
  registryDate: string,
): string {
  return layout({
    title: 'A free port',
    section: '/suggestions',
    registryDate,
    firstScripts: [ASSETS.visitor],
    styles: [ASSETS.suggestionsStyle],
    content: html`<h1>A free port</h1>
${suggestionForm(input, pools)}
${list === null ? '' : results(input.values, list)}`,
  });
}

function results(values: FormValues, list: SuggestionList): SafeHtml {
  const here = addressWith('/suggestions', Object.fromEntries(values));
  const common = commonStatements(list.results);
  return html`<section aria-labelledby="found"><h2 id="found">${title(values, list.count)}</h2>
${list.detail === null ? '' : html`<p>${renderUntrusted(list.detail)}</p>`}
<ol class="suggestions">
${list.results.map((suggestion) => row(suggestion, common, values.get('like') ?? null))}</ol>
${common.length === 0 ? '' : html`<p class="meta">Each of these ports: ${renderUntrusted(common.map((statement) => `${statement}.`).join(' '))}</p>`}
${moreLink(values, list)}
${list.count === 0 ? '' : html`<p class="meta">The same conditions always give the same ports.</p>`}
</section>
<section aria-labelledby="same"><h2 id="same">From a script</h2>
${curlCommand(here)}
${alternateFormats(here)}
</section>`;
}

function title(values: FormValues, count: number): SafeHtml | string {
  if (count === 0) return 'No port matches';
  if (count === 1) return 'One free port';
  const [near, like] = [values.get('near'), values.get('like')];
  const isByNumber = values.get('order')?.toLowerCase() === 'number' || values.has('pool');
  if (isTrue(values.get('consecutive'))) return `${count} free ports in one block`;
  if (near !== undefined) return html`${count} free ports, the nearest to ${renderUntrusted(near)} first`;
  if (like !== undefined) return html`${count} free ports for ${renderUntrusted(like)}`;
  return `${count} free ports, ${isByNumber ? 'the lowest first' : 'those with the fewest known uses first'}`;
}

/** Lists the statements on all of several ports: the page has them once, without their details. */
function commonStatements([first, ...others]: readonly Suggestion[]): string[] {
  if (first === undefined || others.length === 0) return [];
  return first.reasons
    .map(statementOf)
    .filter((statement) => others.every(({ reasons }) => reasons.some((reason) => statementOf(reason) === statement)));
}

/** Returns the first sentence of a reason, up to a colon: without instructions and lists. */
function statementOf({ detail }: Reason): string {
  return detail.split(/[:.] |\.$/, 1)[0] ?? '';
}

function row({ number, protocol, reasons }: Suggestion, common: readonly string[], name: string | null): SafeHtml {
  const special = reasons.filter((reason) => !common.includes(statementOf(reason)));
  const known =
    special.length === 0
      ? `Nothing ${common.length === 0 ? '' : 'else '}known on it or beside it.`
      : special.map(sentence);
  const label = protocol === null ? String(number) : `${number}/${protocol}`;
  return html`<li><b><code><a href="${portAddress(number, protocol)}">${number}</a></code>${protocol === null ? '' : html`<span class="of">/${protocol}</span>`}</b>
<p><span class="verdict good"><span aria-hidden="true">${VERDICT_SIGNS.good}</span> Free.</span> ${known}</p>
<button type="button" class="copy" aria-label="Copy ${number}">Copy</button>
<a class="button" href="${addressWith('/associations/new', { port: number, protocol, name })}" aria-label="Reserve ${label}">Reserve</a></li>
`;
}

function sentence({ detail, source }: Reason): SafeHtml {
  return html`${renderUntrusted(detail)} <cite>${renderUntrusted(source)}</cite> `;
}

function moreLink(values: FormValues, { count, detail }: SuggestionList): SafeHtml {
  const more = Math.min(count + MORE, LARGEST_COUNT);
  const isBlock = isTrue(values.get('consecutive'));
  if (isBlock || detail !== null || more === count) return html``;
  const parameters = { ...Object.fromEntries(values), count: more };
  return html`<p><a class="button" href="${addressWith('/suggestions', parameters)}">Five more</a></p>`;
}
