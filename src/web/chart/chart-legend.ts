import { html, type SafeHtml } from '@remix-run/html-template';
import type { KindCounts, RangeCounts } from '../../registry/chart/kind-count.ts';
import { PORT_KINDS, PORT_MARKS, type PortKind, type PortMark } from '../../registry/chart/port-kind.ts';
import { PORT_RANGES } from '../../registry/values/port-range.ts';
import { capitalize } from '../../registry/values/wording.ts';

/** The titles of the kinds. */
export const KIND_TITLES: Readonly<Record<PortKind, string>> = {
  own: 'Own entry',
  'assigned-tcp-udp': 'Assigned: TCP, UDP',
  'assigned-tcp': 'Assigned: TCP',
  'assigned-udp': 'Assigned: UDP',
  'assigned-other': 'Assigned: SCTP/DCCP',
  recorded: 'Recorded',
  reserved: 'Reserved',
  deregistered: 'Deregistered',
  informal: 'Informal use only',
  unassigned: 'Unassigned',
  unlisted: 'Not listed',
  dynamic: 'Dynamic',
};

/** The titles of the marks with a row; an own entry is a kind already. */
const MARK_TITLES: Readonly<Partial<Record<PortMark, string>>> = {
  informal: 'Used informally',
  'wide-informal': 'In a wide use',
  blocked: 'Refused by browsers',
};

/**
 * Renders the table of the chart, which is also its legend: the number of ports by kind and range. Kinds without ports are
 * left out, except own entries.
 *
 * @param counts - The number of ports by kind and mark.
 */
export function chartLegend({ kinds, marks }: KindCounts): SafeHtml {
  const listedKinds = PORT_KINDS.filter((kind) => kind === 'own' || kinds[kind].all > 0);
  const listedMarks = Object.entries(MARK_TITLES) as [PortMark, string][];
  return html`<table class="legend"><caption>Ports by state</caption>
<thead><tr><th scope="col">State</th>${PORT_RANGES.map(({ title, name }) => html`<th scope="col" title="${title}">${capitalize(name)}</th>`)}<th scope="col">All</th></tr></thead>
<tbody>
${listedKinds.map((kind) => row('kind', kind, kind, KIND_TITLES[kind], kinds[kind]))}</tbody>
<tbody>
<tr><th scope="rowgroup" colspan="5">In addition</th></tr>
${listedMarks.map(([mark, title]) => row('mark', mark, PORT_MARKS[mark], title, marks[mark]))}</tbody></table>`;
}

/**
 * Renders a row.
 *
 * @param sort - The attribute that sets the colour of its swatch.
 * @param name - The kind or the mark.
 * @param key - The filter of the chart for these ports: a kind, or the bit of a mark.
 * @param title - The title.
 * @param counts - The numbers.
 */
function row(sort: 'kind' | 'mark', name: string, key: string | number, title: string, counts: RangeCounts): SafeHtml {
  const columns = [...PORT_RANGES.map((range) => counts[range.name]), counts.all];
  return html`<tr><th scope="row"><span class="word" data-word="${sort}:${key}"><span class="swatch" data-${sort}="${name}"></span><span class="title">${title}</span></span></th>${columns.map((count) => html`<td>${format(count)}</td>`)}</tr>
`;
}

function format(count: number): string {
  return count === 0 ? '–' : count.toLocaleString('en');
}
