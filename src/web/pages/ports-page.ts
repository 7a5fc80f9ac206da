import { html, type SafeHtml } from '@remix-run/html-template';
import type { PortReport } from '../../registry/report/port-report.ts';
import type { Fault } from '../../registry/values/registry-error.ts';
import { mapInSteps, type Steps } from '../../registry/values/run-step.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { faultText } from '../forms/fault-text.ts';
import { select, textField } from '../forms/fields.ts';
import { type FormInput, filters } from '../forms/form.ts';
import { addressWith, portAddress } from '../parts/address.ts';
import { asOfNotice } from '../parts/as-of-notice.ts';
import { layout } from '../parts/layout.ts';
import { listTitle, type Paging, pager } from '../parts/pager.ts';
import { type Cell, table } from '../parts/table.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';

/** A requested port. */
export interface ListedPort {
  readonly report: PortReport;
  readonly protocol: TransportProtocol | null;
}

/** A page of port reports. */
export interface PortsView extends Paging {
  readonly results: readonly ListedPort[];
}

/**
 * Renders the page of several ports.
 *
 * @param input - The query parameters, and the invalid items of the list.
 * @param view - The reports; null before the first request.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function* portsPage(input: FormInput, view: PortsView | null, registryDate: string): Steps<string> {
  const { values, faults } = input;
  const asOf = values.get('asOf');
  const fields = [
    textField('ports', 'Ports, such as 22,443/tcp,6000-6010', { required: true, maxlength: 8000 }),
    select('protocol', 'Protocol', TRANSPORT_PROTOCOLS),
    textField('asOf', 'As of a date', { example: registryDate, maxlength: 10 }),
  ];
  const rows = yield* mapInSteps(view?.results ?? [], portRow);
  return layout({
    title: listTitle('Several ports', values),
    section: '/ports',
    registryDate,
    content: html`<h1>Several ports</h1>
${filters('/ports', fields, input)}
${asOf === undefined || view === null ? '' : asOfNotice(asOf, addressWith('/ports', { ports: values.get('ports') ?? null }))}
${
  view === null
    ? ''
    : html`${table('Reports', ['Port', 'Summary'], [...rows, ...faultRows(faults)])}
${pager(view)}`
}`,
  });
}

function portRow({ report, protocol }: ListedPort): Cell[] {
  const label = protocol === null ? String(report.number) : `${report.number}/${protocol}`;
  return [html`<a href="${portAddress(report.number, protocol)}">${label}</a>`, renderUntrusted(report.summary)];
}

/** The most invalid items that are listed. */
const MOST_FAULTS = 20;

/** Renders the invalid items of the list, after the good ones. */
function faultRows(faults: readonly Fault[]): Cell[][] {
  const more = faults.length - MOST_FAULTS;
  return [
    ...faults.slice(0, MOST_FAULTS).map(({ detail }) => ['–', faultLine(faultText(detail, []))]),
    ...(more > 0 ? [['–', faultLine(`${more} more invalid items`)]] : []),
  ];
}

function faultLine(text: string): SafeHtml {
  return html`<p class="fault">${renderUntrusted(text)}</p>`;
}
