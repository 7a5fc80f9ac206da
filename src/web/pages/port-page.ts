import { html, type SafeHtml } from '@remix-run/html-template';
import type { Suitability } from '../../registry/advice/suitability.ts';
import { WIDEST_EXPANDED_RANGE } from '../../registry/report/port-name.ts';
import type { PortReport } from '../../registry/report/port-report.ts';
import type { Assignment } from '../../registry/rows/assignment.ts';
import type { Check } from '../../registry/rows/check-command.ts';
import { formatSpan, spanWidth } from '../../registry/values/port-range.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { address, addressWith, portAddress } from '../parts/address.ts';
import { advice } from '../parts/advice.ts';
import { sameAnswer } from '../parts/api-links.ts';
import { pastNote } from '../parts/as-of-notice.ts';
import { copied } from '../parts/copyable-code.ts';
import { layout } from '../parts/layout.ts';
import { newEntryActions, OWN_DIALOGS } from '../parts/own-dialogs.ts';
import { type NamedSpan, scale } from '../parts/range-diagram.ts';
import { assignmentTable, useList } from '../parts/rows.ts';
import { shown } from '../parts/untrusted-text.ts';

/** What the page of a port tells. */
export interface PortView {
  readonly report: PortReport;
  /** The protocol that was asked for, or null. */
  readonly protocol: TransportProtocol | null;
  /** The day, `YYYY-MM-DD`, on which the official rows stood so; null for now. */
  readonly asOf: string | null;
  /** Null where it does not belong to what is shown. */
  readonly suitability: Suitability | null;
  /** The ports around it, the lowest first, the port itself among them. */
  readonly neighbours: readonly PortReport[];
  /** What the small scale shows beside the three ranges. */
  readonly spans: readonly NamedSpan[];
}

/**
 * Writes the page of a port, in the order of certainty.
 *
 * @param view - What it tells.
 */
export function portPage(view: PortView): string {
  const { report, protocol, asOf } = view;
  const title = protocol === null ? `Port ${report.number}` : `Port ${report.number}/${protocol}`;
  const names = namesOf(report);
  return layout({
    title: names.length === 0 ? title : `${title}: ${names.slice(0, 3).join(', ')}`,
    section: null,
    registryDate: report.registry.date,
    content: html`<article class="port">
<header>
<h1><span class="word">Port</span> <span class="number">${report.number}</span>${protocol === null ? '' : html`<span class="of">/${protocol}</span>`}</h1>
${states(report, protocol)}
<p class="lede">${shown(report.summary)}</p>
${asOf === null ? '' : pastNote(asOf, portAddress(report.number, protocol))}
</header>
<div class="columns">
<div>
${official(report, protocol)}
${uses(report)}
<section aria-labelledby="place"><h2 id="place">Where it lies</h2>
${scale(report.number, view.spans)}
${ephemeral(report)}
</section>
${
  view.suitability === null
    ? ''
    : html`<section aria-labelledby="advice"><h2 id="advice">For a new service</h2>
${advice(view.suitability)}
</section>`
}
</div>
<div>
<section aria-labelledby="checks"><h2 id="checks">See what uses it on a host</h2>
${checks(report.checks)}
</section>
<section aria-labelledby="neighbours"><h2 id="neighbours">Neighbours</h2>
${neighbours(view)}
</section>
${sameAnswer(report.number, protocol, asOf)}
</div>
</div>
</article>
${OWN_DIALOGS}`,
  });
}

/** The state for each protocol, each a link to the page of port and protocol. */
function states({ number, states }: PortReport, protocol: TransportProtocol | null): SafeHtml {
  return html`<nav class="states" aria-label="Transport protocols"><ul>
<li><a href="${portAddress(number)}"${protocol === null ? html` aria-current="page"` : ''}><b>any</b> <span>protocol</span></a></li>
${TRANSPORT_PROTOCOLS.map(
  (
    name,
  ) => html`<li><a href="${portAddress(number, name)}"${name === protocol ? html` aria-current="page"` : ''}><b>${name}</b> <span>${states[name]}</span></a></li>
`,
)}</ul></nav>`;
}

