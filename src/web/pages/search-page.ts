import { html, type SafeHtml } from '@remix-run/html-template';
import type { RegistryChange } from '../../registry/history/history.ts';
import { readSearchText, type SearchResult } from '../../registry/report/search.ts';
import { ASSIGNMENT_STATES } from '../../registry/rows/assignment.ts';
import { CATEGORIES, ORIGINS } from '../../registry/rows/association.ts';
import { formatSpan, PORT_RANGES } from '../../registry/values/port-range.ts';
import { TRANSPORT_PROTOCOLS } from '../../registry/values/transport-protocol.ts';
import { addressWith, associationAddress, portAddress, serviceAddress } from '../parts/address.ts';
import { type FormValues, filters, select, textField } from '../parts/html-form.ts';
import { layout } from '../parts/layout.ts';
import { type Paging, pager } from '../parts/pager.ts';
import { table } from '../parts/table.ts';
import { shown } from '../parts/untrusted-text.ts';
import { changeTable } from './history-pages.ts';

/** What was found. */
export interface SearchView extends Paging {
  readonly results: readonly SearchResult[];
  /** Where nothing was found: the nearest spellings. */
  readonly suggestions: readonly string[];
  /** How rows went away that once had the text for their name. */
  readonly retired: readonly RegistryChange[];
}

/**
 * Writes the page of a search.
 *
 * @param values - What was asked, by the parameters' names.
 * @param found - What was found; null where nothing was asked yet.
 * @param registryDate - The day of the IANA registry that is loaded.
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
  const { port } = readSearchText(text);
  const itself =
    port === null
      ? ''
      : html`<p class="lede"><a href="${portAddress(port)}">Port ${port}</a>, all that is known of it</p>`;
  if (found.results.length === 0 && found.count === 0) return html`${itself}${nothing(text, found)}`;
  return html`${itself}
${table('What was found, the best first', ['Port', 'Protocol', 'Name', 'Origin', 'Description'], found.results.map(resultRow))}
${pager(found)}
${retiredRows(found)}`;
}

function retiredRows({ retired }: SearchView): SafeHtml {
  return retired.length === 0 ? html`` : changeTable('What became of rows that had this name', retired);
}

function nothing(text: string, found: SearchView): SafeHtml {
  const { suggestions, retired } = found;
  const near = suggestions.map(
    (name, index) =>
      html`${index === 0 ? '' : ', '}<a href="${addressWith('/search', { q: name })}">${shown(name)}</a>`,
  );
  const now = retired.length === 0 ? '' : ' any more';
  return html`<p>Nothing is called ${shown(text)} or speaks of it${now}${near.length === 0 ? '' : html`; perhaps ${near}`}.</p>
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
    link === null ? shown(name) : html`<a href="${link}">${shown(name)}</a>`,
    origin,
    shown(description),
  ];
}
