import { html, type SafeHtml } from '@remix-run/html-template';
import type { Fault } from '../../registry/values/registry-error.ts';
import { address, serviceAddress } from '../parts/address.ts';
import { layout } from '../parts/layout.ts';
import { shown } from '../parts/untrusted-text.ts';

/** What went wrong, in the words of the problem that a program gets. */
export interface PageProblem {
  /** The HTTP status, 400-599. */
  readonly status: number;
  /** The words of the status. */
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly Fault[];
  readonly suggestions?: readonly string[];
  readonly requestId?: string;
}

/** What a visitor can do about it. */
const ADVICE: Readonly<Record<number, string>> = {
  401: 'A browser sends no token with a page. Where reading takes one, have a reverse proxy add it, or ask by curl.',
  503: 'Try again in a moment; whoever runs this server finds the reason in its log.',
};

/**
 * Writes the page of an error.
 *
 * @param problem - What went wrong.
 * @param path - The path that was asked, encoded.
 */
export function errorPage(
  { status, title, detail, errors = [], suggestions = [], requestId }: PageProblem,
  path: string,
): string {
  // Of one fault the detail tells already.
  const faults = errors.length > 1 ? errors : [];
  const advice = ADVICE[status];
  const content = html`<h1><span class="code">${status}</span> ${title}</h1>
<p class="lede">${shown(detail)}</p>
${faults.length === 0 ? '' : html`<ul>${faults.map((fault) => html`<li>${shown(fault.detail)}</li>`)}</ul>`}
${suggestions.length === 0 ? '' : html`<p>Perhaps you meant ${suggestions.map((name, index) => html`${index === 0 ? '' : ', '}${suggestion(name, path)}`)}.</p>`}
${advice === undefined ? '' : html`<p>${advice}</p>`}
<p><a href="${address('/')}">All ports</a></p>
${requestId === undefined ? '' : html`<p class="meta">Request <code>${requestId}</code></p>`}`;
  return layout({ title, section: null, content, registryDate: null });
}

/** What was perhaps meant is a name where a name was asked for, else a word of the address. */
function suggestion(name: string, path: string): SafeHtml {
  return path.startsWith('/services/') ? html`<a href="${serviceAddress(name)}">${shown(name)}</a>` : shown(name);
}
