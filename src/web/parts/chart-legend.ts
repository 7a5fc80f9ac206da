import { html, type SafeHtml } from '@remix-run/html-template';
import type { KindCounts, RangeCounts } from '../../registry/chart/kind-count.ts';
import { PORT_KINDS, type PortKind, type PortMark } from '../../registry/chart/port-kind.ts';
import { PORT_RANGES } from '../../registry/values/port-range.ts';

/** What the kinds are called. */
const KIND_TITLES: Readonly<Record<PortKind, string>> = {
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

/** The marks that are worth a row: who has an own entry has that kind. */
const MARK_TITLES: Readonly<Partial<Record<PortMark, string>>> = {
  informal: 'Used informally',
  'wide-informal': 'In a wide use',
  blocked: 'Refused by browsers',
};

/**
 * Writes the table behind the chart, which is its legend too: how many ports of each range are what. Kinds of which there
 * is no port are left out, but for own entries: each installation may have some.
 *
 * @param counts - How many ports are what.
 */
export function chartLegend({ kinds, marks }: KindCounts): SafeHtml {
  const shown = PORT_KINDS.filter((kind) => kind === 'own' || kinds[kind].all > 0);
  const marked = Object.entries(MARK_TITLES) as [PortMark, string][];
  return html`<table class="legend"><caption>How many of the 65,536 ports are what</caption>
<thead><tr><th scope="col">Each port is</th>${PORT_RANGES.map(({ title, name }) => html`<th scope="col" title="${title}">${heading(name)}</th>`)}<th scope="col">All</th></tr></thead>
<tbody>
${shown.map((kind) => row(`kind:${kind}`, KIND_TITLES[kind], kinds[kind]))}</tbody>
<tbody>
<tr><th scope="rowgroup" colspan="5">and may be</th></tr>
${marked.map(([mark, title]) => row(`mark:${mark}`, title, marks[mark]))}</tbody></table>`;
}

function heading(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function row(word: string, title: string, counts: RangeCounts): SafeHtml {
  const [sort, name] = word.split(':') as [string, string];
  const columns = [...PORT_RANGES.map((range) => counts[range.name]), counts.all];
  return html`<tr><th scope="row"><span class="word" data-word="${word}"><span class="swatch" data-${sort}="${name}"></span><span class="title">${title}</span></span></th>${columns.map((count) => html`<td>${format(count)}</td>`)}</tr>
`;
}

function format(count: number): string {
  return count === 0 ? '–' : count.toLocaleString('en');
}
