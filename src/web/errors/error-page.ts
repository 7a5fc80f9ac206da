import { html, type SafeHtml } from '@remix-run/html-template';
import type { Fault } from '../../registry/values/registry-error.ts';
import { textField } from '../forms/fields.ts';
import { filters } from '../forms/form.ts';
import { poolAddress, serviceAddress } from '../parts/address.ts';
import { joinWithCommas } from '../parts/facts.ts';
import { layout } from '../parts/layout.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';
import type { AddressMeaning } from './address-meaning.ts';
import { errorWords } from './error-words.ts';

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
 * Renders the page of an error: what is wrong in words, the pages that were perhaps meant, and a search.
 *
 * @param problem - The problem.
 * @param path - The path of the request, encoded.
 * @param meaning - The meaning of the address; null for an error that is not about the address.
 */
export function errorPage(problem: PageProblem, path: string, meaning: AddressMeaning | null): string {
  const { status, title: statusWords, detail, errors = [], suggestions = [], requestId } = problem;
  const { title, sentence, reason } = errorWords(status, detail);
  // The detail describes a single fault already.
  const faults = errors.length > 1 ? errors : [];
  // The reason may have the suggestion already.
  const hasSuggestion = reason?.startsWith('Did you mean') ?? false;
  const advice = ADVICE[status];
  const content = html`<h1>${renderUntrusted(sentence)}</h1>
${reason === null ? '' : html`<p class="lede">${renderUntrusted(reason)}</p>`}
${faults.length === 0 ? '' : html`<ul>${faults.map((fault) => html`<li>${renderUntrusted(fault.detail)}</li>`)}</ul>`}
${suggestions.length === 0 || hasSuggestion ? '' : html`<p>Did you mean ${joinWithCommas(suggestions.map((name) => suggestion(name, path)))}?</p>`}
${advice === undefined ? '' : html`<p>${advice}</p>`}
${meaning === null ? '' : waysOn(meaning)}
<p class="meta">${status} ${statusWords}${requestId === undefined ? '' : html` · Request <code>${requestId}</code>`}</p>`;
  return layout({ title, section: null, content, registryDate: null, hasSearch: meaning !== null });
}

function waysOn({ guesses, text }: AddressMeaning): SafeHtml {
  const links = guesses.map(
    ({ href, label }) => html`<li><a class="alone" href="${href}">${renderUntrusted(label)}</a></li>
`,
  );
  const search = textField('q', 'Port, service name or words', { type: 'search', required: true });
  const input = { values: new Map([['q', text]]), faults: [] };
  return html`${
    links.length === 0
      ? ''
      : html`<p>Perhaps you mean:</p>
<ul>
${links}</ul>`
  }
${filters('/search', [search], input, 'Search')}`;
}

/** The addresses of pages by a name, by the beginning of the path. */
const NAMED_PAGES = [
  ['/services/', serviceAddress],
  ['/pools/', poolAddress],
] as const;

/** Renders a suggestion, with a link if the request was for a page by a name. */
function suggestion(name: string, path: string): SafeHtml {
  const addressOf = NAMED_PAGES.find(([beginning]) => path.startsWith(beginning))?.[1];
  return addressOf === undefined
    ? renderUntrusted(name)
    : html`<a href="${addressOf(name)}">${renderUntrusted(name)}</a>`;
}
