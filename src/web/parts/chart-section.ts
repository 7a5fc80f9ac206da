import { html, type SafeHtml } from '@remix-run/html-template';
import type { KindCounts } from '../../registry/chart/kind-count.ts';
import { portKind } from '../../registry/chart/port-kind.ts';
import { type EphemeralRange, mergeEqualRanges } from '../../registry/rows/ephemeral-range.ts';
import { formatSpan, PORT_RANGES, type PortSpan } from '../../registry/values/port-range.ts';
import { address } from './address.ts';
import { chartLegend } from './chart-legend.ts';
import { renderUntrusted } from './untrusted-text.ts';

/** A port interval that can be outlined on the chart. */
interface Overlay extends PortSpan {
  readonly title: string;
  /** True for an ephemeral range. */
  readonly isEphemeral: boolean;
}

/** The kind of a port for each of the 256 bytes of the chart. */
const KINDS = Array.from({ length: 256 }, (_, byte) => portKind(byte)).join(' ');

/**
 * Renders the section of the chart: a canvas that scripts draw, and a table with the same data in numbers.
 *
 * @param counts - The number of ports by kind and mark.
 * @param ephemeralRanges - The ephemeral ranges of all systems and versions.
 */
export function chartSection(counts: KindCounts, ephemeralRanges: readonly EphemeralRange[]): SafeHtml {
  return html`<section id="chart" class="chart" aria-labelledby="chart-title" data-bytes="${address('/chart.bin')}" data-kinds="${KINDS}" data-graphql="${address('/graphql')}" data-port="${address('/ports/')}">
<h2 id="chart-title">All 65,536 ports</h2>
<p class="meta without-scripts">With JavaScript this is a chart with a dot for each port. The table shows the same in numbers. <a href="${address('/ranges')}">Ranges</a> lists the ports that systems use for outgoing connections.</p>
<div class="chart-port"><p class="chart-at"><span class="swatch"></span><a class="chart-number"></a> <span class="chart-kind"></span></p><p class="chart-words"><span class="by-mouse">Each dot is a port. Point at one to see what it is; click to open it.</span><span class="by-touch">Each dot is a port. Touch one to see what it is, again to open it.</span></p><p class="chart-aloud" aria-live="polite"></p></div>
<div class="chart-picture">
<div class="chart-place"><canvas tabindex="0" role="application" aria-roledescription="chart" aria-label="All ports, 256 in a row, port 0 at the top left" aria-describedby="chart-help"></canvas></div>
<div class="chart-tools">
<div class="chart-zoom" role="group" aria-label="Zoom"><button type="button" data-zoom="in" aria-label="Enlarge">+</button><button type="button" data-zoom="out" aria-label="Reduce">−</button><button type="button" data-zoom="all">All ports</button></div>
<p id="chart-help" class="meta"><span class="by-mouse">Arrow keys move by one port or one row of 256, Page keys by 16 rows, Home and End within a row; Enter opens, + and − zoom. The wheel zooms too, dragging moves.</span><span class="by-touch">Two fingers zoom, one moves.</span></p>
</div>
</div>
<div class="chart-facts">
${chartLegend(counts)}
<p class="chart-filter"><button type="button" data-filter="all" disabled>Show all kinds</button> <span class="meta">Press a kind to show only its ports.</span></p>
</div>
<div class="chart-overlays">
${overlays('Ranges of RFC 6335', rangeOverlays())}
${overlays('Ephemeral ranges', ephemeralOverlays(ephemeralRanges))}
</div>
</section>`;
}

function overlays(title: string, spans: readonly Overlay[]): SafeHtml {
  return html`<fieldset class="overlays"><legend>${title}</legend>
${spans.map(
  (
    span,
  ) => html`<label><input type="checkbox" data-first="${span.firstPort}" data-last="${span.lastPort}" data-title="${span.title}"${span.isEphemeral ? html` data-system` : ' '}> ${renderUntrusted(span.title)} <span class="ports">${formatSpan(span)}</span></label>
`,
)}</fieldset>`;
}

function rangeOverlays(): Overlay[] {
  return PORT_RANGES.map(({ title, firstPort, lastPort }) => ({ title, firstPort, lastPort, isEphemeral: false }));
}

/** Returns the current ranges; systems with the same range share a checkbox. */
function ephemeralOverlays(ranges: readonly EphemeralRange[]): Overlay[] {
  return mergeEqualRanges(ranges.filter(({ current }) => current))
    .map((range) => ({ ...range, isEphemeral: true }))
    .sort((a, b) => a.firstPort - b.firstPort || a.lastPort - b.lastPort);
}
