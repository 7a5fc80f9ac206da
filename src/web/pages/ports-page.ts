import { html } from '@remix-run/html-template';
import type { PortReport } from '../../registry/report/port-report.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { addressWith, portAddress } from '../parts/address.ts';
import { asOfNotice } from '../parts/as-of-notice.ts';
import { type FormValues, filters, select, textField } from '../parts/html-form.ts';
import { layout } from '../parts/layout.ts';
import { type Paging, pager } from '../parts/pager.ts';
import { table } from '../parts/table.ts';
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
 * @param values - The query parameters by name.
 * @param view - The reports; null before the first request.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function portsPage(values: FormValues, view: PortsView | null, registryDate: string): string {
  const asOf = values.get('asOf');
  const fields = [
    textField('ports', 'Ports, such as 22,443/tcp,6000-6010', values, { required: true, maxlength: 8000 }),
    select('protocol', 'Protocol', TRANSPORT_PROTOCOLS, values),
    textField('asOf', 'As of a date', values, { example: registryDate, maxlength: 10 }),
  ];
  return layout({
    title: 'Several ports',
    section: '/ports',
    registryDate,
    content: html`<h1>Several ports</h1>
${filters('/ports', fields)}
${asOf === undefined || view === null ? '' : asOfNotice(asOf, addressWith('/ports', { ports: values.get('ports') ?? null }))}
${
  view === null
    ? ''
    : html`${table('Reports', ['Port', 'Summary'], view.results.map(portRow))}
${pager(view)}`
}`,
  });
}

function portRow({ report, protocol }: ListedPort) {
  const label = protocol === null ? String(report.number) : `${report.number}/${protocol}`;
  return [html`<a href="${portAddress(report.number, protocol)}">${label}</a>`, renderUntrusted(report.summary)];
}
