import { html, type SafeHtml } from '@remix-run/html-template';
import type { Reason, Suitability, Verdict } from '../../registry/advice/suitability.ts';
import { address } from './address.ts';
import { shown } from './untrusted-text.ts';

/** What a verdict means, in a sentence. */
const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  good: 'Nothing speaks against it.',
  caution: 'It can be taken, with care.',
  avoid: 'Take another one.',
};

/**
 * Shows whether a port may be taken for a new service, with all reasons.
 *
 * @param suitability - The advice.
 */
export function advice({ verdict, reasons }: Suitability): SafeHtml {
  return html`<p><strong class="verdict ${verdict}">${verdict}</strong> ${VERDICT_WORDS[verdict]}</p>
${reasonList(reasons)}
${verdict === 'good' ? '' : html`<p><a class="alone" href="${address('/suggestions')}">Find a port that suits</a></p>`}`;
}

/**
 * Shows reasons, the heaviest first, each with who says so.
 *
 * @param reasons - The reasons.
 */
export function reasonList(reasons: readonly Reason[]): SafeHtml {
  const [heavy, light] = [reasons.filter(weighs), reasons.filter((reason) => !weighs(reason))];
  return html`${heavy.length === 0 ? '' : list(heavy)}${light.length === 0 ? '' : folded(light)}`;
}

function weighs({ severity }: Reason): boolean {
  return severity !== 'info';
}

/** What only informs is folded: it may be long, and never changes the verdict. */
function folded(reasons: readonly Reason[]): SafeHtml {
  const codes = [...new Set(reasons.map(({ code }) => code.replaceAll('_', ' ')))].join(', ');
  return html`<details><summary>Worth knowing: ${codes}</summary>${list(reasons)}</details>`;
}

function list(reasons: readonly Reason[]): SafeHtml {
  return html`<ul class="reasons">
${reasons.map(
  ({
    severity,
    detail,
    source,
  }) => html`<li><span class="severity ${severity}">${severity}</span> <span>${shown(detail)} <cite>${shown(source)}</cite></span></li>
`,
)}</ul>`;
}
