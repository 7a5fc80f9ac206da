import { html, type SafeHtml } from '@remix-run/html-template';
import type { EphemeralRange } from '../../registry/rows/ephemeral-range.ts';
import { formatSpan, type PortRange, spanWidth } from '../../registry/values/port-range.ts';
import { address, portAddress } from '../parts/address.ts';
import { alternateFormats } from '../parts/alternate-formats.ts';
import { copied } from '../parts/copyable-code.ts';
import { layout } from '../parts/layout.ts';
import { type Paging, pager } from '../parts/pager.ts';
import { linkedReference, linkedSpan } from '../parts/rows.ts';
import { table } from '../parts/table.ts';
import { renderUntrustedAtLength, shown } from '../parts/untrusted-text.ts';

/** What else the ranges are called. */
const OTHER_NAMES: Readonly<Record<PortRange['name'], string>> = {
  system: 'Well Known Ports',
  user: 'Registered Ports',
  dynamic: 'Private or Ephemeral Ports',
};

/** How IANA gives the ports of a range (RFC 6335, section 8.1.2). */
const PROCEDURES: Readonly<Record<PortRange['name'], string>> = {
  system: 'by IETF Review or IESG Approval',
  user: 'by IETF Review, IESG Approval or Expert Review',
  dynamic: 'never; anybody may use them for a while',
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
 * Writes the page of the three ranges.
 *
 * @param view - The ranges.
 * @param registryDate - The day of the IANA registry that is loaded.
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
<p class="lede">RFC 6335 divides the port numbers into three ranges. Which ports a system hands to outgoing connections is its own affair: see the <a href="${address('/ephemeral-ranges')}">ephemeral ranges</a>.</p>
${table('The ranges of RFC 6335', ['Range', 'Ports', 'How many', 'Also called', 'Assigned', 'Defined in'], rows)}
${pager(view)}
${alternateFormats(address('/ranges'))}`,
  });
}

/**
 * Writes the page of the operating systems' ephemeral ranges.
 *
 * @param view - The ranges.
 * @param registryDate - The day of the IANA registry that is loaded.
 */
export function ephemeralRangesPage(view: EphemeralRangesView, registryDate: string): string {
  return layout({
    title: 'Ephemeral ranges',
    section: '/ranges',
    registryDate,
    content: html`<h1>Ephemeral ranges</h1>
<p class="lede">Which ports each system hands to outgoing connections by default, how to read that and how to change it. A listener that lies in one may find its port taken.</p>
<ul class="cards">
${view.results.map(card)}</ul>
${pager(view)}
${alternateFormats(address('/ephemeral-ranges'))}`,
  });
}

function card(range: EphemeralRange): SafeHtml {
  return html`<li><h2>${shown(range.title)} <a href="${portAddress(range.firstPort)}">${formatSpan(range)}</a></h2>
<p class="meta">${range.version === null ? '' : html`${shown(range.version)}. `}${range.current ? '' : 'No longer current. '}Source: ${linkedReference(range.source)}</p>
${range.note === null ? '' : renderUntrustedAtLength(range.note, 'Note')}
${range.howToRead === null ? '' : html`<p class="meta">Read it</p>${copied(range.howToRead, `the command that reads the range of ${range.title}`)}`}
${range.howToChange === null ? '' : html`<p class="meta">Change it</p>${copied(range.howToChange, `the command that changes the range of ${range.title}`)}`}
</li>
`;
}
