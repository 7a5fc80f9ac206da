import { html, type SafeHtml } from '@remix-run/html-template';
import type { PortReport } from '../../registry/report/port-report.ts';
import type { Association } from '../../registry/rows/association.ts';
import { associationAddress } from '../parts/address.ts';
import { joinFacts } from '../parts/facts.ts';
import { usesByKind } from '../parts/port-names.ts';
import { confidence, useList, useTable } from '../parts/rows.ts';
import { linkedReference, renderUntrusted } from '../parts/untrusted-text.ts';

/** The number of own entries that are not collapsed: a port may have 1,000, each with a note of 2,000 characters. */
const OPEN_ENTRIES = 50;

/** The number of informal uses that are not collapsed. */
const OPEN_USES = 5;

/** The most other names that are visible while the list is collapsed. */
const OPEN_NAMES = 10;

/** The most sources of other names; the JSON format has those of each name. */
const MOST_SOURCES = 10;

/**
 * Renders the own entries of a port; nothing if it has none.
 *
 * @param report - The report.
 */
export function ownEntries(report: PortReport): SafeHtml {
  const { own } = usesByKind(report);
  if (own.length === 0) return html``;
  return html`<section aria-labelledby="own"><h2 id="own">Own entries</h2>
${useList(own.slice(0, OPEN_ENTRIES))}
${collapsedUses(own.slice(OPEN_ENTRIES))}
</section>`;
}

/**
 * Renders the informal uses of a port and its other names.
 *
 * @param report - The report.
 */
export function informalUses(report: PortReport): SafeHtml {
  const { narrow, wide } = usesByKind(report);
  const collapsed = narrow.slice(OPEN_USES);
  return html`<section aria-labelledby="uses"><h2 id="uses">Informal uses</h2>
${narrow.length === 0 ? html`<p>${wide.length === 0 ? 'None known.' : 'None of this port alone; these have wide ranges around it:'}</p>` : useTable('The most prominent uses first', narrow.slice(0, OPEN_USES))}
${collapsedUses(collapsed)}
${wideUses(wide, narrow.length === 0)}
${otherNames(report.otherNames)}
</section>`;
}

/** Renders the less prominent uses as links: a port may have more than 100. */
function collapsedUses(uses: readonly Association[]): SafeHtml {
  if (uses.length === 0) return html``;
  return html`<details><summary>${uses.length} more on this port</summary>
<ul class="spans">
${uses.map(
  (
    use,
  ) => html`<li id="use-${use.id}"><a href="${associationAddress(use.id)}">${renderUntrusted(use.name)}</a>${use.confidence === 'documented' ? '' : html` <span class="ports">${confidence(use)}</span>`}</li>
`,
)}</ul></details>`;
}

/** Renders the uses of wide ranges: open on a port without a use of its own. */
function wideUses(uses: readonly Association[], isOpen: boolean): SafeHtml {
  if (uses.length === 0) return html``;
  const rows = useTable('Uses of wide ranges', uses);
  return isOpen ? rows : html`<details><summary>${uses.length} in wider ranges</summary>${rows}</details>`;
}

function otherNames(names: PortReport['otherNames']): SafeHtml {
  if (names.length === 0) return html``;
  const sources = [...new Map(names.flatMap((one) => one.sources).map((source) => [source.url, source])).values()];
  const more = sources.length - MOST_SOURCES;
  const open = names.slice(0, OPEN_NAMES).map(({ name }) => name);
  const title = names.length === 1 ? '1 other name' : `${names.length} other names`;
  return html`<details class="names"><summary>${title}: ${renderUntrusted(open.join(', '))}${names.length === open.length ? '' : ', …'}</summary>
${[...Map.groupBy(names, ({ protocols }) => protocols.join(', '))].map(
  ([
    protocols,
    rows,
  ]) => html`<p class="meta">${protocols}: ${renderUntrusted(rows.map(({ name }) => name).join(', '))}</p>
`,
)}<p class="meta">Sources: ${joinFacts(sources.slice(0, MOST_SOURCES).map(linkedReference))}${more <= 0 ? '' : `, and ${more} more in JSON`}</p>
</details>`;
}
