import { html, type SafeHtml } from '@remix-run/html-template';
import { ASSIGNMENT_STATES } from '../../registry/rows/assignment.ts';
import { CATEGORIES, ORIGINS } from '../../registry/rows/association.ts';
import type { Correction, SearchFilter, SearchPage, SearchResult } from '../../registry/search/search-result.ts';
import { formatSpan, PORT_RANGES } from '../../registry/values/port-range.ts';
import { shorten } from '../../registry/values/registry-error.ts';
import type { Steps } from '../../registry/values/run-step.ts';
import { TRANSPORT_PROTOCOLS } from '../../registry/values/transport-protocol.ts';
import { select, textField } from '../forms/fields.ts';
import { type FormInput, type FormValues, filters } from '../forms/form.ts';
import { addressWith, associationAddress, portAddress, serviceAddress } from '../parts/address.ts';
import { layout } from '../parts/layout.ts';
import { type Paging, pager } from '../parts/pager.ts';
import { type Columns, itemTable } from '../parts/table.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';
import { changeTable } from './history-pages.ts';
import { noResults } from './no-results.ts';

/** The parameters that narrow a search. */
const FILTERS: readonly (keyof SearchFilter)[] = ['origin', 'protocol', 'range', 'state', 'category'];

/** A page of search results. */
export interface SearchView extends Omit<Paging, 'results'>, SearchPage {}

const FIELDS = [
  textField('q', 'Port, service name or words', { type: 'search', required: true }),
  select('origin', 'Origin', ORIGINS),
  select('protocol', 'Protocol', TRANSPORT_PROTOCOLS),
  select(
    'range',
    'Range',
    PORT_RANGES.map(({ name }) => name),
  ),
  select('state', 'State', ASSIGNMENT_STATES),
  select('category', 'Category', CATEGORIES),
];

/**
 * Renders the page of a search.
 *
 * @param input - The query parameters, and what is wrong with them.
 * @param found - The results; null before the first search.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function* searchPage(input: FormInput, found: SearchView | null, registryDate: string): Steps<string> {
  const text = input.values.get('q') ?? '';
  const shown = found === null ? '' : yield* results(text, found, input.values);
  return layout({
    title: text === '' ? 'Search' : `Search: ${shorten(text)}`,
    section: null,
    registryDate,
    hasSearch: true,
    content: html`<h1>Search</h1>
${filters('/search', FIELDS, input, 'Search')}
${shown}`,
  });
}

function* results(text: string, found: SearchView, values: FormValues): Steps<SafeHtml> {
  const { corrected, detail, retired } = found;
  const note = corrected === null ? (detail === null ? '' : html`<p>${detail}</p>`) : correctionNote(corrected);
  const isEmpty = found.results.length === 0 && found.count === 0;
  return html`${note}
${
  isEmpty
    ? noResults(
        text,
        found.suggestions,
        FILTERS.some((name) => values.has(name)),
      )
    : yield* resultTable(found)
}
${retired.length === 0 ? '' : changeTable('Removed rows with this name', retired)}`;
}

function* resultTable(found: SearchView): Steps<SafeHtml> {
  return html`${yield* itemTable('Results, the best first', COLUMNS, found.results)}
${pager(found)}`;
}

function correctionNote({ from, to }: Correction): SafeHtml {
  const literal = addressWith('/search', { q: from, literal: 'true' });
  return html`<p class="lede">Showing results for <b>${renderUntrusted(to)}</b>.
<a href="${literal}">Search for ${renderUntrusted(from)} as written</a></p>`;
}

const COLUMNS: Columns<SearchResult> = {
  Port: ({ port, lastPort }) =>
    port === null || lastPort === null
      ? 'none'
      : html`<a href="${portAddress(port)}">${formatSpan({ firstPort: port, lastPort })}</a>`,
  Protocols: ({ protocols }) => protocols.join(', ') || 'any',
  Name: (result) => {
    const link = linkOf(result);
    const name = renderUntrusted(result.name);
    return link === null ? name : html`<a href="${link}">${name}</a>`;
  },
  Origin: ({ origin }) => origin,
  Description: ({ description }) => renderUntrusted(description),
};

function linkOf({ kind, name, rows }: SearchResult): string | null {
  const [use] = kind === 'association' ? rows : [];
  if (use !== undefined) return associationAddress(use.id);
  return kind === 'association' || name === null ? null : serviceAddress(name);
}
