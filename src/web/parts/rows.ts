import { html, type SafeHtml } from '@remix-run/html-template';
import { type Assignment, assignmentSpan, isRange } from '../../registry/rows/assignment.ts';
import { type Association, CONFIDENCE_WORDS } from '../../registry/rows/association.ts';
import { formatSpan, type PortSpan } from '../../registry/values/port-range.ts';
import { entryActions } from '../own/own-dialogs.ts';
import { associationAddress, portAddress, serviceAddress } from './address.ts';
import { joinFacts, useFacts, useTexts } from './facts.ts';
import { table } from './table.ts';
import { isWebLink, linkedReference, renderUntrusted, renderUntrustedAtLength } from './untrusted-text.ts';

/**
 * Renders official rows as a table, with all columns of IANA.
 *
 * @param caption - The caption.
 * @param rows - The rows, in the order of the answer.
 */
export function assignmentTable(caption: string, rows: readonly Assignment[]): SafeHtml {
  return table(
    caption,
    ['Service', 'Ports', 'Protocol', 'State', 'Description'],
    rows.map((row) => [
      serviceLink(row),
      portsOf(row),
      row.protocol ?? 'any',
      row.state,
      html`${row.description === null ? '' : html`<p>${renderUntrusted(row.description)}</p>`}${details(row)}`,
    ]),
  );
}

/**
 * Renders official rows as a table with one line for each name and state, for all its protocols.
 *
 * @param caption - The caption, for screen readers.
 * @param rows - The rows, in the order of the answer.
 */
export function joinedAssignmentTable(caption: string, rows: readonly Assignment[]): SafeHtml {
  const byName = Map.groupBy(rows, (row) => {
    // Rows without a name differ by their description.
    return JSON.stringify([row.serviceName ?? row.description, row.serviceName, row.state, assignmentSpan(row)]);
  });
  return table(
    caption,
    ['Service', 'Protocols', 'State', 'Description'],
    [...byName.values()].map((joined) => {
      const [row] = joined as [Assignment, ...Assignment[]];
      const descriptions = [...new Set(joined.flatMap(({ description }) => description ?? []))];
      return [
        html`${serviceLink(row)}${isRange(row) ? html` <span class="ports">${portsOf(row)}</span>` : ''}`,
        [...new Set(joined.map(({ protocol }) => protocol ?? 'any'))].join(', '),
        row.state,
        html`${renderUntrusted(descriptions.join('; '))}${row.aliasOf === null ? '' : html` (historic alias of ${renderUntrusted(row.aliasOf)})`}`,
      ];
    }),
    'compact',
  );
}

function serviceLink({ serviceName }: Assignment): SafeHtml | string {
  return serviceName === null
    ? '–'
    : html`<a href="${serviceAddress(serviceName)}">${renderUntrusted(serviceName)}</a>`;
}

/**
 * Renders informal uses of a port as a table with one line for each use. Its page has the note and all sources.
 *
 * @param caption - The caption, for screen readers.
 * @param uses - The uses, in the order of the answer.
 */
export function useTable(caption: string, uses: readonly Association[]): SafeHtml {
  return table(
    caption,
    ['Program', 'Protocols', 'Ports', 'Said by'],
    uses.map((use) => [
      html`<a href="${associationAddress(use.id)}">${renderUntrusted(use.name)}</a>`,
      use.protocols.join(', '),
      use.firstPort === use.lastPort ? 'this port' : formatSpan(use),
      html`${confidence(use)}${sourceLink(use)}`,
    ]),
    'compact',
  );
}

function sourceLink({ name, sources }: Association): SafeHtml | string {
  const url = sources.find((source) => isWebLink(source.url))?.url;
  return url === undefined
    ? ''
    : html` <a href="${url}" rel="noreferrer nofollow" aria-label="Source of ${name}">source</a>`;
}

/**
 * Renders the ports of a row as a link; a row without ports reserves a name only.
 *
 * @param row - The row, or a change of it.
 */
export function portsOf(row: Pick<Assignment, 'firstPort' | 'lastPort'>): SafeHtml | string {
  const span = assignmentSpan(row);
  return span === null ? 'none' : linkedSpan(span);
}

/**
 * Renders a port interval as a link to its first port.
 *
 * @param span - The interval.
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
      : [html`historic alias of <a href="${serviceAddress(row.aliasOf)}">${renderUntrusted(row.aliasOf)}</a>`]),
    ...(people.length === 0 ? [] : [renderUntrusted(people.join(', '))]),
    ...dates,
    ...(row.serviceCode === null ? [] : [html`service code ${renderUntrusted(row.serviceCode)}`]),
    ...row.references.map(linkedReference),
  ];
  return html`${facts.length === 0 ? '' : html`<p class="meta">${joinFacts(facts)}</p>`}${
    row.unauthorizedUse === null ? '' : renderUntrustedAtLength(row.unauthorizedUse, 'Unauthorized use')
  }${row.notes === null ? '' : renderUntrustedAtLength(row.notes, 'Notes')}`;
}

/**
 * Renders informal or own uses as a list, with confidence and sources.
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

/**
 * Renders the confidence of a use in words.
 *
 * @param use - The use.
 */
export function confidence({ confidence }: Pick<Association, 'confidence'>): SafeHtml {
  return html`<span class="confidence ${confidence}">${CONFIDENCE_WORDS[confidence]}</span>`;
}

function useBlock(use: Association): SafeHtml {
  const facts = [
    linkedSpan(use),
    use.protocols.join(', '),
    use.category,
    ...(use.origin === 'own' ? [] : [confidence(use)]),
  ];
  const ownFacts = useFacts(use);
  return html`<h3><a href="${associationAddress(use.id)}">${renderUntrusted(use.name)}</a></h3>
${use.usedBy === null ? '' : html`<p>${renderUntrusted(use.usedBy)}</p>`}
<p class="meta">${joinFacts(facts)}</p>
${ownFacts.length === 0 ? '' : html`<p class="meta">${joinFacts(ownFacts)}</p>`}
${useTexts(use)}
${use.sources.length === 0 ? '' : html`<p class="meta">Sources: ${joinFacts(use.sources.map(linkedReference))}</p>`}
${use.origin === 'own' ? entryActions(use) : ''}`;
}
