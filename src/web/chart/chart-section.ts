import { html, type SafeHtml } from '@remix-run/html-template';
import type { KindCounts } from '../../registry/chart/kind-count.ts';
import { portKind } from '../../registry/chart/port-kind.ts';
import type { PortReport } from '../../registry/report/port-report.ts';
import type { EphemeralRange } from '../../registry/rows/ephemeral-range.ts';
import { address, portAddress } from '../parts/address.ts';
import { allNames } from '../parts/port-names.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';
import { chartLegend, KIND_TITLES } from './chart-legend.ts';
import { chartOverlays } from './chart-overlays.ts';

/** The data of the chart. */
export interface ChartView {
  /** The number of ports by kind and mark. */
  readonly counts: KindCounts;
  /** The ephemeral ranges of all systems and versions. */
  readonly ephemeralRanges: readonly EphemeralRange[];
  /** The port that is described at first, and its byte of the chart. */
  readonly selected: { readonly report: PortReport; readonly byte: number };
}

/** The kind of a port for each of the 256 bytes of the chart. */
const KINDS = Array.from({ length: 256 }, (_, byte) => portKind(byte)).join(' ');

/**
 * Renders the section of the chart: a canvas that scripts draw, and a table with the same data in numbers.
 *
 * @param view - The data of the chart.
 */
export function chartSection({ counts, ephemeralRanges, selected }: ChartView): SafeHtml {
  return html`<section id="chart" class="chart" aria-labelledby="chart-title" data-bytes="${address('/chart.bin')}" data-kinds="${KINDS}" data-graphql="${address('/graphql')}" data-port="${address('/ports/')}">
<div class="chart-head"><h2 id="chart-title">All 65,536 ports</h2>
${readout(selected)}</div>
<p class="meta without-scripts">With JavaScript this is a chart with a dot for each port. The table shows the same in numbers. <a href="${address('/ranges')}">Ranges</a> lists the ports that systems use for outgoing connections.</p>
<div class="chart-picture">
<div class="chart-place"><canvas tabindex="0" role="application" aria-roledescription="chart" aria-label="All ports, 256 in a row, port 0 at the top left" aria-describedby="chart-help"></canvas><p class="chart-hint" aria-hidden="true">Hold Ctrl or ⌘: the wheel then zooms</p></div>
<div class="chart-tools">
<div class="chart-zoom" role="group" aria-label="Zoom"><button type="button" data-zoom="in" aria-label="Enlarge">+</button><button type="button" data-zoom="out" aria-label="Reduce">−</button><button type="button" data-zoom="all">All ports</button></div>
<p id="chart-help" class="meta"><span class="by-mouse">Each dot is a port: point at one to see what it is, click to open it. Ctrl or ⌘ with the wheel zooms, dragging moves. Arrow keys move by one port or one row of 256, Page keys by 16 rows, Home and End within a row; Enter opens, + and − zoom.</span><span class="by-touch">Each dot is a port. Touch one to see what it is, again to open it. Two fingers zoom, one moves.</span></p>
</div>
</div>
<div class="chart-facts">
${chartLegend(counts)}
<p class="chart-filter"><button type="button" data-filter="all" disabled>Show all kinds</button> <span class="meta">Press a kind to show only its ports.</span></p>
</div>
${chartOverlays(ephemeralRanges)}
</section>`;
}

/** Renders the description of a port beside the title; `ChartReadout` updates it. */
function readout({ report, byte }: ChartView['selected']): SafeHtml {
  const kind = portKind(byte);
  return html`<p class="chart-port"><span class="swatch" data-kind="${kind}"></span> <a class="chart-number" href="${portAddress(report.number)}">${report.number}</a> <span class="chart-words">${renderUntrusted(allNames(report).join(', '))}</span> <span class="chart-kind">${KIND_TITLES[kind]}</span></p>
<p class="chart-aloud" aria-live="polite"></p>`;
}
