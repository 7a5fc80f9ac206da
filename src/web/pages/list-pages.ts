import { html, type SafeHtml } from '@remix-run/html-template';
import { ASSIGNMENT_STATES, type Assignment } from '../../registry/rows/assignment.ts';
import { type Association, CATEGORIES, ORIGINS } from '../../registry/rows/association.ts';
import { LAST_PORT } from '../../registry/values/port-number.ts';
import { TRANSPORT_PROTOCOLS } from '../../registry/values/transport-protocol.ts';
import { newEntryActions, OWN_DIALOGS } from '../own/own-dialogs.ts';
import { address, addressWith, associationAddress } from '../parts/address.ts';
import { alternateFormats } from '../parts/alternate-formats.ts';
import { type FormValues, filters, select, textField } from '../parts/html-form.ts';
import { layout } from '../parts/layout.ts';
import { type Paging, pager } from '../parts/pager.ts';
import { assignmentTable, confidence, linkedSpan, useList } from '../parts/rows.ts';
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

/**
 * Renders the page of official rows, with filters.
 *
 * @param values - The query parameters by name.
 * @param view - The rows.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function assignmentsPage(values: FormValues, view: AssignmentsView, registryDate: string): string {
  return layout({
    title: 'Official rows',
    section: '/assignments',
    registryDate,
    content: html`<h1>Official rows</h1>
<p class="lede">All rows of the IANA registry. <a href="${address('/associations')}">Own and informal uses</a> are listed separately.</p>
${filters('/assignments', [...commonFields(values), select('state', 'State', ASSIGNMENT_STATES, values)], 'Filter')}
${view.results.length === 0 ? none(view) : assignmentTable(`${view.count} rows, in the order of IANA's file`, view.results)}
${pager(view)}
${alternateFormats(addressWith('/assignments', Object.fromEntries(values)))}`,
  });
}

/**
 * Renders the page of informal and own uses, with filters.
 *
 * @param values - The query parameters by name.
 * @param view - The uses.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function associationsPage(values: FormValues, view: AssociationsView, registryDate: string): string {
  const fields = [
    ...commonFields(values),
    select(
      'origin',
      'Origin',
      ORIGINS.filter((origin) => origin !== 'iana'),
      values,
    ),
    select('category', 'Category', CATEGORIES, values),
  ];
  return layout({
    title: 'Own and informal uses',
    section: '/associations',
    registryDate,
    content: html`<h1>Own and informal uses</h1>
<p class="lede">Uses that IANA has not assigned: own entries of this team, and known informal uses, with sources. <a href="${address('/assignments')}">Official rows</a> are listed separately.</p>
${newEntryActions(null)}
${filters('/associations', fields, 'Filter')}
${view.results.length === 0 ? none(view) : table(`${view.count} uses, by port`, ['Ports', 'Protocol', 'Name', 'Origin', 'Category', 'Confidence', 'Used by'], view.results.map(useRow))}
${pager(view)}
${alternateFormats(addressWith('/associations', Object.fromEntries(values)))}
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

function commonFields(values: FormValues): SafeHtml[] {
  return [
    textField('q', 'Words', values, { type: 'search' }),
    textField('port', 'Port', values, { type: 'number', bounds: [0, LAST_PORT] }),
    textField('service', 'Name', values),
    select('protocol', 'Protocol', TRANSPORT_PROTOCOLS, values),
  ];
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
