import { html, type SafeHtml } from '@remix-run/html-template';
import { PORT_COUNT } from '../../registry/values/port-number.ts';
import { formatSpan, PORT_RANGES, type PortRange, rangeOf, spanWidth } from '../../registry/values/port-range.ts';

/** Heights in CSS pixels: of the title, the bar, and the mark of the port above and below the bar. */
const TITLE = 18;
const BAR = 12;
const MARK = 3;

/**
 * Renders a diagram of the three ranges of RFC 6335 with the place of a port. Positions are percentages, so that the diagram
 * fits any width with a constant text size.
 *
 * @param number - A port number, 0-65535.
 */
export function rangeDiagram(number: number): SafeHtml {
  const title = name(rangeOf(number));
  const label = `Port ${number} on the line from 0 to 65535. It is in ${title}.`;
  return html`<svg class="scale" role="img" aria-label="${label}" width="100%" height="${TITLE + BAR + MARK}">
<text x="0" y="${TITLE - 6}">${title}</text>
<rect class="line" x="0" y="${TITLE}" width="100%" height="${BAR}"/>
${PORT_RANGES.map((range) => bar(range, range === rangeOf(number)))}<rect class="here" x="${position(number)}" y="${TITLE - MARK}" width="3" height="${BAR + 2 * MARK}"/>
</svg>`;
}

function bar(range: PortRange, isHere: boolean): SafeHtml {
  const width = `${Math.max(0.15, ((spanWidth(range) + 1) / PORT_COUNT) * 100 - 0.1).toFixed(2)}%`;
  return html`<rect class="${isHere ? 'span in' : 'span'}" x="${position(range.firstPort)}" y="${TITLE}" width="${width}" height="${BAR}"><title>${name(range)}</title></rect>
`;
}

function name(range: PortRange): string {
  return `${range.title} ${formatSpan(range)}`;
}

function position(port: number): string {
  return `${((port / PORT_COUNT) * 100).toFixed(2)}%`;
}
