import { html, type SafeHtml } from '@remix-run/html-template';
import { DUE_DAYS, dueDay } from '../../registry/own/own-report.ts';
import type { OwnSummary } from '../../registry/own/own-summary.ts';
import type { Association } from '../../registry/rows/association.ts';
import { USE_ORDERS } from '../../registry/search/use-order.ts';
import type { Steps } from '../../registry/values/run-step.ts';
import { select, storedWord, textField } from '../forms/fields.ts';
import { type FormField, type FormValues, filters } from '../forms/form.ts';
import { address, addressWith } from '../parts/address.ts';
import { alternateFormats } from '../parts/alternate-formats.ts';
import { ASSETS } from '../parts/assets.ts';
import { joinWithCommas } from '../parts/facts.ts';
import { layout } from '../parts/layout.ts';
import { listTitle, type Paging, pager } from '../parts/pager.ts';
import { associationLink, linkedSpan } from '../parts/rows.ts';
import { type Columns, itemTable } from '../parts/table.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';

/** The data of a report of own entries. */
export interface OwnReportView {
  /** The query parameters by name. */
  readonly values: FormValues;
  readonly list: Paging & { readonly results: readonly Association[] };
  readonly summary: OwnSummary;
  readonly registryDate: string;
}

const ALLOWED: Columns<Association> = {
  Ports: linkedSpan,
  Protocols: ({ protocols }) => protocols.join(', '),
  Service: associationLink,
  Owner: ({ owner }) => renderUntrusted(owner),
  Environment: ({ environment }) => renderUntrusted(environment),
  Hosts: ({ hosts }) => (hosts.length === 0 ? '' : html`<span>${joinWithCommas(hosts.map(renderUntrusted))}</span>`),
  Justification: ({ justification }) => html`<span class="note">${renderUntrusted(justification)}</span>`,
  Approved: ({ approvedBy, approvedAt }) =>
    approvedAt === null ? 'no' : html`<span>${dayOf(approvedAt)}, by ${renderUntrusted(approvedBy)}</span>`,
  'Review by': ({ reviewBy }) => (reviewBy === null ? '' : dayOf(reviewBy)),
};

/**
 * Renders the report of allowed ports, which also fits printed pages.
 *
 * @param view - The data.
 * @param auditHead - The hash of the last row of the audit; null before the first write.
 * @param now - The current time.
 */
export function* allowedPortsPage(view: OwnReportView, auditHead: string | null, now = new Date()): Steps<string> {
  const made = now.toISOString();
  const facts = html`<dl class="facts"><div><dt>Created</dt><dd><time datetime="${made}">${made.slice(0, 16).replace('T', ' ')} UTC</time></dd></div>
${auditHead === null ? '' : html`<div><dt>Audit head</dt><dd><code class="hash">${auditHead}</code></dd></div>`}</dl>`;
  return reportPage(view, {
    title: 'Allowed ports',
    path: '/reports/allowed-ports',
    lede: html`The active own entries. Retired and planned entries are not listed.`,
    fields: [select('sort', 'Order', USE_ORDERS.slice(1), 'port')],
    facts,
    table: yield* itemTable(`Allowed ports${view.values.has('sort') ? '' : ', by port'}`, ALLOWED, view.list.results),
    empty: 'There are no active own entries.',
  });
}

/**
 * Renders the report of due entries.
 *
 * @param view - The data.
 * @param now - The current time.
 */
export function* duePage(view: OwnReportView, now = new Date()): Steps<string> {
  const today = now.toISOString().slice(0, 10);
  const columns: Columns<Association> = {
    Due: (entry) => {
      const due = dueDay(entry) ?? '';
      return due < today ? html`<strong>${due}</strong>` : due;
    },
    Why: ({ reviewBy, expiresAt }) =>
      [
        ...(reviewBy === null ? [] : [`review by ${reviewBy}`]),
        ...(expiresAt === null ? [] : [`expires ${expiresAt}`]),
      ].join(', '),
    Ports: linkedSpan,
    Service: associationLink,
    Owner: ({ owner }) => renderUntrusted(owner),
    Contact: ({ contact }) => renderUntrusted(contact),
    Environment: ({ environment }) => renderUntrusted(environment),
  };
  return reportPage(view, {
    title: 'Due entries',
    path: '/reports/due',
    lede: html`Own entries whose day of review or last day has passed (bold) or comes soon. A passed day releases no port.`,
    fields: [textField('days', 'Days', { isNumber: true, example: String(DUE_DAYS.default) })],
    facts: html``,
    table: yield* itemTable('Due entries, the most urgent first', columns, view.list.results),
    empty: 'No entry is due.',
  });
}

interface Report {
  readonly title: string;
  readonly path: string;
  readonly lede: SafeHtml;
  /** The fields of the form besides the common filters. */
  readonly fields: readonly FormField[];
  readonly facts: SafeHtml;
  readonly table: SafeHtml;
  /** The sentence in place of an empty table without filters. */
  readonly empty: string;
}

function reportPage({ values, list, summary, registryDate }: OwnReportView, report: Report): string {
  const { title, path, lede, fields, facts, table, empty } = report;
  const { owners, environments } = summary;
  const common = [
    storedWord('owner', 'Owner', owners),
    storedWord('environment', 'Environment', environments),
    textField('tag', 'Tag'),
    textField('pool', 'Pool'),
  ];
  const isFiltered = common.some(({ name }) => values.has(name));
  return layout({
    title: listTitle(title, values),
    section: '/own',
    isPart: true,
    registryDate,
    styles: [ASSETS.ownStyle],
    content: html`<div class="report"><h1>${renderUntrusted(listTitle(title, values))}</h1>
<p class="lede">${lede}</p>
${filters(path, [...fields, ...common], { values, faults: [] })}
${facts}
${list.count === 0 ? html`<p>${isFiltered ? 'No entry matches.' : empty}</p>` : html`${table}${pager(list)}`}
${alternateFormats(addressWith(path, Object.fromEntries(values)))}
<p class="forms"><a href="${address('/own')}">Our ports</a></p></div>`,
  });
}

function dayOf(time: string): SafeHtml {
  return html`<time datetime="${time}">${time.slice(0, 10)}</time>`;
}
