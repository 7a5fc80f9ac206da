import { html, type SafeHtml } from '@remix-run/html-template';
import { PORT_COUNT } from '../../registry/values/port-number.ts';
import { formatSpan, PORT_RANGES, type PortSpan, rangeOf, spanWidth } from '../../registry/values/port-range.ts';

/** A port interval with a title. */
export interface NamedSpan extends PortSpan {
  readonly title: string;
}

/** A row of intervals with a title. */
interface Row {
  readonly title: string;
  readonly spans: readonly NamedSpan[];
}

/** Heights in CSS pixels: of a row's title, its bar, and the gap to the next row. */
const TITLE = 18;
const BAR = 12;
const GAP = 10;
const ROW = TITLE + BAR + GAP;

/**
 * Renders a diagram of the ranges that contain a port: first those of RFC 6335, then other intervals, one per row.
 * Positions are percentages, so that the diagram fits any width with a constant text size.
 *
 * @param number - A port number, 0-65535.
 * @param spans - The other intervals.
 */
export function rangeDiagram(number: number, spans: readonly NamedSpan[]): SafeHtml {
  const rows: Row[] = [
    { title: name(rangeOf(number)), spans: PORT_RANGES },
    ...spans.map((span) => ({ title: name(span), spans: [span] })),
  ];
  const height = rows.length * ROW;
  const containing = spans.filter(({ firstPort, lastPort }) => firstPort <= number && number <= lastPort);
  const named = [rangeOf(number), ...containing];
  const label = `Port ${number} on the line from 0 to 65535. It is in ${named.map(name).join('; ')}.`;
  return html`<svg class="scale" role="img" aria-label="${label}" width="100%" height="${height}">
${rows.map((row, index) => drawRow(row, index * ROW, number))}</svg>`;
}

function drawRow({ title, spans }: Row, top: number, number: number): SafeHtml {
  return html`<text x="0" y="${top + TITLE - 6}">${title}</text>
<rect class="line" x="0" y="${top + TITLE}" width="100%" height="${BAR}"/>
${spans.map((span) => bar(span, top + TITLE, number))}<rect class="here" x="${position(number)}" y="${top + TITLE - 3}" width="3" height="${BAR + 6}"/>
`;
}

function bar(span: NamedSpan, top: number, number: number): SafeHtml {
  const isHere = span.firstPort <= number && number <= span.lastPort;
  const width = `${Math.max(0.15, ((spanWidth(span) + 1) / PORT_COUNT) * 100 - 0.1).toFixed(2)}%`;
  return html`<rect class="${isHere ? 'span in' : 'span'}" x="${position(span.firstPort)}" y="${top}" width="${width}" height="${BAR}"><title>${name(span)}</title></rect>
`;
}

function name(span: NamedSpan): string {
  return `${span.title} ${formatSpan(span)}`;
}

function position(port: number): string {
  return `${((port / PORT_COUNT) * 100).toFixed(2)}%`;
}
