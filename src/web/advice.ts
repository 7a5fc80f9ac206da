import { html, type SafeHtml } from '@remix-run/html-template';
import type { Reason, Suitability, Verdict } from '../registry/suitability.ts';
import { address } from './address.ts';
import { shown } from './outside-text.ts';

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
${verdict === 'good' ? '' : html`<p><a href="${address('/suggestions')}">Find a port that suits</a></p>`}`;
}

/**
 * Shows reasons, the heaviest first, each with who says so.
 *
 * @param reasons - The reasons.
 */
export function reasonList(reasons: readonly Reason[]): SafeHtml {
  if (reasons.length === 0) return html``;
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
