import { html, type SafeHtml } from '@remix-run/html-template';
import type { EphemeralRange } from '../../registry/rows/ephemeral-range.ts';
import { formatSpan, type PortRange, spanWidth } from '../../registry/values/port-range.ts';
import { address, portAddress } from '../parts/address.ts';
import { alternateFormats } from '../parts/alternate-formats.ts';
import { copyableCode } from '../parts/copyable-code.ts';
import { layout } from '../parts/layout.ts';
import { type Paging, pager } from '../parts/pager.ts';
import { linkedSpan } from '../parts/rows.ts';
import { table } from '../parts/table.ts';
import { linkedReference, renderUntrusted, renderUntrustedAtLength } from '../parts/untrusted-text.ts';

/** Other names of the ranges. */
const OTHER_NAMES: Readonly<Record<PortRange['name'], string>> = {
  system: 'Well Known Ports',
  user: 'Registered Ports',
  dynamic: 'Private or Ephemeral Ports',
};

/** The assignment procedures of the ranges (RFC 6335, section 8.1.2). */
const PROCEDURES: Readonly<Record<PortRange['name'], string>> = {
  system: 'by IETF Review or IESG Approval',
  user: 'by IETF Review, IESG Approval or Expert Review',
  dynamic: 'never; for temporary use by anyone',
};

/** A page of ranges. */
export interface RangesView extends Paging {
  readonly results: readonly PortRange[];
}

/** A page of ephemeral ranges. */
export interface EphemeralRangesView extends Paging {
  readonly results: readonly EphemeralRange[];
}

/**
 * Renders the page of the three ranges.
 *
 * @param view - The ranges.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function rangesPage(view: RangesView, registryDate: string): string {
  const rows = view.results.map((range) => [
    html`<b>${range.title}</b>`,
    linkedSpan(range),
    spanWidth(range) + 1,
    OTHER_NAMES[range.name],
    PROCEDURES[range.name],
    range.reference,
  ]);
  return layout({
    title: 'Ranges',
    section: '/ranges',
    registryDate,
    content: html`<h1>Ranges</h1>
<p class="lede">RFC 6335 divides the port numbers into three ranges. Operating systems choose their own ports for outgoing connections: see the <a href="${address('/ephemeral-ranges')}">ephemeral ranges</a>.</p>
${table('The ranges of RFC 6335', ['Range', 'Ports', 'Count', 'Also called', 'Assigned', 'Defined in'], rows)}
${pager(view)}
${alternateFormats(address('/ranges'))}`,
  });
}

/**
 * Renders the page of the ephemeral ranges of operating systems.
 *
 * @param view - The ranges.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function ephemeralRangesPage(view: EphemeralRangesView, registryDate: string): string {
  return layout({
    title: 'Ephemeral ranges',
    section: '/ephemeral-ranges',
    registryDate,
    content: html`<h1>Ephemeral ranges</h1>
<p class="lede">The ports that each system uses for outgoing connections by default, and the commands that show and change them. A service that listens in such a range may find its port in use.</p>
<ul class="cards">
${view.results.map(card)}</ul>
${pager(view)}
${alternateFormats(address('/ephemeral-ranges'))}`,
  });
}

function card(range: EphemeralRange): SafeHtml {
  return html`<li><h2>${renderUntrusted(range.title)} <a href="${portAddress(range.firstPort)}">${formatSpan(range)}</a></h2>
<p class="meta">${range.version === null ? '' : html`Version: ${renderUntrusted(range.version)}. `}${range.current ? '' : 'No longer current. '}Source: ${linkedReference(range.source)}</p>
${range.note === null ? '' : renderUntrustedAtLength(range.note, 'Note')}
${range.howToRead === null ? '' : html`<p class="meta">Read it</p>${copyableCode(range.howToRead, `the command that reads the range of ${range.title}`)}`}
${range.howToChange === null ? '' : html`<p class="meta">Change it, for example</p>${copyableCode(range.howToChange, `the example that changes the range of ${range.title}`)}`}
</li>
`;
}
