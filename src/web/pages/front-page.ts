import { html, type SafeHtml } from '@remix-run/html-template';
import type { Suggestion } from '../../registry/advice/suggestions.ts';
import type { RegistryInfo } from '../../registry/catalogue.ts';
import type { Association } from '../../registry/rows/association.ts';
import { ageInDays } from '../../registry/values/day.ts';
import { formatSpan } from '../../registry/values/port-range.ts';
import { type ChartView, chartSection } from '../chart/chart-section.ts';
import { address, addressWith, associationAddress, portAddress } from '../parts/address.ts';
import { ageOf } from '../parts/age.ts';
import { ASSETS } from '../parts/assets.ts';
import { layout } from '../parts/layout.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';

/** The imports of the chart's script. */
const IMPORTS = [
  ASSETS.queryGraphql,
  ASSETS.invisibleCharacters,
  ASSETS.chartController,
  ASSETS.zoomAnimation,
  ASSETS.chartFragment,
  ASSETS.chartKeys,
  ASSETS.chartKinds,
  ASSETS.chartLegend,
  ASSETS.chartRenderer,
  ASSETS.chartPointer,
  ASSETS.chartReadout,
  ASSETS.chartSpans,
  ASSETS.chartViewport,
  ASSETS.portLabels,
  ASSETS.portNames,
];

/** A registry of this age is old: the page says how to update it. IANA changes its file several times a month. */
const OLD_DAYS = 60;

/** The data of the front page. */
export interface FrontView {
  readonly info: RegistryInfo;
  /** The number of own entries, and the newest of them. */
  readonly own: { readonly count: number; readonly newest: readonly Association[] };
  /** The first suggestion; null if no port suits. */
  readonly free: Suggestion | null;
  /** The changes of the last import; null if no earlier one is known. */
  readonly changes: { readonly count: number; readonly since: string } | null;
  readonly chart: ChartView;
}

/**
 * Renders the front page: a search, which works without JavaScript, the facts of the team, and the chart of all ports.
 *
 * @param view - The data of the page.
 */
export function frontPage({ info, own, free, changes, chart }: FrontView): string {
  return layout({
    title: 'Portolan',
    section: '/',
    hasSearch: true,
    registryDate: info.date,
    styles: [ASSETS.frontStyle, ASSETS.chartStyle],
    firstScripts: [ASSETS.front],
    scripts: [ASSETS.chart],
    imports: IMPORTS,
    content: html`<h1>What is this port?</h1>
<form class="ask" role="search" action="${address('/search')}">
<div class="ask-box"><input type="search" name="q" aria-label="Port, service name or words" placeholder="8080, 443/tcp, 6000-6010, postgres …" required maxlength="200" autocomplete="off" spellcheck="false" autocapitalize="none"></div>
<button>Look up</button>
</form>
<div class="team">
<div><h2>Our ports: ${own.count.toLocaleString('en')}</h2>${ownFacts(own)}</div>
<div><h2>A free port now</h2>${freeFacts(free)}</div>
<div><h2>Registry</h2>${registryFacts(info, changes)}</div>
</div>
${chartSection(chart)}`,
  });
}

function ownFacts({ count, newest }: FrontView['own']): SafeHtml {
  const add = address('/associations/new');
  if (count === 0) return html`<p>Nobody has entered a port yet. <a href="${add}">Add the first</a></p>`;
  return html`<p><a class="alone" href="${address('/own')}">all</a> · <a class="alone" href="${add}">add</a></p>
<ul>
${newest.map(ownEntry)}</ul>`;
}

function ownEntry({ id, name, firstPort, lastPort, owner }: Association): SafeHtml {
  const label = formatSpan({ firstPort, lastPort });
  return html`<li><a class="alone" href="${firstPort === lastPort ? portAddress(firstPort) : associationAddress(id)}">${label}</a> ${renderUntrusted(name)}${owner === null ? '' : html` <span class="meta">${renderUntrusted(owner)}</span>`}</li>
`;
}

function freeFacts(free: Suggestion | null): SafeHtml {
  const page = address('/suggestions');
  if (free === null) return html`<p>No port suits. <a href="${page}">Change the conditions</a></p>`;
  const { number, reasons } = free;
  // Every port is in the ephemeral range of some system.
  const [known] = reasons.filter(({ code }) => code !== 'ephemeral');
  return html`<p class="free"><a class="alone" href="${portAddress(number)}"><code>${number}</code></a>
<button type="button" class="copy" aria-label="Copy the port ${number}">Copy</button> <a class="button" href="${addressWith('/associations/new', { port: number })}">Reserve</a></p>
<p class="meta">${known === undefined ? 'Nothing is known on it or beside it.' : renderUntrusted(known.detail)}</p>`;
}

function registryFacts({ date, update }: RegistryInfo, changes: FrontView['changes']): SafeHtml {
  return html`<p><a class="alone" href="${address('/registry')}"><time datetime="${date}">${date}</time></a>, ${ageOf(date)} old.${
    changes === null
      ? ''
      : html` <a class="alone" href="${addressWith('/registry/changes', { since: changes.since })}">${changes.count.toLocaleString('en')} ${changes.count === 1 ? 'change' : 'changes'}</a> in the last import.`
  }</p>
${ageInDays(date) > OLD_DAYS ? html`<p class="meta">To update it: <code>portolan update</code>${update?.result === 'failed' ? '. The last update failed' : ''}</p>` : ''}`;
}
