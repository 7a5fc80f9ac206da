import { html } from '@remix-run/html-template';
import type { PortReport } from '../../registry/report/port-report.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { addressWith, portAddress } from '../parts/address.ts';
import { pastNote } from '../parts/as-of-notice.ts';
import { type FormValues, filters, select, textField } from '../parts/html-form.ts';
import { layout } from '../parts/layout.ts';
import { type Paging, pager } from '../parts/pager.ts';
import { table } from '../parts/table.ts';
import { shown } from '../parts/untrusted-text.ts';

/** One of the ports that were asked for. */
export interface ListedPort {
  readonly report: PortReport;
  readonly protocol: TransportProtocol | null;
}

/** What is known of several ports. */
export interface PortsView extends Paging {
  readonly results: readonly ListedPort[];
}

/**
 * Writes the page of several ports.
 *
 * @param values - What was asked, by the parameters' names.
 * @param view - What is known of them; null where nothing was asked yet.
 * @param registryDate - The day of the IANA registry that is loaded.
 */
export function portsPage(values: FormValues, view: PortsView | null, registryDate: string): string {
  const asOf = values.get('asOf');
  const fields = [
    textField('ports', 'Ports, such as 22,443/tcp,6000-6010', values, { required: true, maxlength: 8000 }),
    select('protocol', 'Protocol', TRANSPORT_PROTOCOLS, values),
    textField('asOf', 'As it stood on a day', values, { example: registryDate, maxlength: 10 }),
  ];
  return layout({
    title: 'Several ports',
    section: '/',
    registryDate,
    content: html`<h1>Several ports</h1>
${filters('/ports', fields)}
${asOf === undefined || view === null ? '' : pastNote(asOf, addressWith('/ports', { ports: values.get('ports') ?? null }))}
${
  view === null
    ? ''
    : html`${table('What is known of each', ['Port', 'In short'], view.results.map(portRow))}
${pager(view)}`
}`,
  });
}

function portRow({ report, protocol }: ListedPort) {
  const words = protocol === null ? String(report.number) : `${report.number}/${protocol}`;
  return [html`<a href="${portAddress(report.number, protocol)}">${words}</a>`, shown(report.summary)];
}
