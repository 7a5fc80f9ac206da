import { html, type SafeHtml } from '@remix-run/html-template';
import { PORT_COUNT } from '../registry/port-number.ts';
import { formatSpan, PORT_RANGES, type PortSpan, spanWidth } from '../registry/port-range.ts';

/** A stretch of ports with what it is called. */
export interface NamedSpan extends PortSpan {
  readonly title: string;
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
  const rows = [
    { title: 'RFC 6335', spans: PORT_RANGES },
    ...spans.map((span) => ({ title: span.title, spans: [span] })),
  ];
  const height = rows.length * ROW;
  const lies = spans.filter(({ firstPort, lastPort }) => firstPort <= number && number <= lastPort);
  const told = [...PORT_RANGES.filter((range) => range.firstPort <= number && number <= range.lastPort), ...lies];
  const label = `Port ${number} on the line from 0 to 65535. It lies in ${told.map((span) => `${span.title} ${formatSpan(span)}`).join('; ')}.`;
  const x = place(number);
  return html`<svg class="scale" role="img" aria-label="${label}" width="100%" height="${height}">
${rows.map(({ title, spans }, index) => row(title, spans, index * ROW, number))}
<line class="here" x1="${x}" x2="${x}" y1="${WORDS - 4}" y2="${height - GAP + 4}"/>
</svg>`;
}

function row(title: string, spans: readonly NamedSpan[], top: number, number: number): SafeHtml {
  const [only] = spans;
  const words = spans.length === 1 && only !== undefined ? `${title} ${formatSpan(only)}` : spans.map(name).join(' · ');
  return html`<text x="0" y="${top + WORDS - 6}">${words}</text>
<rect class="line" x="0" y="${top + WORDS}" width="100%" height="${BAR}"/>
${spans.map((span) => bar(span, top + WORDS, number))}`;
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
