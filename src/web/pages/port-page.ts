import { html, type SafeHtml } from '@remix-run/html-template';
import type { Suitability } from '../../registry/advice/suitability.ts';
import { canNamePort, compareNames, type NamedRow, WIDEST_EXPANDED_RANGE } from '../../registry/report/port-name.ts';
import type { PortReport } from '../../registry/report/port-report.ts';
import { assignmentSpan } from '../../registry/rows/assignment.ts';
import type { Check } from '../../registry/rows/check-command.ts';
import { HIGHEST_PROMINENCE } from '../../registry/rows/prominence.ts';
import { formatSpan, spanWidth } from '../../registry/values/port-range.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { newEntryActions, OWN_DIALOGS } from '../own/own-dialogs.ts';
import { address, addressWith, portAddress, serviceAddress } from '../parts/address.ts';
import { advice } from '../parts/advice.ts';
import { apiLinks } from '../parts/api-links.ts';
import { asOfNotice } from '../parts/as-of-notice.ts';
import { copyableCode } from '../parts/copyable-code.ts';
import { joinFacts } from '../parts/facts.ts';
import { layout } from '../parts/layout.ts';
import { type NamedSpan, rangeDiagram } from '../parts/range-diagram.ts';
import { assignmentTable, useList } from '../parts/rows.ts';
import { linkedReference, renderUntrusted } from '../parts/untrusted-text.ts';

/** The most names of a port in the title and in the list of neighbours. */
const MOST_NAMES = 3;

/** The data of a port in the list of neighbours. */
export type Neighbour = Pick<PortReport, 'number' | 'states' | 'assignments' | 'associations'>;

/** The data of the page of a port. */
export interface PortView {
  readonly report: PortReport;
  /** The requested protocol, or null. */
  readonly protocol: TransportProtocol | null;
  /** The date of the official rows, `YYYY-MM-DD`; null for the current ones. */
  readonly asOf: string | null;
  /** The advice; null for a past state. */
  readonly suitability: Suitability | null;
  /** The neighbouring ports and the port itself, the lowest first. */
  readonly neighbours: readonly Neighbour[];
  /** The intervals in the diagram, in addition to the three ranges. */
  readonly spans: readonly NamedSpan[];
}

/**
 * Renders the page of a port: official rows first, then informal uses and own entries.
 *
 * @param view - The data of the page.
 */
export function portPage(view: PortView): string {
  const { report, protocol, asOf } = view;
  const title = protocol === null ? `Port ${report.number}` : `Port ${report.number}/${protocol}`;
  const rows = bestRows(report).filter((row) => isNarrow(row) || row.prominence === HIGHEST_PROMINENCE);
  const names = rows.slice(0, MOST_NAMES).map(nameOf);
  return layout({
    title: names.length === 0 ? title : `${title}: ${names.join(', ')}`,
    section: null,
    registryDate: report.registry.date,
    content: html`<article class="port">
<header>
<h1><span class="word">Port</span> <span class="number">${report.number}</span>${protocol === null ? '' : html`<span class="of">/${protocol}</span>`}</h1>
${states(report, protocol)}
<p class="lede">${renderUntrusted(report.summary)}</p>
${asOf === null ? '' : asOfNotice(asOf, portAddress(report.number, protocol))}
</header>
<div class="columns">
<div>
${official(report, protocol)}
${uses(report)}
<section aria-labelledby="place"><h2 id="place">Ranges</h2>
${rangeDiagram(report.number, view.spans)}
${ephemeral(report)}
</section>
${otherNames(report.otherNames)}${
  view.suitability === null
    ? ''
    : html`<section aria-labelledby="advice"><h2 id="advice">For a new service</h2>
${advice(view.suitability)}
</section>`
}
</div>
<div>
<section aria-labelledby="checks"><h2 id="checks">Check on a host</h2>
${checks(report.checks)}
</section>
<section aria-labelledby="neighbours"><h2 id="neighbours">Neighbours</h2>
${neighbours(view)}
</section>
${apiLinks(report.number, protocol, asOf)}
</div>
</div>
</article>
${OWN_DIALOGS}`,
  });
}

/** Renders the state for each protocol, as a link to the page of port and protocol. */
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
      ? assignmentTable(`Rows of the IANA registry${of}, the deciding row first`, assignments)
      : range.name === 'dynamic'
        ? html`<p>None${of}. ${range.title} ${formatSpan(range)} are never assigned (${range.reference}).</p>`
        : html`<p>None${of}: the registry does not list this port.</p>`;
  return html`<section aria-labelledby="official"><h2 id="official">Official</h2>
${rows}
<p><a href="${address(`/ports/${number}/history`)}">History of this port</a></p>
</section>`;
}

