import { html, type SafeHtml } from '@remix-run/html-template';
import { type Assignment, assignmentSpan } from '../../registry/rows/assignment.ts';
import type { Association } from '../../registry/rows/association.ts';
import { formatSpan, type PortSpan } from '../../registry/values/port-range.ts';
import type { Reference } from '../../registry/values/reference.ts';
import { associationAddress, portAddress, serviceAddress } from './address.ts';
import { entryActions } from './own-dialogs.ts';
import { table } from './table.ts';
import { renderUntrustedAtLength, shown } from './untrusted-text.ts';

/**
 * Shows official rows as a table, one a row, with all that IANA says.
 *
 * @param caption - What the table holds.
 * @param rows - The rows, in the order of the answer.
 */
export function assignmentTable(caption: string, rows: readonly Assignment[]): SafeHtml {
  return table(
    caption,
    ['Service', 'Ports', 'Protocol', 'State', 'Description'],
    rows.map((row) => [
      row.serviceName === null ? '–' : html`<a href="${serviceAddress(row.serviceName)}">${shown(row.serviceName)}</a>`,
      portsOf(row),
      row.protocol ?? 'any',
      row.state,
      html`${row.description === null ? '' : html`<p>${shown(row.description)}</p>`}${details(row)}`,
    ]),
  );
}

/**
 * Shows the ports of a row, linked; a row without any stands for a name alone.
 *
 * @param row - The row, or what became of it.
 */
export function portsOf(row: Pick<Assignment, 'firstPort' | 'lastPort'>): SafeHtml | string {
  const span = assignmentSpan(row);
  return span === null ? 'none' : linkedSpan(span);
}

/**
 * Links a stretch of ports to the page of its first one.
 *
 * @param span - The stretch.
 */
export function linkedSpan(span: PortSpan): SafeHtml {
  return html`<a href="${portAddress(span.firstPort)}">${formatSpan(span)}</a>`;
}

function details(row: Assignment): SafeHtml {
  const dates = [
    row.registrationDate === null ? '' : `registered ${row.registrationDate}`,
    row.modificationDate === null ? '' : `changed ${row.modificationDate}`,
  ].filter((words) => words !== '');
  const people = [...new Set([row.assignee, row.contact].filter((key) => key !== null))];
  const facts = [
    ...(row.aliasOf === null
      ? []
      : [html`historic alias of <a href="${serviceAddress(row.aliasOf)}">${shown(row.aliasOf)}</a>`]),
    ...(people.length === 0 ? [] : [shown(people.join(', '))]),
    ...dates,
    ...(row.serviceCode === null ? [] : [html`service code ${shown(row.serviceCode)}`]),
    ...row.references.map(linkedReference),
  ];
  return html`${facts.length === 0 ? '' : html`<p class="meta">${separated(facts)}</p>`}${
    row.unauthorizedUse === null ? '' : renderUntrustedAtLength(row.unauthorizedUse, 'Unauthorized use')
  }${row.notes === null ? '' : renderUntrustedAtLength(row.notes, 'Notes')}`;
}

/**
 * Sets facts in a row.
 *
 * @param facts - The facts.
 */
export function separated(facts: readonly (SafeHtml | string)[]): SafeHtml {
  return html`${facts.map((fact, index) => html`${index === 0 ? '' : ' · '}${fact}`)}`;
}

/**
 * Links a document, which lies outside.
 *
 * @param reference - The document; one without an address is no link. Nor is one of another scheme than http and https, which
 *   every parser refuses: a file that was changed by hand could run scripts by it.
 */
export function linkedReference({ title, url }: Reference): SafeHtml {
  return url === null || !/^https?:/i.test(url)
    ? shown(title)
    : html`<a href="${url}" rel="noreferrer nofollow">${shown(title)}</a>`;
}

/**
 * Shows informal or own uses, one a block, with confidence and sources.
 *
 * @param uses - The uses, in the order of the answer.
 */
export function useList(uses: readonly Association[]): SafeHtml {
  return html`<ul class="uses">
${uses.map(
  (use) => html`<li>${useBlock(use)}</li>
`,
)}</ul>`;
}

function useBlock(use: Association): SafeHtml {
  const facts = [
    linkedSpan(use),
    use.protocols.join(', '),
    use.category,
    html`<span class="confidence ${use.confidence}">${use.confidence}</span>`,
  ];
  const team = [
    use.owner === null ? null : html`owner ${shown(use.owner)}`,
    use.contact === null ? null : html`contact ${shown(use.contact)}`,
    use.environment === null ? null : html`environment ${shown(use.environment)}`,
    use.link === null ? null : linkedReference({ title: use.link, url: use.link }),
    use.tags.length === 0
      ? null
      : html`tags ${use.tags.map((tag, index) => html`${index === 0 ? '' : ', '}${shown(tag)}`)}`,
  ].filter((fact) => fact !== null);
  return html`<h3><a href="${associationAddress(use.id)}">${shown(use.name)}</a></h3>
${use.usedBy === null ? '' : html`<p>${shown(use.usedBy)}</p>`}
<p class="meta">${separated(facts)}</p>
${team.length === 0 ? '' : html`<p class="meta">${separated(team)}</p>`}
${use.note === null ? '' : renderUntrustedAtLength(use.note, 'Note')}
${use.sources.length === 0 ? '' : html`<p class="meta">Sources: ${separated(use.sources.map(linkedReference))}</p>`}
${use.origin === 'own' ? entryActions(use) : ''}`;
}
