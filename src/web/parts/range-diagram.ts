import { html, type SafeHtml } from '@remix-run/html-template';
import { PORT_COUNT } from '../../registry/values/port-number.ts';
import { formatSpan, PORT_RANGES, type PortSpan, rangeOf, spanWidth } from '../../registry/values/port-range.ts';

/** A stretch of ports with what it is called. */
export interface NamedSpan extends PortSpan {
  readonly title: string;
}

/** Stretches that share a row, and the words above them. */
interface Row {
  readonly title: string;
  readonly spans: readonly NamedSpan[];
}

/** Heights in CSS pixels: of a row's words, of its bar, and of what parts it from the next one. */
const WORDS = 18;
const BAR = 12;
const GAP = 10;
const ROW = WORDS + BAR + GAP;

/**
 * Draws where a port lies: the ranges of RFC 6335, then other stretches, each in a row of its own. All places are in per
 * cent, so that the picture fits any width while its words keep their size.
 *
 * @param number - A port number, 0-65535.
 * @param spans - The other stretches.
 */
export function scale(number: number, spans: readonly NamedSpan[]): SafeHtml {
  const rows: Row[] = [
    { title: name(rangeOf(number)), spans: PORT_RANGES },
    ...spans.map((span) => ({ title: name(span), spans: [span] })),
  ];
  const height = rows.length * ROW;
  const lies = spans.filter(({ firstPort, lastPort }) => firstPort <= number && number <= lastPort);
  const told = [rangeOf(number), ...lies];
  const label = `Port ${number} on the line from 0 to 65535. It lies in ${told.map(name).join('; ')}.`;
  return html`<svg class="scale" role="img" aria-label="${label}" width="100%" height="${height}">
${rows.map((row, index) => drawRow(row, index * ROW, number))}</svg>`;
}

function drawRow({ title, spans }: Row, top: number, number: number): SafeHtml {
  return html`<text x="0" y="${top + WORDS - 6}">${title}</text>
<rect class="line" x="0" y="${top + WORDS}" width="100%" height="${BAR}"/>
${spans.map((span) => bar(span, top + WORDS, number))}<rect class="here" x="${place(number)}" y="${top + WORDS - 3}" width="3" height="${BAR + 6}"/>
`;
}

function bar(span: NamedSpan, top: number, number: number): SafeHtml {
  const isHere = span.firstPort <= number && number <= span.lastPort;
  const width = `${Math.max(0.15, ((spanWidth(span) + 1) / PORT_COUNT) * 100 - 0.1).toFixed(2)}%`;
  return html`<rect class="${isHere ? 'span in' : 'span'}" x="${place(span.firstPort)}" y="${top}" width="${width}" height="${BAR}"><title>${name(span)}</title></rect>
`;
}

function name(span: NamedSpan): string {
  return `${span.title} ${formatSpan(span)}`;
}

function place(port: number): string {
  return `${((port / PORT_COUNT) * 100).toFixed(2)}%`;
}
