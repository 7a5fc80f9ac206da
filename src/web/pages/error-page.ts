import { html, type SafeHtml } from '@remix-run/html-template';
import type { Fault } from '../../registry/values/registry-error.ts';
import { address, serviceAddress } from '../parts/address.ts';
import { layout } from '../parts/layout.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';

/** The problem on an error page, as in the JSON response. */
export interface PageProblem {
  /** The reason phrase of the HTTP status. */
  readonly title: string;
  /** The HTTP status, 400-599. */
  readonly status: number;
  /** The fault of this request, in a sentence. */
  readonly detail: string;
  /** The invalid parameters; missing if there are none. */
  readonly errors?: readonly Fault[];
  /** Similar names, the most similar first; missing if the problem is not about a name. */
  readonly suggestions?: readonly string[];
  /** The request's id in the server's log; missing in a problem of one item of a batch. */
  readonly requestId?: string;
}

/** Remedies by status. */
const ADVICE: Readonly<Record<number, string>> = {
  401: 'A browser sends no token with a page. If reading requires a token, use curl, or a reverse proxy that adds the token.',
  503: 'Try again in a moment. The reason is in the log of the server.',
};

/**
 * Renders the page of an error.
 *
 * @param problem - The problem.
 * @param path - The path of the request, encoded.
 */
export function errorPage(
  { status, title, detail, errors = [], suggestions = [], requestId }: PageProblem,
  path: string,
): string {
  // The detail describes a single fault already.
  const faults = errors.length > 1 ? errors : [];
  const advice = ADVICE[status];
  const content = html`<h1><span class="code">${status}</span> ${title}</h1>
<p class="lede">${renderUntrusted(detail)}</p>
${faults.length === 0 ? '' : html`<ul>${faults.map((fault) => html`<li>${renderUntrusted(fault.detail)}</li>`)}</ul>`}
${suggestions.length === 0 ? '' : html`<p>Did you mean ${suggestions.map((name, index) => html`${index === 0 ? '' : ', '}${suggestion(name, path)}`)}?</p>`}
${advice === undefined ? '' : html`<p>${advice}</p>`}
<p><a href="${address('/')}">All ports</a></p>
${requestId === undefined ? '' : html`<p class="meta">Request <code>${requestId}</code></p>`}`;
  return layout({ title, section: null, content, registryDate: null });
}

/** Renders a suggestion, with a link if the request was for a service name. */
function suggestion(name: string, path: string): SafeHtml {
  return path.startsWith('/services/')
    ? html`<a href="${serviceAddress(name)}">${renderUntrusted(name)}</a>`
    : renderUntrusted(name);
}
