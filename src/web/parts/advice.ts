import { html, type SafeHtml } from '@remix-run/html-template';
import type { Reason, Suitability } from '../../registry/advice/suitability.ts';
import type { Severity } from '../../registry/advice/suitability-rule.ts';
import { isOwnId } from '../../registry/rows/association.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { addressWith, associationAddress } from './address.ts';
import { renderUntrusted } from './untrusted-text.ts';
import { VERDICT_SIGNS, verdictWords } from './verdict.ts';

/** The signs of the severities; words for screen readers follow them. */
const SEVERITY_SIGNS: Readonly<Record<Severity, string>> = {
  avoid: VERDICT_SIGNS.avoid,
  caution: VERDICT_SIGNS.caution,
  info: '',
};

/**
 * Renders the advice on a port for a new service, with all reasons.
 *
 * @param suitability - The advice.
 */
export function advice(suitability: Suitability): SafeHtml {
  const { number, protocol, verdict, reasons } = suitability;
  const { title, text } = verdictWords(suitability);
  return html`<p><strong class="verdict ${verdict}"><span aria-hidden="true">${VERDICT_SIGNS[verdict]}</span> ${title}.</strong> ${renderUntrusted(text)}</p>
${reasonList(reasons)}
${verdict === 'good' ? '' : html`<p>${freePortLink(number, protocol, 'alone')}</p>`}`;
}

/**
 * Renders the link to suggestions near a port, for the same protocol.
 *
 * @param number - The port, 0-65535.
 * @param protocol - The requested protocol, or null.
 * @param style - The CSS class of the link.
 */
export function freePortLink(number: number, protocol: TransportProtocol | null, style: 'alone' | 'button'): SafeHtml {
  return html`<a class="${style}" href="${addressWith('/suggestions', { near: number, protocol })}">Find a free port near ${number}</a>`;
}

/**
 * Renders reasons with their sources, the most severe first.
 *
 * @param reasons - The reasons.
 */
export function reasonList(reasons: readonly Reason[]): SafeHtml {
  const [decisive, informative] = [reasons.filter(isDecisive), reasons.filter((reason) => !isDecisive(reason))];
  const kinds = [...Map.groupBy(decisive, ({ code }) => code).values()];
  const isFirst = new Set(kinds.flatMap((kind) => kind.slice(0, MOST_OF_A_KIND)));
  const first = decisive.filter((reason) => isFirst.has(reason));
  const more = decisive.filter((reason) => !isFirst.has(reason));
  return html`${first.length === 0 ? '' : list(first)}${more.length === 0 ? '' : html`<details><summary>${more.length} more of the same kind</summary>${list(more)}</details>`}${informative.length === 0 ? '' : collapsedList(informative)}`;
}

/** The most reasons of one kind that are not collapsed. */
const MOST_OF_A_KIND = 5;

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
  }) => html`<li>${severitySign(severity)} <span>${renderUntrusted(detail)} <cite>${sourceOf(source)}</cite></span></li>
`,
)}</ul>`;
}

function severitySign(severity: Severity): SafeHtml {
  return html`<span class="severity ${severity}"><span aria-hidden="true">${SEVERITY_SIGNS[severity]}</span><span class="visually-hidden">${severity}</span></span>`;
}

/**
 * Renders a severity as its sign and its word.
 *
 * @param severity - The severity.
 */
export function severityMark(severity: Severity): SafeHtml {
  return html`<span class="severity ${severity}"><span aria-hidden="true">${SEVERITY_SIGNS[severity]}</span>${'\u00a0'}${severity}</span>`;
}

/** Renders a source: a link for an own entry, whose id it is. */
function sourceOf(source: string): SafeHtml {
  return isOwnId(source) ? html`<a href="${associationAddress(source)}">own entry</a>` : renderUntrusted(source);
}
