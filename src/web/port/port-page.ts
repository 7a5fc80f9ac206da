import { html, type SafeHtml } from '@remix-run/html-template';
import type { Reason, Suitability } from '../../registry/advice/suitability.ts';
import { headNames } from '../../registry/report/best-name.ts';
import type { PortLabel } from '../../registry/report/port-label.ts';
import type { PortReport } from '../../registry/report/port-report.ts';
import { COMMON_SYSTEMS } from '../../registry/rows/ephemeral-range.ts';
import { LAST_PORT } from '../../registry/values/port-number.ts';
import { formatSpan } from '../../registry/values/port-range.ts';
import type { Steps } from '../../registry/values/run-step.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { enumerate } from '../../registry/values/wording.ts';
import { joinedAssignmentTable, mergedAssignmentTable, stateWord } from '../official/assignment-tables.ts';
import { address, addressWith, portAddress } from '../parts/address.ts';
import { reasonList } from '../parts/advice.ts';
import { asOfNotice } from '../parts/as-of-notice.ts';
import { ASSETS } from '../parts/assets.ts';
import { layout } from '../parts/layout.ts';
import { bestRows, shortName } from '../parts/port-names.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';
import { verdictWords } from '../parts/verdict.ts';
import { apiLinks } from './api-links.ts';
import { portAnswers } from './port-answers.ts';
import { portChecks } from './port-checks.ts';
import { observedUse } from './port-observed.ts';
import { informalUses, ownEntries } from './port-uses.ts';
import { rangeDiagram } from './range-diagram.ts';

/** The most names of a port in the title. */
const MOST_NAMES = 3;

/** The data of the page of a port. */
export interface PortView {
  readonly report: PortReport;
  /** The requested protocol, or null. */
  readonly protocol: TransportProtocol | null;
  /** The date of the official rows, `YYYY-MM-DD`; null for the current ones. */
  readonly asOf: string | null;
  /** The advice; null for a past state. */
  readonly suitability: Suitability | null;
  /** The neighbouring ports, the lowest first. */
  readonly neighbours: readonly PortLabel[];
}

/**
 * Renders the page of a port: first the answers to the three questions, then the facts behind them.
 *
 * @param view - The data of the page.
 */
export function* portPage(view: PortView): Steps<string> {
  const { report, protocol, asOf, suitability } = view;
  // A port may have 1,000 own entries, and a reason for each.
  const entries = ownEntries(report);
  yield;
  const why = suitability === null ? '' : reasons(suitability, report);
  yield;
  return layout({
    title: titleOf(report, protocol),
    description: report.summary,
    section: null,
    registryDate: report.registry.date,
    firstScripts: [ASSETS.visitor],
    content: html`<article class="port">
${head(report, protocol)}
${asOf === null ? '' : asOfNotice(asOf, portAddress(report.number, protocol))}
${portAnswers(report, protocol, suitability)}
${states(report, protocol)}
<div class="columns">
<div>
${entries}
${observedUse(report, protocol, asOf)}
${informalUses(report)}
${official(report, protocol)}
${why}
</div>
<div>
${portChecks(report)}
${apiLinks(report.number, protocol, asOf)}
<section aria-labelledby="place"><h2 id="place">Where it lies</h2>
${rangeDiagram(report.number)}
${ephemeral(report)}
</section>
<section aria-labelledby="neighbours"><h2 id="neighbours">Neighbours</h2>
${neighbours(view)}
</section>
</div>
</div>
</article>`,
  });
}

/** Returns the title of the window: the port with its name, then its other names; without names, its states. */
function titleOf(report: PortReport, protocol: TransportProtocol | null): string {
  const port = `${report.number}${protocol === null ? '' : `/${protocol}`}`;
  const [name] = headNames(report);
  const names = new Set(bestRows(report).map(shortName));
  if (name !== undefined) names.delete(name);
  const before = name === undefined ? `Port ${port}` : `${port} ${name}`;
  if (names.size > 0) return `${before}: ${[...names].slice(0, MOST_NAMES).join(', ')}`;
  return name === undefined ? `${before}: ${enumerate([...new Set(Object.values(report.states))])}` : before;
}