function official({ number, assignments, range }: PortReport, protocol: TransportProtocol | null): SafeHtml {
  const of = protocol === null ? '' : ` for ${protocol}`;
  const rows =
    assignments.length > 0
      ? assignmentTable(`Rows of the IANA registry${of}, the one that decides first`, assignments)
      : range.name === 'dynamic'
        ? html`<p>None${of}. ${range.title} ${formatSpan(range)} are never assigned (${range.reference}).</p>`
        : html`<p>None${of}: the registry does not list it.</p>`;
  return html`<section aria-labelledby="official"><h2 id="official">Official</h2>
${rows}
<p><a href="${address(`/ports/${number}/history`)}">What has changed here</a></p>
</section>`;
}

function uses({ number, associations, blockedByBrowsers }: PortReport): SafeHtml {
  const informal = associations.filter(({ origin }) => origin === 'informal');
  const own = associations.filter(({ origin }) => origin === 'own');
  return html`<section aria-labelledby="informal"><h2 id="informal">Informal uses</h2>
${informal.length === 0 ? html`<p>None known.</p>` : useList(informal)}
${blockedByBrowsers ? html`<p>Browsers refuse to connect to it: it is a bad port of the <a href="https://fetch.spec.whatwg.org/#port-blocking" rel="noreferrer">Fetch standard</a>.</p>` : ''}
</section>
<section aria-labelledby="own"><h2 id="own">Own entries</h2>
${own.length === 0 ? html`<p>None on port ${number}.</p>` : useList(own)}
${newEntryActions(number)}
</section>`;
}

function ephemeral({ ephemeralRanges }: PortReport): SafeHtml {
  const all = html`<a href="${address('/ephemeral-ranges')}">ephemeral ranges</a>`;
  if (ephemeralRanges.length === 0) return html`<p>It lies in no current default of the ${all} of known systems.</p>`;
  return html`<p>Within the ${all} of these systems, by default; they hand it to outgoing connections:</p>
<ul class="spans">
${ephemeralRanges.map(
  (span) => html`<li>${shown(span.title)} <span class="ports">${formatSpan(span)}</span></li>
`,
)}</ul>`;
}

/** What systems are called. */
const SYSTEMS: Readonly<Record<string, string>> = {
  linux: 'Linux',
  macos: 'macOS',
  windows: 'Windows',
  freebsd: 'FreeBSD',
};

function checks(commands: readonly Check[]): SafeHtml {
  const bySystem = Map.groupBy(commands, ({ system }) => system);
  return html`${[...bySystem].map(
    ([system, rows]) => html`<h3>${SYSTEMS[system] ?? system}</h3>
<ul class="commands">
${rows.map(
  ({
    command,
    tool,
    needsRoot,
  }) => html`<li>${copied(command, `the command for ${SYSTEMS[system] ?? system} by ${tool}`)}${needsRoot ? html`<p class="meta">sees everything only as root or administrator</p>` : ''}</li>
`,
)}</ul>`,
  )}`;
}

function neighbours({ report, neighbours, protocol }: PortView): SafeHtml {
  return html`<ol class="neighbours">
${neighbours.map(
  (port) => html`<li${port.number === report.number ? html` aria-current="true"` : ''}>
<a href="${portAddress(port.number, protocol)}">${port.number}</a> <span>${calling(port)}</span></li>
`,
)}</ol>
<p class="meta"><a href="${addressWith('/ports', { ports: around(neighbours) })}">All of them in full</a></p>`;
}

function around(neighbours: readonly PortReport[]): string {
  return `${neighbours[0]?.number}-${neighbours.at(-1)?.number}`;
}

/** What a port is called in a few words. */
function calling(port: PortReport): SafeHtml | string {
  const names = namesOf(port);
  if (names.length > 0) return shown(names.slice(0, 3).join(', '));
  // What stands on thousands of ports says nothing of one.
  const use = port.associations.find((one) => spanWidth(one) < WIDEST_EXPANDED_RANGE);
  if (use !== undefined) return html`${shown(use.name)} <i>${use.origin}</i>`;
  return [...new Set(Object.values(port.states))].join(', ');
}

function namesOf({ assignments }: { readonly assignments: readonly Assignment[] }): string[] {
  return [...new Set(assignments.flatMap(({ serviceName }) => serviceName ?? []))];
}
