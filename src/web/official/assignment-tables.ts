import { html, type SafeHtml } from '@remix-run/html-template';
import { type PortState, STATE_MEANINGS } from '../../registry/report/port-state.ts';
import { type Assignment, assignmentSpan, isRange } from '../../registry/rows/assignment.ts';
import type { Steps } from '../../registry/values/run-step.ts';
import { serviceAddress } from '../parts/address.ts';
import { joinFacts } from '../parts/facts.ts';
import { portsOf } from '../parts/rows.ts';
import { type Cell, table, tableInSteps } from '../parts/table.ts';
import { linkedReference, renderUntrusted, renderUntrustedAtLength } from '../parts/untrusted-text.ts';

/** The headers of tables with all columns of IANA: those without an own column are below the description. */
const COLUMNS = ['Service', 'Ports', 'Protocol', 'State', 'Description'];

/**
 * Renders official rows as a table, with all columns of IANA.
 *
 * @param caption - The caption.
 * @param rows - The rows, in the order of the answer.
 */
export function assignmentTable(caption: string, rows: readonly Assignment[]): Steps<SafeHtml> {
  return tableInSteps(caption, COLUMNS, rows, (row) => groupCells([row]));
}

/**
 * Renders official rows as a table with all columns of IANA, and with one line for rows that differ in the protocol only.
 *
 * @param caption - The caption.
 * @param rows - The rows, in the order of the answer.
 */
export function mergedAssignmentTable(caption: string, rows: readonly Assignment[]): SafeHtml {
  const groups = Map.groupBy(rows, (row) => JSON.stringify({ ...row, protocol: null, prominence: null }));
  return table(caption, COLUMNS, [...groups.values()].map(groupCells));
}

/** Renders rows that differ in the protocol only. */
function groupCells(rows: readonly Assignment[]): Cell[] {
  const [row] = rows as [Assignment, ...Assignment[]];
  const description = row.description === null ? '' : html`<p>${renderUntrusted(row.description)}</p>`;
  return [serviceLink(row), portsOf(row), protocolsOf(rows), stateWord(row.state), html`${description}${details(row)}`];
}

function protocolsOf(rows: readonly Assignment[]): string {
  return [...new Set(rows.map(({ protocol }) => protocol ?? 'any'))].join(', ');
}

/** The states whose words do not say what they mean. */
const EXPLAINED: readonly PortState[] = ['recorded', 'deregistered', 'unlisted'];

/**
 * Renders the state of a port or row. The title explains a word that does not say what it means.
 *
 * @param state - The state.
 */
export function stateWord(state: PortState): SafeHtml | string {
  return EXPLAINED.includes(state) ? html`<abbr title="${STATE_MEANINGS[state]}">${state}</abbr>` : state;
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
        protocolsOf(joined),
        stateWord(row.state),
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

function details(row: Assignment): SafeHtml {
  const dates = [
    row.registrationDate === null ? '' : `registered ${row.registrationDate}`,
    row.modificationDate === null ? '' : `changed ${row.modificationDate}`,
  ].filter((words) => words !== '');
  const facts = [
    ...(row.aliasOf === null
      ? []
      : [html`historic alias of <a href="${serviceAddress(row.aliasOf)}">${renderUntrusted(row.aliasOf)}</a>`]),
    ...people(row).map(renderUntrusted),
    ...dates,
    ...(row.serviceCode === null ? [] : [html`service code ${renderUntrusted(row.serviceCode)}`]),
    ...row.references.map(linkedReference),
  ];
  return html`${facts.length === 0 ? '' : html`<p class="meta">${joinFacts(facts)}</p>`}${
    row.unauthorizedUse === null ? '' : renderUntrustedAtLength(row.unauthorizedUse, 'Unauthorized use')
  }${row.notes === null ? '' : renderUntrustedAtLength(row.notes, 'Notes')}`;
}

/** Names the assignee and the contact: IANA's keys are such as `[Stephen_Gildea]`. */
function people({ assignee, contact }: Assignment): string[] {
  const name = (key: string): string => key.replaceAll('][', ', ').replaceAll(/[[\]]/g, '').replaceAll('_', ' ');
  if (assignee === contact) return assignee === null ? [] : [`assignee and contact ${name(assignee)}`];
  return [
    ...(assignee === null ? [] : [`assignee ${name(assignee)}`]),
    ...(contact === null ? [] : [`contact ${name(contact)}`]),
  ];
}