function head(report: PortReport, protocol: TransportProtocol | null): SafeHtml {
  const { number, range } = report;
  const [name] = headNames(report);
  const next = [number - 1, number + 1].filter((port) => port >= 0 && port <= LAST_PORT);
  return html`<header class="top">
<h1><span class="visually-hidden">Port </span>${number}${protocol === null ? '' : html`<span class="of">/${protocol}</span>`}</h1>
${name === undefined ? '' : html`<p class="name">${renderUntrusted(name)}</p>`}
<p class="range">${range.title.replace(/s$/, '')}</p>
<p class="step">${next.map(
    (port) =>
      html`<a rel="${port < number ? 'prev' : 'next'}" href="${portAddress(port, protocol)}">${port < number ? `‹ ${port}` : `${port} ›`}</a> `,
  )}</p>
</header>`;
}

/** Renders the state for each protocol, as a link to the page of port and protocol. */
function states({ number, states }: PortReport, protocol: TransportProtocol | null): SafeHtml {
  return html`<nav class="states" aria-label="Transport protocols"><ul>
<li><a href="${portAddress(number)}"${protocol === null ? html` aria-current="page"` : ''}>any protocol</a></li>
${TRANSPORT_PROTOCOLS.map(
  (
    name,
  ) => html`<li><a href="${portAddress(number, name)}"${name === protocol ? html` aria-current="page"` : ''}>${name} <span>${stateWord(states[name])}</span></a></li>
`,
)}</ul></nav>`;
}

function official({ number, assignments, range }: PortReport, protocol: TransportProtocol | null): SafeHtml {
  const of = protocol === null ? '' : ` for ${protocol}`;
  const rows =
    assignments.length > 0
      ? joinedAssignmentTable(`Rows of the IANA registry${of}`, assignments)
      : range.name === 'dynamic'
        ? html`<p>None${of}. ${range.title} ${formatSpan(range)} are never assigned (${range.reference}).</p>`
        : html`<p>None${of}: the registry does not list this port.</p>`;
  const all =
    assignments.length === 0
      ? ''
      : html`<details><summary>All columns</summary>${mergedAssignmentTable('The same rows with all columns', assignments)}</details>`;
  return html`<section aria-labelledby="official"><h2 id="official">IANA registry</h2>
${rows}
<div class="folds">${all}<a href="${address(`/ports/${number}/history`)}">History of this port</a></div>
</section>`;
}

function reasons(suitability: Suitability, report: PortReport): SafeHtml {
  if (suitability.reasons.length === 0) return html``;
  return html`<section aria-labelledby="reasons"><h2 id="reasons">Why “${verdictWords(suitability).title}”</h2>
${reasonList(joinUses(suitability.reasons, report))}
<p><a class="alone" href="${addressWith(`/ports/${report.number}/suitability`, { protocol: suitability.protocol })}">For one protocol or environment</a></p>
</section>`;
}

/** Joins the reasons that repeat the informal uses on the page: one line says how many there are. */
function joinUses(reasons: readonly Reason[], { associations }: PortReport): Reason[] {
  const informal = associations.filter(({ origin }) => origin === 'informal');
  const repeats = (reason: Reason): boolean =>
    reason.code.endsWith('informal_use') && informal.some(({ name }) => reason.detail.startsWith(name));
  const repeated = reasons.filter(repeats);
  const counted = repeated.filter(({ severity }) => severity !== 'info');
  return reasons.flatMap((reason) => {
    if (!repeats(reason)) return [reason];
    if (reason !== counted[0]) return [];
    const uses = counted.length === 1 ? '1 informal use of this port' : `${counted.length} informal uses of this port`;
    return [{ ...reason, detail: `${uses}, listed above.`, source: 'See the source of each' }];
  });
}

function ephemeral({ ephemeralRanges }: PortReport): SafeHtml {
  // The reasons have the other systems.
  const common = ephemeralRanges.filter(({ system }) => COMMON_SYSTEMS.includes(system));
  const titled = common.map((span) => `${span.title} (${formatSpan(span)})`);
  const all = html`<a href="${address('/ephemeral-ranges')}">ephemeral ranges</a>`;
  return html`<p class="meta">${
    titled.length === 0
      ? html`Outside of the ${all} of Linux, macOS and Windows.`
      : html`In the ${all} of ${renderUntrusted(enumerate(titled))}.`
  }</p>`;
}

function neighbours({ neighbours, protocol }: PortView): SafeHtml {
  return html`<ol class="neighbours">
${neighbours.map(
  (
    port,
  ) => html`<li><a href="${portAddress(port.number, protocol)}">${port.number}</a> <span>${nameOrStates(port)}</span></li>
`,
)}</ol>`;
}

function nameOrStates({ name, states }: PortLabel): SafeHtml | string {
  return name === null ? enumerate([...new Set(Object.values(states))]) : renderUntrusted(name);
}
