import { html, type SafeHtml } from '@remix-run/html-template';
import type { RegistryChange } from '../../registry/history/history.ts';
import { parseSearchText, type SearchResult } from '../../registry/report/search.ts';
import { ASSIGNMENT_STATES } from '../../registry/rows/assignment.ts';
import { CATEGORIES, ORIGINS } from '../../registry/rows/association.ts';
import { formatSpan, PORT_RANGES } from '../../registry/values/port-range.ts';
import { TRANSPORT_PROTOCOLS } from '../../registry/values/transport-protocol.ts';
import { addressWith, associationAddress, portAddress, serviceAddress } from '../parts/address.ts';
import { type FormValues, filters, select, textField } from '../parts/html-form.ts';
import { layout } from '../parts/layout.ts';
import { type Paging, pager } from '../parts/pager.ts';
import { table } from '../parts/table.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';
import { changeTable } from './history-pages.ts';

/** A page of search results. */
export interface SearchView extends Paging {
  readonly results: readonly SearchResult[];
  /** The most similar names, if there are no results. */
  readonly suggestions: readonly string[];
  /** The removals of rows with the text as their name. */
  readonly retired: readonly RegistryChange[];
}

/**
 * Renders the page of a search.
 *
 * @param values - The query parameters by name.
 * @param found - The results; null before the first search.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function searchPage(values: FormValues, found: SearchView | null, registryDate: string): string {
  const text = values.get('q') ?? '';
  return layout({
    title: text === '' ? 'Search' : `Search: ${text}`,
    section: '/search',
    registryDate,
    content: html`<h1>Search</h1>
${filters('/search', [
  textField('q', 'Port, service name or words', values, { type: 'search', required: true }),
  select('origin', 'Origin', ORIGINS, values),
  select('protocol', 'Protocol', TRANSPORT_PROTOCOLS, values),
  select(
    'range',
    'Range',
    PORT_RANGES.map(({ name }) => name),
    values,
  ),
  select('state', 'State', ASSIGNMENT_STATES, values),
  select('category', 'Category', CATEGORIES, values),
])}
${found === null ? '' : results(text, found)}`,
  });
}

function results(text: string, found: SearchView): SafeHtml {
  const { port } = parseSearchText(text);
  const portLink =
    port === null ? '' : html`<p class="lede"><a href="${portAddress(port)}">Port ${port}</a>: full report</p>`;
  if (found.results.length === 0 && found.count === 0) return html`${portLink}${noResults(text, found)}`;
  return html`${portLink}
${table('Results, the best first', ['Port', 'Protocol', 'Name', 'Origin', 'Description'], found.results.map(resultRow))}
${pager(found)}
${retiredRows(found)}`;
}

function retiredRows({ retired }: SearchView): SafeHtml {
  return retired.length === 0 ? html`` : changeTable('Removed rows with this name', retired);
}

function noResults(text: string, found: SearchView): SafeHtml {
  const { suggestions } = found;
  const near = suggestions.map(
    (name, index) =>
      html`${index === 0 ? '' : ', '}<a href="${addressWith('/search', { q: name })}">${renderUntrusted(name)}</a>`,
  );
  return html`<p>No results for ${renderUntrusted(text)}.${near.length === 0 ? '' : html` Did you mean ${near}?`}</p>
${retiredRows(found)}`;
}

function resultRow({ port, protocol, name, description, origin, row }: SearchResult) {
  const link = 'id' in row ? associationAddress(row.id) : name === null ? null : serviceAddress(name);
  const span =
    row.firstPort === null || row.lastPort === null ? null : { firstPort: row.firstPort, lastPort: row.lastPort };
  const protocols = 'id' in row ? row.protocols.join(', ') : (protocol ?? 'any');
  return [
    port === null || span === null ? 'none' : html`<a href="${portAddress(port)}">${formatSpan(span)}</a>`,
    protocols,
    link === null ? renderUntrusted(name) : html`<a href="${link}">${renderUntrusted(name)}</a>`,
    origin,
    renderUntrusted(description),
  ];
}
