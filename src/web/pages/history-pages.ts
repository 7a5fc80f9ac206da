import { html, type SafeHtml } from '@remix-run/html-template';
import {
  CHANGE_KINDS,
  describeChange,
  type FieldChange,
  type HistoryRange,
  type RegistryChange,
  type Snapshot,
} from '../../registry/history/history.ts';
import { runAllSteps, type Steps } from '../../registry/values/run-step.ts';
import { TRANSPORT_PROTOCOLS } from '../../registry/values/transport-protocol.ts';
import { capitalize } from '../../registry/values/wording.ts';
import { select, textField } from '../forms/fields.ts';
import { type FormInput, type FormValues, filters, NO_INPUT } from '../forms/form.ts';
import { address, addressWith, portAddress, serviceAddress } from '../parts/address.ts';
import { alternateFormats, formatLink } from '../parts/alternate-formats.ts';
import { layout } from '../parts/layout.ts';
import { listTitle, type Paging, pager } from '../parts/pager.ts';
import { portsOf } from '../parts/rows.ts';
import { type Columns, itemTable, table } from '../parts/table.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';

/** A page of snapshots. */
export interface SnapshotsView extends Paging {
  readonly results: readonly Snapshot[];
}

/** A page of changes. */
export interface ChangesView extends Paging, HistoryRange {
  readonly results: readonly RegistryChange[];
}

/**
 * Renders the page of the snapshots.
 *
 * @param view - The snapshots.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function snapshotsPage(view: SnapshotsView, registryDate: string): string {
  return layout({
    title: 'Snapshots of the registry',
    section: '/registry',
    isPart: true,
    registryDate,
    content: html`<h1>Snapshots</h1>
<p class="lede">The states of the IANA registry that have been imported. Older files can be imported at any time; snapshots are sorted by date.</p>
${table(
  'By date, the latest first',
  ['Date', 'Rows', ...CHANGE_KINDS.map(capitalize), 'Compared with', 'From'],
  view.results.map(snapshotRow),
)}
${pager(view)}
${alternateFormats(address('/registry/snapshots'), [formatLink(address('/registry/snapshots'), 'atom')])}`,
  });
}

function snapshotRow({ date, rows, changes, comparedWith, source, current, bundled, sha256 }: Snapshot) {
  const days = { since: comparedWith, until: date };
  const marks = [current ? 'current' : null, bundled ? 'bundled with Portolan' : null];
  const note = marks.filter((mark) => mark !== null).join(', ');
  return [
    html`<time datetime="${date}">${date}</time>${note === '' ? '' : html`<p class="meta">${note}</p>`}`,
    rows,
    ...CHANGE_KINDS.map((kind) =>
      comparedWith === null || changes[kind] === 0
        ? changes[kind]
        : html`<a href="${addressWith('/registry/changes', { ...days, kind })}">${changes[kind].toLocaleString('en')}</a>`,
    ),
    comparedWith ?? 'no earlier snapshot',
    html`${renderUntrusted(source)}<p class="meta">SHA-256 <code>${sha256}</code></p>`,
  ];
}

/**
 * Renders the page of the changes between snapshots.
 *
 * @param input - The query parameters, and what is wrong with them.
 * @param view - The changes; for invalid parameters only the dates of the history.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function* changesPage(input: FormInput, view: ChangesView | HistoryRange, registryDate: string): Steps<string> {
  const table = 'results' in view ? yield* changesOrNone(view) : null;
  const here = addressWith('/registry/changes', Object.fromEntries(input.values));
  return layout({
    title: listTitle('Changes of the registry', input.values),
    section: '/registry/changes',
    registryDate,
    content: html`<h1>Changes</h1>
<p class="lede">Changes in the IANA registry from one <a href="${address('/registry/snapshots')}">snapshot</a> to the next, between ${view.firstSnapshot} and ${view.lastSnapshot}.</p>
${filters(
  '/registry/changes',
  [
    textField('since', 'After the date', { example: view.firstSnapshot, maxlength: 10 }),
    textField('until', 'Up to the date', { example: view.lastSnapshot, maxlength: 10 }),
    textField('port', 'Port', { isNumber: true }),
    textField('service', 'Service name'),
    select('protocol', 'Protocol', TRANSPORT_PROTOCOLS),
    select('kind', 'Kind', CHANGE_KINDS),
  ],
  input,
)}
${table === null ? '' : html`${table}${alternateFormats(here, [formatLink(here, 'atom')])}`}`,
  });
}

/**
 * Renders the page of a port's history.
 *
 * @param port - The port number, 0-65535.
 * @param values - The other query parameters by name.
 * @param view - The changes.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 * @param dateInput - The input of the form for the state as of a date.
 */