function uses({ number, associations, blockedByBrowsers }: PortReport): SafeHtml {
  const informal = associations.filter(({ origin }) => origin === 'informal');
  const own = associations.filter(({ origin }) => origin === 'own');
  return html`<section aria-labelledby="informal"><h2 id="informal">Informal uses</h2>
${informal.length === 0 ? html`<p>None known.</p>` : useList(informal)}
${blockedByBrowsers ? html`<p>Browsers refuse to connect to this port: it is a bad port of the <a href="https://fetch.spec.whatwg.org/#port-blocking" rel="noreferrer">Fetch standard</a>.</p>` : ''}
</section>
<section aria-labelledby="own"><h2 id="own">Own entries</h2>
${own.length === 0 ? html`<p>None on port ${number}.</p>` : useList(own)}
${newEntryActions(number)}
</section>`;
}

function otherNames(names: PortReport['otherNames']): SafeHtml {
  if (names.length === 0) return html``;
  const sources = new Map(names.flatMap((one) => one.sources).map((source) => [source.url, source]));
  return html`<section aria-labelledby="names"><h2 id="names">Other names</h2>
<ul class="spans">
${names.map(
  ({
    name,
    protocols,
  }) => html`<li><a href="${serviceAddress(name)}">${renderUntrusted(name)}</a> <span class="ports">${protocols.join(', ')}</span></li>
`,
)}</ul>
<p class="meta">Sources: ${joinFacts([...sources.values()].map(linkedReference))}</p>
</section>
`;
}

function ephemeral({ ephemeralRanges }: PortReport): SafeHtml {
  const all = html`<a href="${address('/ephemeral-ranges')}">ephemeral ranges</a>`;
  if (ephemeralRanges.length === 0)
    return html`<p>This port is outside of the current default ${all} of known systems.</p>`;
  return html`<p>In the default ${all} of these systems, which use it for outgoing connections:</p>
<ul class="spans">
${ephemeralRanges.map(
  (span) => html`<li>${renderUntrusted(span.title)} <span class="ports">${formatSpan(span)}</span></li>
`,
)}</ul>`;
}

/** The names of systems. */
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
  }) => html`<li>${copyableCode(command, `the command for ${SYSTEMS[system] ?? system} by ${tool}`)}${needsRoot ? html`<p class="meta">shows all processes only as root or administrator</p>` : ''}</li>
`,
)}</ul>`,
  )}`;
}

function neighbours({ report, neighbours, protocol }: PortView): SafeHtml {
  return html`<ol class="neighbours">
${neighbours.map(
  (port) => html`<li${port.number === report.number ? html` aria-current="true"` : ''}>
<a href="${portAddress(port.number, protocol)}">${port.number}</a> <span>${shortDescription(port)}</span></li>
`,
)}</ol>
<p class="meta"><a href="${addressWith('/ports', { ports: neighbourRange(neighbours) })}">Full reports</a></p>`;
}

function neighbourRange(neighbours: readonly Neighbour[]): string {
  return `${neighbours[0]?.number}-${neighbours.at(-1)?.number}`;
}

/** Returns a short description of a port. */
function shortDescription(port: Neighbour): SafeHtml | string {
  // A use of thousands of ports does not describe a single one.
  const rows = bestRows(port).filter(isNarrow).slice(0, MOST_NAMES);
  if (rows.length === 0) return [...new Set(Object.values(port.states))].join(', ');
  return html`${rows.map(
    (row, index) =>
      html`${index === 0 ? '' : ', '}${renderUntrusted(nameOf(row))}${'id' in row ? html` <i>${row.origin}</i>` : ''}`,
  )}`;
}

/** Returns the rows with different names, the best name first. */
function bestRows({ assignments, associations }: Pick<PortReport, 'assignments' | 'associations'>): NamedRow[] {
  const rows = [...assignments, ...associations].filter(canNamePort).sort(compareNames);
  return [...Map.groupBy(rows, nameOf).values()].flatMap(([row]) => row ?? []);
}

function isNarrow(row: NamedRow): boolean {
  const span = 'id' in row ? row : assignmentSpan(row);
  return span === null || spanWidth(span) < WIDEST_EXPANDED_RANGE;
}

function nameOf(row: NamedRow): string {
  return 'id' in row ? row.name : (row.serviceName ?? '');
}
