import { html, type SafeHtml } from '@remix-run/html-template';
import type { PortReport } from '../../registry/report/port-report.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { portAddress } from '../parts/address.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';

/**
 * Renders the observed use of a port. Browsers send no token with a page: a script then fills the section.
 *
 * @param report - The report.
 * @param protocol - The requested protocol; null for all.
 * @param asOf - The day of the report; null for the current state.
 */
export function observedUse(
  { number, observed }: PortReport,
  protocol: TransportProtocol | null,
  asOf: string | null,
): SafeHtml {
  if (asOf !== null) return html``;
  if (observed === null)
    return html`<section id="observed" data-report="${portAddress(number, protocol)}" hidden></section>`;
  return html`<section id="observed" aria-labelledby="seen"><h2 id="seen">Seen on hosts</h2>
<p>${renderUntrusted(describeObserved(observed))}</p>
</section>`;
}

/** The script `port-observed.js` writes the same section. */
function describeObserved({ hosts, processes, lastSeen }: NonNullable<PortReport['observed']>): string {
  if (lastSeen === null) return 'No host has reported a socket on this port.';
  const listen =
    hosts === 0 ? 'No host listens on it' : hosts === 1 ? '1 host listens on it' : `${hosts} hosts listen on it`;
  const names = processes.length === 0 ? '' : ` (${processes.join(', ')})`;
  return `${listen}${names}. Last seen at ${lastSeen.slice(0, 16).replace('T', ' ')} UTC.`;
}