export function* historyPage(
  port: number,
  values: FormValues,
  view: ChangesView,
  registryDate: string,
  dateInput: FormInput = NO_INPUT,
): Steps<string> {
  const table = yield* changesOrNone(view);
  const path = `/ports/${port}/history`;
  const here = addressWith(path, Object.fromEntries(values));
  return layout({
    title: listTitle(`History of port ${port}`, values),
    section: null,
    registryDate,
    content: html`<h1><span class="word">History of port</span> <a href="${portAddress(port)}">${port}</a></h1>
<p class="lede">Changes of this port in the IANA registry between ${view.firstSnapshot} and ${view.lastSnapshot}, the dates of the earliest and the latest <a href="${address('/registry/snapshots')}">snapshot</a>.</p>
${table}
<h2 id="then">State as of a date</h2>
${filters(`/ports/${port}`, [textField('asOf', 'Date', { example: view.firstSnapshot, maxlength: 10, required: true })], dateInput)}
${alternateFormats(here, [formatLink(here, 'atom')])}`,
  });
}

function* changesOrNone(view: ChangesView): Steps<SafeHtml> {
  if (view.count > 0) return html`${yield* changesInSteps('The latest first', view.results)}${pager(view)}`;
  const isFirst = view.firstSnapshot === view.lastSnapshot;
  return html`<p>No changes. ${isFirst ? html`There is only one snapshot so far: <code>portolan import --iana FILE</code> imports an older file of IANA.` : ''}</p>`;
}

/**
 * Renders changes as a table, one per row, with the fields before and after.
 *
 * @param caption - The caption.
 * @param changes - The changes, in the order of the answer.
 */
export function changeTable(caption: string, changes: readonly RegistryChange[]): SafeHtml {
  return runAllSteps(changesInSteps(caption, changes));
}

function changesInSteps(caption: string, changes: readonly RegistryChange[]): Steps<SafeHtml> {
  return itemTable(caption, CHANGE_COLUMNS, changes);
}

const CHANGE_COLUMNS: Columns<RegistryChange> = {
  Between: ({ since, date }) => html`<span class="day">${since}</span> and <span class="day">${date}</span>`,
  Ports: portsOf,
  Protocol: ({ protocol }) => protocol ?? 'any',
  Service: ({ serviceName }) =>
    serviceName === null ? '–' : html`<a href="${serviceAddress(serviceName)}">${renderUntrusted(serviceName)}</a>`,
  Change: (change) => html`<p>${renderUntrusted(describeChange(change))}</p>${fieldList(change)}`,
};

function fieldList({ fields, before, after }: RegistryChange): SafeHtml {
  if (fields.length > 0) return html`<ul class="changes">${fields.map(fieldItem)}</ul>`;
  const description = (after ?? before)?.description ?? null;
  return description === null ? html`` : html`<p class="meta">${renderUntrusted(description)}</p>`;
}

function fieldItem({ field, before, after }: FieldChange): SafeHtml {
  return html`<li>${field}: ${before === null ? html`<i>nothing</i>` : html`<del>${renderUntrusted(before)}</del>`} → ${after === null ? html`<i>nothing</i>` : html`<ins>${renderUntrusted(after)}</ins>`}</li>
`;
}
