import { html } from '@remix-run/html-template';
import type { KindCounts } from '../../registry/chart/kind-count.ts';
import type { EphemeralRange } from '../../registry/rows/ephemeral-range.ts';
import { address, portAddress } from '../parts/address.ts';
import { ASSETS } from '../parts/assets.ts';
import { chartSection } from '../parts/chart-section.ts';
import { layout } from '../parts/layout.ts';

/** The imports of the two scripts of the page. */
const IMPORTS = [
  ASSETS.optionList,
  ASSETS.searchOptions,
  ASSETS.queryGraphql,
  ASSETS.invisibleCharacters,
  ASSETS.chartController,
  ASSETS.zoomAnimation,
  ASSETS.chartKeys,
  ASSETS.chartKinds,
  ASSETS.chartLegend,
  ASSETS.chartRenderer,
  ASSETS.chartPointer,
  ASSETS.chartReadout,
  ASSETS.chartSpans,
  ASSETS.chartViewport,
  ASSETS.portLabels,
];

/** The data of the front page. */
export interface FrontView {
  /** The date of the loaded IANA registry, `YYYY-MM-DD`. */
  readonly registryDate: string;
  /** The number of ports by kind and mark. */
  readonly counts: KindCounts;
  /** The ephemeral ranges of all systems and versions. */
  readonly ephemeralRanges: readonly EphemeralRange[];
}

/**
 * Renders the front page: a search, which works without JavaScript, and the chart of all ports.
 *
 * @param view - The data of the page.
 */
export function frontPage({ registryDate, counts, ephemeralRanges }: FrontView): string {
  return layout({
    title: 'Portolan',
    section: '/',
    registryDate,
    styles: [ASSETS.frontStyle, ASSETS.chartStyle],
    scripts: [ASSETS.front, ASSETS.chart],
    imports: IMPORTS,
    content: html`<h1>What is this port, may I use it, who here already does?</h1>
<form class="ask" role="search" action="${address('/search')}" data-graphql="${address('/graphql')}" data-port="${address('/ports/')}" data-service="${address('/services/')}">
<label for="q">Port number, service name or words</label>
<div class="ask-box"><input id="q" type="search" name="q" required maxlength="200" autocomplete="off" spellcheck="false" autocapitalize="none">
<ul id="found" class="found" role="listbox" aria-label="Suggestions" hidden></ul></div>
<button>Search</button>
<p class="meta" role="status"></p>
<p class="examples">For example <a href="${portAddress(60257)}">60257</a>, <a href="${portAddress(443, 'tcp')}">443/tcp</a>, <a href="${address('/search?q=postgres')}">postgres</a>.</p>
</form>
${chartSection(counts, ephemeralRanges)}`,
  });
}
