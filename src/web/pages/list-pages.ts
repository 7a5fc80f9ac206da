import { html, type SafeHtml } from '@remix-run/html-template';
import { ASSIGNMENT_STATES, type Assignment } from '../../registry/rows/assignment.ts';
import { type Association, CATEGORIES, ORIGINS } from '../../registry/rows/association.ts';
import { TRANSPORT_PROTOCOLS } from '../../registry/values/transport-protocol.ts';
import { assignmentTable } from '../official/assignment-tables.ts';
import { newEntryActions, OWN_DIALOGS } from '../own/own-dialogs.ts';
import { address, addressWith, associationAddress } from '../parts/address.ts';
import { alternateFormats } from '../parts/alternate-formats.ts';
import { type FormField, type FormInput, filters, select, textField } from '../parts/html-form.ts';
import { layout } from '../parts/layout.ts';
import { listTitle, type Paging, pager } from '../parts/pager.ts';
import { confidence, linkedSpan, useList } from '../parts/rows.ts';
import { table } from '../parts/table.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';

/** A page of official rows. */
export interface AssignmentsView extends Paging {
  readonly results: readonly Assignment[];
}

/** A page of informal and own uses. */
export interface AssociationsView extends Paging {
  readonly results: readonly Association[];
}

const COMMON_FIELDS: readonly FormField[] = [
  textField('q', 'Words', { type: 'search' }),
  textField('port', 'Port', { isNumber: true }),
  textField('service', 'Name'),
  select('protocol', 'Protocol', TRANSPORT_PROTOCOLS),
];

const ASSIGNMENT_FIELDS = [...COMMON_FIELDS, select('state', 'State', ASSIGNMENT_STATES)];

const ASSOCIATION_FIELDS = [
  ...COMMON_FIELDS,
  select(
    'origin',
    'Origin',
    ORIGINS.filter((origin) => origin !== 'iana'),
  ),
  select('category', 'Category', CATEGORIES),
];

const USE_COLUMNS = ['Ports', 'Protocol', 'Name', 'Origin', 'Category', 'Confidence', 'Used by'];

/**
 * Renders the page of official rows, with filters.
 *
 * @param input - The query parameters, and what is wrong with them.
 * @param view - The rows; null for invalid parameters.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function assignmentsPage(input: FormInput, view: AssignmentsView | null, registryDate: string): string {
  return layout({
    title: listTitle('Official rows', input.values),
    section: '/assignments',
    registryDate,
    content: html`<h1>Official rows</h1>
<p class="lede">All rows of the IANA registry. <a href="${address('/associations')}">Own and informal uses</a> are listed separately.</p>
${filters('/assignments', ASSIGNMENT_FIELDS, input, 'Filter')}
${results('/assignments', input, view, ({ count, results }) => assignmentTable(`${count.toLocaleString('en')} rows, in the order of IANA's file`, results))}`,
  });
}

/**
 * Renders the page of informal and own uses, with filters.
 *
 * @param input - The query parameters, and what is wrong with them.
 * @param view - The uses; null for invalid parameters.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function associationsPage(input: FormInput, view: AssociationsView | null, registryDate: string): string {
  return layout({
    title: 'Own and informal uses',
    section: '/associations',
    registryDate,
    content: html`<h1>Own and informal uses</h1>
<p class="lede">Uses that IANA has not assigned: own entries of this team, and known informal uses, with sources. <a href="${address('/assignments')}">Official rows</a> are listed separately.</p>
${newEntryActions(null)}
${filters('/associations', ASSOCIATION_FIELDS, input, 'Filter')}
${results('/associations', input, view, ({ count, results }) => table(`${count} uses, by port`, USE_COLUMNS, results.map(useRow)))}
${OWN_DIALOGS}`,
  });
}

/**
 * Renders the page of one informal or own use.
 *
 * @param association - The use.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function associationPage(association: Association, registryDate: string): string {
  return layout({
    title: association.name,
    section: association.origin === 'own' ? '/own' : '/associations',
    registryDate,
    content: html`<h1><span class="word">${association.origin === 'own' ? 'Own entry' : 'Informal use'}</span> ${renderUntrusted(association.name)}</h1>
${useList([association])}
${association.revision === null ? '' : html`<p class="meta">Revision ${association.revision}</p>`}
${alternateFormats(associationAddress(association.id))}
${association.origin === 'own' ? OWN_DIALOGS : ''}`,
  });
}

/** Renders the rows of a list, its pages and its other formats; nothing for invalid parameters. */
function results<View extends Paging>(
  path: string,
  { values }: FormInput,
  view: View | null,
  render: (view: View) => SafeHtml,
): SafeHtml {
  if (view === null) return html``;
  return html`${view.results.length === 0 ? none(view) : render(view)}
${pager(view)}
${alternateFormats(addressWith(path, Object.fromEntries(values)))}`;
}

function useRow(use: Association) {
  return [
    linkedSpan(use),
    use.protocols.join(', '),
    html`<a href="${associationAddress(use.id)}">${renderUntrusted(use.name)}</a>`,
    use.origin,
    use.category,
    confidence(use),
    html`${renderUntrusted(use.usedBy)}${use.owner === null ? '' : html`<p class="meta">owner ${renderUntrusted(use.owner)}${use.environment === null ? '' : html`, ${renderUntrusted(use.environment)}`}</p>`}`,
  ];
}

function none({ count }: Paging): SafeHtml {
  return html`<p>${count === 0 ? 'No results.' : 'No more results.'}</p>`;
}
