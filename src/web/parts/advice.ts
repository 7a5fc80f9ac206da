import { html, type SafeHtml } from '@remix-run/html-template';
import type { Reason, Suitability, Verdict } from '../../registry/advice/suitability.ts';
import { address } from './address.ts';
import { renderUntrusted } from './untrusted-text.ts';

/** Explanations of the verdicts. */
const VERDICT_TEXTS: Readonly<Record<Verdict, string>> = {
  good: 'Nothing is known that conflicts with it.',
  caution: 'Usable with care.',
  avoid: 'Choose another port.',
};

/**
 * Renders the advice on a port for a new service, with all reasons.
 *
 * @param suitability - The advice.
 */
export function advice({ verdict, reasons }: Suitability): SafeHtml {
  return html`<p><strong class="verdict ${verdict}">${verdict}</strong> ${VERDICT_TEXTS[verdict]}</p>
${reasonList(reasons)}
${verdict === 'good' ? '' : html`<p><a class="alone" href="${address('/suggestions')}">Find a suitable port</a></p>`}`;
}

/**
 * Renders reasons with their sources, the most severe first.
 *
 * @param reasons - The reasons.
 */
export function reasonList(reasons: readonly Reason[]): SafeHtml {
  const [decisive, informative] = [reasons.filter(isDecisive), reasons.filter((reason) => !isDecisive(reason))];
  return html`${decisive.length === 0 ? '' : list(decisive)}${informative.length === 0 ? '' : collapsedList(informative)}`;
}

function isDecisive({ severity }: Reason): boolean {
  return severity !== 'info';
}

/** Renders reasons of severity `info` collapsed: the list may be long, and it never changes the verdict. */
function collapsedList(reasons: readonly Reason[]): SafeHtml {
  const codes = [...new Set(reasons.map(({ code }) => code.replaceAll('_', ' ')))].join(', ');
  return html`<details><summary>More information: ${codes}</summary>${list(reasons)}</details>`;
}

function list(reasons: readonly Reason[]): SafeHtml {
  return html`<ul class="reasons">
${reasons.map(
  ({
    severity,
    detail,
    source,
  }) => html`<li><span class="severity ${severity}">${severity}</span> <span>${renderUntrusted(detail)} <cite>${renderUntrusted(source)}</cite></span></li>
`,
)}</ul>`;
}
