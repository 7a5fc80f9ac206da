import { html, type SafeHtml } from '@remix-run/html-template';
import {
  AVOID_OPTIONS,
  type AvoidOption,
  LARGEST_COUNT,
  SUGGESTION_ORDERS,
} from '../../registry/advice/advice-question.ts';
import type { Suggestion, SuggestionList } from '../../registry/advice/suggestions.ts';
import type { Suitability } from '../../registry/advice/suitability.ts';
import { LAST_PORT } from '../../registry/values/port-number.ts';
import { TRANSPORT_PROTOCOLS } from '../../registry/values/transport-protocol.ts';
import { address, addressWith, portAddress } from '../parts/address.ts';
import { advice, reasonList } from '../parts/advice.ts';
import { alternateFormats } from '../parts/alternate-formats.ts';
import { checkbox, checkboxes, type FormValues, filters, select, textField } from '../parts/html-form.ts';
import { layout } from '../parts/layout.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';

/** The labels of the options of `avoid`. */
const AVOIDABLE_TITLES: Readonly<Record<AvoidOption, string>> = {
  linux: "Linux' ephemeral range",
  windows: "Windows' ephemeral range",
  macos: "macOS' ephemeral range",
  kubernetes: "Kubernetes' NodePorts",
  browsers: 'ports that browsers refuse',
  own: 'our hosts’ ephemeral ranges',
};

/**
 * Renders the page of the advice on a port.
 *
 * @param values - The query parameters by name.
 * @param suitability - The advice.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function suitabilityPage(values: FormValues, suitability: Suitability, registryDate: string): string {
  const { number, protocol } = suitability;
  const path = `/ports/${number}/suitability`;
  const title = `${protocol === null ? number : `${number}/${protocol}`} for a new service`;
  return layout({
    title: `Port ${title}`,
    section: null,
    registryDate,
    content: html`<h1><span class="word">Port</span> <a href="${portAddress(number)}">${number}</a> for a new service</h1>
${filters(path, [
  select('protocol', 'Protocol', TRANSPORT_PROTOCOLS, values),
  textField('environment', 'Environment, such as production', values, { maxlength: 100 }),
])}
<div class="lede">${advice(suitability)}</div>
${alternateFormats(addressWith(path, Object.fromEntries(values)))}`,
  });
}

/**
 * Renders the page of suggestions: the conditions and the suitable ports.
 *
 * @param values - The query parameters by name.
 * @param list - The suitable ports.
 * @param pools - The names of all pools.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function suggestionsPage(
  values: FormValues,
  list: SuggestionList,
  pools: readonly string[],
  registryDate: string,
): string {
  return layout({
    title: 'Suggestions',
    section: '/suggestions',
    registryDate,
    content: html`<h1>Ports for a new service</h1>
<p class="lede">Free ports that match these conditions. By default, ports with the fewest known uses and neighbours come first. The same conditions always give the same ports.</p>
${suggestionForm(values, pools)}
<section aria-labelledby="found"><h2 id="found">${list.count === 0 ? 'No port suits' : list.count === 1 ? 'One port suits' : `${list.count} ports that suit`}</h2>
${list.detail === null ? '' : html`<p>${renderUntrusted(list.detail)}</p>`}
<ol class="suggestions">
${list.results.map(suggestion)}</ol>
${alternateFormats(addressWith('/suggestions', Object.fromEntries(values)))}
</section>`,
  });
}

function suggestionForm(values: FormValues, pools: readonly string[]): SafeHtml {
  const avoided =
    values
      .get('avoid')
      ?.toLowerCase()
      .split(',')
      .map((option) => option.trim()) ?? AVOID_OPTIONS;
  return filters(
    '/suggestions',
    [
      textField('count', 'How many', values, { type: 'number', bounds: [1, LARGEST_COUNT], example: '5' }),
      select('protocol', 'Protocol', TRANSPORT_PROTOCOLS, values),
      textField('within', 'Within', values, { maxlength: 20, example: '1024-49151' }),
      textField('near', 'Near port', values, { type: 'number', bounds: [0, LAST_PORT] }),
      textField('like', 'Derived from the name', values, { maxlength: 100 }),
      select('order', 'Order by', SUGGESTION_ORDERS, values, 'default'),
      checkbox('consecutive', 'In one block', values.get('consecutive')?.toLowerCase() === 'true'),
      textField('environment', 'Environment', values, { maxlength: 100 }),
      ...(pools.length === 0 ? [] : [select('pool', 'From the pool', pools, values)]),
      checkboxes(
        'avoid',
        'Avoid',
        AVOID_OPTIONS.map((name) => ({
          value: name,
          label: AVOIDABLE_TITLES[name],
          isChecked: avoided.includes(name),
        })),
      ),
    ],
    'Suggest',
  );
}

function suggestion({ number, protocol, reasons }: Suggestion): SafeHtml {
  const label = protocol === null ? String(number) : `${number}/${protocol}`;
  return html`<li><h3><a class="alone" href="${portAddress(number, protocol)}">${label}</a></h3>
${reasons.length === 0 ? html`<p class="meta">Nothing else is known about it.</p>` : reasonList(reasons)}
<p class="meta"><a class="alone" href="${address(`/ports/${number}/suitability`)}">Full advice</a></p></li>
`;
}
